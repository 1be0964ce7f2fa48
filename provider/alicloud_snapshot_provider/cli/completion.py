"""The shell's completion of ids and regions.

The answer to a key press must be quick. So it makes one call with the environment's credentials, and does not run
Pulumi. If something fails, it offers nothing.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from ..printable import visible

if TYPE_CHECKING:
    from ..ecs.client import EcsClient

SECONDS = 4.0
MOST_OFFERED = 100
REGIONS = (
    *("cn-beijing", "cn-chengdu", "cn-fuzhou", "cn-guangzhou", "cn-hangzhou", "cn-heyuan", "cn-hongkong"),
    *("cn-huhehaote", "cn-nanjing", "cn-qingdao", "cn-shanghai", "cn-shenzhen", "cn-wulanchabu", "cn-zhangjiakou"),
    *("ap-northeast-1", "ap-northeast-2", "ap-southeast-1", "ap-southeast-3", "ap-southeast-5", "ap-southeast-6"),
    *("ap-southeast-7", "eu-central-1", "eu-west-1", "me-central-1", "me-east-1", "na-south-1", "us-east-1"),
    "us-west-1",
)
"""The public regions of ECS."""

Offer = tuple[str, str]
"""A completion with its description."""


def regions(incomplete: str) -> list[str]:
    """Return the regions that begin with the text, the environment's region first."""
    own = os.environ.get("ALICLOUD_REGION") or os.environ.get("ALIBABA_CLOUD_REGION") or ""
    return [name for name in dict.fromkeys((own, *REGIONS)) if name and name.startswith(incomplete)]


def snapshots(incomplete: str) -> list[Offer]:
    """Return the snapshots of the region whose ids begin with the text, newest first."""
    return _offered(incomplete, _snapshots)


def disks(incomplete: str) -> list[Offer]:
    """Return the disks of the region whose ids begin with the text."""
    return _offered(incomplete, _disks)


async def _snapshots() -> Sequence[Offer]:
    found = await _client().all_snapshots(MOST_OFFERED * 10) or ()
    newest = sorted(found, key=lambda each: each.creation_time, reverse=True)
    return [(each.snapshot_id, f"{each.creation_time} of {each.source_disk_id}, {each.status}") for each in newest]


async def _disks() -> Sequence[Offer]:
    found = await _client().all_disks(MOST_OFFERED * 10) or ()
    return [
        (each.disk_id, f"{visible(each.disk_name)} {each.size} GiB, {each.instance_id or 'free'}".strip())
        for each in found
    ]


def _offered(incomplete: str, ask: Callable[[], Awaitable[Sequence[Offer]]]) -> list[Offer]:
    try:
        offers = asyncio.run(asyncio.wait_for(ask(), SECONDS))
    except Exception:  # a traceback would break the command line that the user is typing
        return []
    return [offer for offer in offers if offer[0].startswith(incomplete)][:MOST_OFFERED]


def _client() -> EcsClient:
    from ..clock import system_clock  # noqa: PLC0415
    from ..ecs.client import EcsClient  # noqa: PLC0415
    from ..ecs.settings import resolve_settings  # noqa: PLC0415

    return EcsClient(resolve_settings(lambda _key: None, os.environ), system_clock())
