"""Selects the disks of a set: by their ids, their instance or their tags."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..ecs.client import TAGGED_LIMIT, EcsClient
from ..ecs.models import DiskInfo
from ..waiting.batch import BatchedLookup

MOST_LISTED = 100_000
"""In a region with more disks only the first 1,000 tagged disks are found."""


@dataclass(frozen=True, slots=True)
class Selection:
    """One of three ways to select disks, and the excluded ones."""

    disk_ids: Sequence[str] = ()
    instance_id: str | None = None
    disk_tags: Mapping[str, str] = field(default_factory=dict)
    exclude_disk_ids: Sequence[str] = ()

    def __str__(self) -> str:
        if self.instance_id:
            return f"the disks of instance {self.instance_id}"
        if self.disk_tags:
            return f"the disks tagged {', '.join(f'{key}={value}' for key, value in self.disk_tags.items())}"
        return f"{len(self.disk_ids)} disks"


async def find_disks(
    client: EcsClient, lookup: BatchedLookup[DiskInfo], selection: Selection
) -> dict[str, DiskInfo | None]:
    """Return the selected disks by id. A named disk that does not exist is None."""
    if selection.disk_ids:
        found = await asyncio.gather(*map(lookup.get, selection.disk_ids))
        return dict(zip(selection.disk_ids, found, strict=True))
    if selection.instance_id:
        listed: Sequence[DiskInfo] = await client.disks_of_instance(selection.instance_id)
    else:
        listed = await _tagged(client, selection.disk_tags)
    return {disk.disk_id: disk for disk in listed if disk.disk_id not in selection.exclude_disk_ids}


async def _tagged(client: EcsClient, tags: Mapping[str, str]) -> Sequence[DiskInfo]:
    """Return the disks with the tags. If ECS cuts that list off, filter the list of the whole region."""
    listed = await client.disks_by_tags(tags)
    if len(listed) < TAGGED_LIMIT:
        return listed
    everything = await client.all_disks(MOST_LISTED)
    return listed if everything is None else [disk for disk in everything if tags.items() <= disk.tags.items()]
