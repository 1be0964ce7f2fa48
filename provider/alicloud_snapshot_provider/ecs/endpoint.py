"""Whether the endpoint of ECS answers, how soon, and what time it has there. Needs no credentials."""

from __future__ import annotations

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import aiohttp

from ..errors import Unavailable
from .network_failures import failure_of
from .settings import Settings


@dataclass(frozen=True, slots=True)
class Reach:
    """An answer of `endpoint` after `seconds`; `ahead` is by how many seconds this machine's clock is ahead of it.

    `ahead` is None where the answer has no date.
    """

    endpoint: str
    seconds: float
    ahead: float | None


def endpoint_of(settings: Settings) -> str:
    """Return the host that the SDK would call, without a scheme unless one is configured."""
    from alibabacloud_ecs20140526.client import Client  # noqa: PLC0415  (0.8 s: only when a call is made)
    from alibabacloud_tea_openapi.utils_models import Config  # noqa: PLC0415

    return str(Client(Config(region_id=settings.region, endpoint=settings.endpoint or None))._endpoint)


async def reach(settings: Settings) -> Reach:
    """Ask the endpoint anything. Raises Unavailable where no answer comes."""
    endpoint = endpoint_of(settings)
    address = endpoint if "://" in endpoint else f"{settings.protocol.lower()}://{endpoint}"
    patience = aiohttp.ClientTimeout(
        connect=settings.connect_timeout_ms / 1000,
        total=(settings.connect_timeout_ms + settings.read_timeout_ms) / 1000,
    )
    began = time.monotonic()
    try:
        # A proxy of the environment is the SDK's way too.
        async with aiohttp.ClientSession(timeout=patience, trust_env=True) as session, session.get(address) as answer:
            seconds = time.monotonic() - began
            return Reach(endpoint, seconds, _ahead(answer.headers.get("Date", ""), time.time() - seconds / 2))
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise Unavailable(f"{endpoint} does not answer ({failure_of(error)})") from None


def _ahead(date: str, sent_at: float) -> float | None:
    """Compare the date of an answer, which is in whole seconds, with the middle of the call."""
    try:
        return sent_at - parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None
