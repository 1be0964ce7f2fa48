"""Snapshots by their tags, also where there are more than ECS lists by tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..ecs.client import TAGGED_LIMIT, EcsClient
from ..ecs.models import SnapshotInfo

MOST_LISTED = 100_000
"""Snapshots of a region beyond which only the first 1,000 with the tags are found."""


async def tagged_snapshots(client: EcsClient, tags: Mapping[str, str]) -> Sequence[SnapshotInfo]:
    """Return the snapshots with all of `tags`.

    Where ECS cuts that list off, they are picked from the region's whole list.
    """
    listed = await client.snapshots_by_tags(tags)
    if len(listed) < TAGGED_LIMIT:
        return listed
    everything = await client.all_snapshots(MOST_LISTED)
    return listed if everything is None else [each for each in everything if tags.items() <= each.tags.items()]
