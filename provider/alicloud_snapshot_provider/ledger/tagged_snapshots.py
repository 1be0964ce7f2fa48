"""Finds snapshots by tags, even if there are more than the 1,000 that ECS lists by tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..ecs.client import TAGGED_LIMIT, EcsClient
from ..ecs.models import SnapshotInfo

MOST_LISTED = 100_000
"""In a region with more snapshots, only the first 1,000 with the tags are found."""


async def tagged_snapshots(client: EcsClient, tags: Mapping[str, str]) -> Sequence[SnapshotInfo]:
    """Return the snapshots that have all `tags`. If ECS cuts that list off, filter the list of the region."""
    listed = await client.snapshots_by_tags(tags)
    if len(listed) < TAGGED_LIMIT:
        return listed
    everything = await client.all_snapshots(MOST_LISTED)
    return listed if everything is None else [each for each in everything if tags.items() <= each.tags.items()]
