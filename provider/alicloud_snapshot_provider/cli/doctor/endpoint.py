"""Asks the endpoint of ECS whether it answers. That needs no credentials."""

from __future__ import annotations

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import aiohttp

from ...ecs.endpoint import endpoint_of
from ...ecs.network_failures import failure_of
from ...ecs.settings import Settings
from ...errors import Unavailable


@dataclass(frozen=True, slots=True)
class EndpointAnswer:
    """An answer of `endpoint` after `seconds`. This machine's clock is `ahead` seconds ahead of it, None if unknown."""

    endpoint: str
    seconds: float
    ahead: float | None


async def ask_endpoint(settings: Settings) -> EndpointAnswer:
    """Send a request to the endpoint. Raises Unavailable if no answer comes."""
    endpoint = endpoint_of(settings)
    address = endpoint if "://" in endpoint else f"{settings.protocol.lower()}://{endpoint}"
    patience = aiohttp.ClientTimeout(
        connect=settings.connect_timeout_ms / 1000,
        total=(settings.connect_timeout_ms + settings.read_timeout_ms) / 1000,
    )
    began = time.monotonic()
    try:
        # `trust_env`: the SDK uses the proxy of the environment, too.
        async with aiohttp.ClientSession(timeout=patience, trust_env=True) as session, session.get(address) as answer:
            seconds = time.monotonic() - began
            return EndpointAnswer(endpoint, seconds, _ahead(answer.headers.get("Date", ""), time.time() - seconds / 2))
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise Unavailable(f"{endpoint} does not answer ({failure_of(error)})") from None


def _ahead(date: str, sent_at: float) -> float | None:
    """Compare the date of the answer, in whole seconds, with the local time in the middle of the call."""
    try:
        return sent_at - parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None
