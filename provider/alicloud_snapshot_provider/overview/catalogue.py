"""Lists the snapshots of a region for the command line, with series, generation, kind, age and size.

Read-only. It needs one listing of the snapshots and one of the groups.
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
from .chains import age_of
from .storage import full_gib

MOST_SERIES = 25
"""The most series of a disk for which sets are recognised. More than a few are rare."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters for snapshots. All must match; None matches everything.

    A scope is the stack that recorded the series, or a series with a name of its own.
    """

    scopes: frozenset[str] | None = None
    series: str | None = None
    disk_id: str | None = None
    instance_id: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One snapshot. `group` is its snapshot-consistent group. `set_size` is the number of disks of its set, or 1."""

    snapshot: SnapshotInfo
    region: str
    now: float
    group: SnapshotGroupInfo | None = None
    set_size: int = 1

    @property
    def tags(self) -> Mapping[str, str]:
        """The tags of the provider. A member of a group has them on the group."""
        return self.group.tags if self.group else self.snapshot.tags

    @property
    def series(self) -> str:
        """Empty if the provider did not take the snapshot."""
        return self.tags.get(SERIES_TAG, "")

    @property
    def generation(self) -> int:
        """The number in the series, 0 if the provider did not take the snapshot."""
        return generation_of(self.group or self.snapshot)

    @property
    def kind(self) -> str:
        """copy, group, set, automatic or snapshot."""
        if self.snapshot.source_snapshot_id:
            return "copy"
        if self.group is not None:
            return "group"
        if self.set_size > 1:
            return "set"
        return "automatic" if self.snapshot.automatic else "snapshot"

    @property
    def proof(self) -> Proof | None:
        """The last restore drill that the snapshot passed, None if there was none."""
        return proof_of(self.snapshot)

    @property
    def age(self) -> float | None:
        """Seconds since the cut, None before it."""
        return age_of(self.snapshot, self.now)

    @property
    def gib(self) -> float:
        """The most GiB that it stores. Blocks that older snapshots also have are stored and billed only once."""
        return 0.0 if self.snapshot.failed else full_gib(self.snapshot)


async def find_entries(region: Region, filters: Filters) -> list[Entry]:
    """Return the snapshots of a region that match the filters, the newest first.

    Raises InvalidInput if there is no filter and there are too many snapshots, or what the calls raise.
    """
    groups, disk_ids = await asyncio.gather(_groups(region), _disk_ids(region, filters))
    snapshots = await _candidates(region, filters, disk_ids, groups)
    now = region.clock.now()
    group_of = {member_id: group for group in groups for member_id in group.snapshot_ids.values()}
    entries = [Entry(each, region.name, now, group_of.get(each.snapshot_id)) for each in snapshots]
    chosen = [entry for entry in entries if _matches(entry, filters, disk_ids)]
    of_series = [*snapshots, *(await _of_same_series(region, chosen) if disk_ids is not None else ())]
    return sorted(_with_set_sizes(chosen, of_series), key=recency, reverse=True)


def recency(entry: Entry) -> tuple[float, int]:
    """Return a sort key: the time of the cut. A snapshot without a cut is the newest."""
    return (entry.snapshot.cut_at.timestamp() if entry.snapshot.cut_at else entry.now, entry.generation)


async def _groups(region: Region) -> Sequence[SnapshotGroupInfo]:
    """Return the groups. Without the permission for that, their members appear as snapshots."""
    try:
        return await region.client.snapshot_groups_by_tags({})
    except PermissionDenied:
        return ()


async def _disk_ids(region: Region, filters: Filters) -> frozenset[str] | None:
    """Return the disks that match the filters, None for all disks."""
    named = {filters.disk_id} if filters.disk_id else None
    if filters.instance_id is None:
        return frozenset(named) if named else None
    attached = {disk.disk_id for disk in await region.client.disks_of_instance(filters.instance_id)}
    return frozenset(attached & named if named else attached)


async def _candidates(
    region: Region, filters: Filters, disk_ids: frozenset[str] | None, groups: Sequence[SnapshotGroupInfo]
) -> Iterable[SnapshotInfo]:
    """Ask ECS for the shortest lists that contain all matches."""
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


async def _of_same_series(region: Region, entries: Sequence[Entry]) -> list[SnapshotInfo]:
    """Return the snapshots of all disks in the series of the entries."""
    series = sorted({entry.series for entry in entries if entry.series and entry.group is None})
    listed = await asyncio.gather(
        *(tagged_snapshots(region.client, {SERIES_TAG: each}) for each in series[:MOST_SERIES])
    )
    return [each for snapshots in listed for each in snapshots]


def _with_set_sizes(entries: Sequence[Entry], of_series: Iterable[SnapshotInfo]) -> list[Entry]:
    """Return the entries with the sizes of their sets: the disks that share a series and a generation."""
    disks: dict[tuple[str, int], set[str]] = defaultdict(set)
    for each in of_series:
        disks[each.tags.get(SERIES_TAG, ""), generation_of(each)].add(each.source_disk_id)
    sizes = {key: len(of_one) for key, of_one in disks.items() if key[0]}
    return [replace(each, set_size=sizes.get((each.series, each.generation), 1)) for each in entries]
