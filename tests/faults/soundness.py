"""What random runs share: how many, how long, and what must not be."""

from __future__ import annotations

from collections.abc import Iterable

from cloud import Cloud

from alicloud_snapshot_provider.overview.orphans import Claims, find_orphans
from alicloud_snapshot_provider.snapshots.estimate import Price

SCOPE = "project/stack"
"""The project and stack of the series."""
STEPS = 8
LISTED_AT_LAST = 600.0
"""Virtual seconds after which ECS lists whatever it has not listed yet: before, destroying cannot know of it."""
MOST_WALL_SECONDS = 60.0


class Unsound(Exception):
    """What must not be."""


async def unnamed(cloud: Cloud, snapshot_ids: Iterable[str]) -> set[str]:
    """Return those of the snapshots that `orphans` does not name, although the stack's state holds nothing."""
    orphans = await find_orphans(cloud.region, Claims({}, frozenset({SCOPE})), Price(1.0))
    return set(snapshot_ids) - {snapshot.snapshot_id for orphan in orphans for snapshot in orphan.snapshots}
