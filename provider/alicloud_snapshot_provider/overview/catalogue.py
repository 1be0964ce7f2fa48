"""Snapshots as people know them: their series and generation, alone or in a group or set, their age, their cost.

Read-only. One listing of the snapshots and one of the groups tell all of it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..ecs.models import SnapshotGroupInfo, SnapshotInfo
from ..errors import InvalidInput, PermissionDenied
from ..ledger.intent import SCOPE_TAG, SERIES_TAG, generation_of
from ..ledger.proof import Proof, proof_of
from ..ledger.tagged_snapshots import MOST_LISTED, tagged_snapshots
from ..region import Region
from .storage import full_gib

MOST_SERIES = 25
"""Series of a disk whose sets are recognised; more than a few are rare."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters. All must hold; those that are None do not count.

    A scope is the stack under which series are recorded, or a series with a name of its own.
    """

    scopes: frozenset[str] | None = None
    series: str | None = None
    disk_id: str | None = None
    instance_id: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One snapshot; `group` is the snapshot-consistent group that it is of, `set_size` the disks of its set, else 1."""

    snapshot: SnapshotInfo
    region: str
    now: float
    group: SnapshotGroupInfo | None = None
    set_size: int = 1

    @property
    def tags(self) -> Mapping[str, str]:
        """The tags of the ledger; those of a group's member are on the group."""
        return self.group.tags if self.group else self.snapshot.tags

    @property
    def series(self) -> str:
        """Empty where the snapshot is none of ours."""
        return self.tags.get(SERIES_TAG, "")

    @property
    def generation(self) -> int:
        """Its number in the series, 0 where it is none of ours."""
        return generation_of(self.group or self.snapshot)

    @property
    def kind(self) -> str:
        """What it is part of: copy, group, set, automatic or snapshot."""
        if self.snapshot.source_snapshot_id:
            return "copy"
        if self.group is not None:
            return "group"
        if self.set_size > 1:
            return "set"
        return "automatic" if self.snapshot.automatic else "snapshot"

    @property
    def proof(self) -> Proof | None:
        """When and by what its restore was proven last, None where it never was."""
        return proof_of(self.snapshot)

    @property
    def age(self) -> float | None:
        """Seconds since the point in time that it keeps, None before the cut."""
        return max(0.0, self.now - self.snapshot.cut_at.timestamp()) if self.snapshot.cut_at else None

    @property
    def gib(self) -> float:
        """The most that it stores: blocks that its predecessors hold too are paid for only once."""
        return 0.0 if self.snapshot.failed else full_gib(self.snapshot)


async def find_entries(region: Region, filters: Filters) -> list[Entry]:
    """Return the chosen snapshots of a region, newest first.

    Raises InvalidInput where everything is asked for and there are too many, else what the calls raise.
    """
    groups, disk_ids = await asyncio.gather(_groups(region), _disk_ids(region, filters))
    snapshots = await _candidates(region, filters, disk_ids, groups)
    now = region.clock.now()
    group_of = {member_id: group for group in groups for member_id in group.snapshot_ids.values()}
    entries = [Entry(each, region.name, now, group_of.get(each.snapshot_id)) for each in snapshots]
    chosen = [entry for entry in entries if _matches(entry, filters, disk_ids)]
    relatives = [*snapshots, *(await _relatives(region, chosen) if disk_ids is not None else ())]
    return sorted(_with_set_sizes(chosen, relatives), key=recency, reverse=True)


def recency(entry: Entry) -> tuple[float, int]:
    """Order by the cut; what has none yet is the newest."""
    return (entry.snapshot.cut_at.timestamp() if entry.snapshot.cut_at else entry.now, entry.generation)


async def _groups(region: Region) -> Sequence[SnapshotGroupInfo]:
    """Return the groups; who may not list groups sees their members as snapshots."""
    try:
        return await region.client.snapshot_groups_by_tags({})
    except PermissionDenied:
        return ()


async def _disk_ids(region: Region, filters: Filters) -> frozenset[str] | None:
    """Return the chosen disks, None where any will do."""
    named = {filters.disk_id} if filters.disk_id else None
    if filters.instance_id is None:
        return frozenset(named) if named else None
    attached = {disk.disk_id for disk in await region.client.disks_of_instance(filters.instance_id)}
    return frozenset(attached & named if named else attached)


async def _candidates(
    region: Region, filters: Filters, disk_ids: frozenset[str] | None, groups: Sequence[SnapshotGroupInfo]
) -> Iterable[SnapshotInfo]:
    """Ask ECS for the narrowest lists that hold all that is chosen."""
    tag = SCOPE_TAG if filters.series is None else SERIES_TAG
    values = sorted(filters.scopes or ()) if filters.series is None else [filters.series]
    lists: list[Awaitable[Sequence[SnapshotInfo]]]
    if disk_ids is not None:
        lists = [region.client.snapshots_of_disk(disk_id) for disk_id in sorted(disk_ids)]
    elif filters.series is not None or filters.scopes is not None:
        lists = [tagged_snapshots(region.client, {tag: value}) for value in values]
        lists.append(_members(region, [each for each in groups if each.tags.get(tag) in values]))
    else:
        lists = [_everything(region)]
    listed = await asyncio.gather(*lists)
    return {each.snapshot_id: each for snapshots in listed for each in snapshots}.values()


async def _members(region: Region, groups: Sequence[SnapshotGroupInfo]) -> Sequence[SnapshotInfo]:
    ids = [member_id for group in groups for member_id in group.snapshot_ids.values()]
    found = await asyncio.gather(*map(region.snapshots.get, ids))
    return [each for each in found if each is not None]


async def _everything(region: Region) -> Sequence[SnapshotInfo]:
    found = await region.client.all_snapshots(MOST_LISTED)
    if found is None:
        raise InvalidInput(
            "disk_id",
            f"there are more than {MOST_LISTED} snapshots in {region.name}",
            remedy="Choose some by their disk, instance or series.",
        )
    return found


def _matches(entry: Entry, filters: Filters, disk_ids: frozenset[str] | None) -> bool:
    return (
        (filters.series is None or entry.series == filters.series)
        and (filters.scopes is None or entry.tags.get(SCOPE_TAG) in filters.scopes)
        and (disk_ids is None or entry.snapshot.source_disk_id in disk_ids)
    )


async def _relatives(region: Region, entries: Sequence[Entry]) -> list[SnapshotInfo]:
    """Return the snapshots of other disks in the same series."""
    series = sorted({entry.series for entry in entries if entry.series and entry.group is None})
    listed = await asyncio.gather(
        *(tagged_snapshots(region.client, {SERIES_TAG: each}) for each in series[:MOST_SERIES])
    )
    return [each for snapshots in listed for each in snapshots]


def _with_set_sizes(entries: Sequence[Entry], relatives: Iterable[SnapshotInfo]) -> list[Entry]:
    """Recognise sets: several disks that share a series and a generation."""
    disks: dict[tuple[str, int], set[str]] = defaultdict(set)
    for each in relatives:
        disks[each.tags.get(SERIES_TAG, ""), generation_of(each)].add(each.source_disk_id)
    sizes = {key: len(of_one) for key, of_one in disks.items() if key[0]}
    return [replace(each, set_size=sizes.get((each.series, each.generation), 1)) for each in entries]
