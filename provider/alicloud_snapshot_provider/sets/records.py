"""Reads and tags sets of snapshots. ECS has no sets: the members share a series and a generation in their tags."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from ..ecs.client import EcsClient
from ..ecs.models import SnapshotInfo
from ..ecs.transport import pages_of
from ..ecs.wire_format import percent
from ..errors import InUse, SnapshotError, merged_in_use
from ..ledger.intent import CONSISTENCY_TAG, GENERATION_TAG, SERIES_TAG, generation_of
from ..ledger.ledger import MOST_TAGGED_AT_ONCE
from ..ledger.ownership import belongs_to_another, ownership_of
from ..ledger.records import SnapshotRecords
from ..ledger.tagged_snapshots import tagged_snapshots
from ..snapshots.delete import SnapshotRemover


@dataclass(frozen=True, slots=True)
class SnapshotSetInfo:
    """The snapshots that share a series and a generation. Common properties are those of the first member."""

    series: str
    generation: int
    members: Sequence[SnapshotInfo] = ()

    def with_first(self, member: SnapshotInfo) -> SnapshotSetInfo:
        """Return the set with this member first."""
        return replace(self, members=[member, *(each for each in self.members if each is not member)])

    @property
    def snapshot_set_id(self) -> str:
        return f"{self.series}:{self.generation}"

    @property
    def record_id(self) -> str:
        return self.snapshot_set_id

    @property
    def snapshot_name(self) -> str:
        return next((member.snapshot_name for member in self.members), "")

    @property
    def record_name(self) -> str:
        return self.snapshot_name

    @property
    def description(self) -> str:
        return next((member.description for member in self.members), "")

    @property
    def resource_group_id(self) -> str:
        return next((member.resource_group_id for member in self.members), "")

    @property
    def retention_days(self) -> int | None:
        return next((member.retention_days for member in self.members), None)

    @property
    def category(self) -> str:
        """Whether it is in the archive: only if every member is."""
        return next((member.category for member in self.members if not member.archived), "archive")

    @property
    def snapshot_ids(self) -> dict[str, str]:
        """The ids of the members by disk."""
        return {member.source_disk_id: member.snapshot_id for member in self.members}

    @property
    def source_disks(self) -> Collection[str]:
        """The disks of the members."""
        return self.snapshot_ids.keys()

    @property
    def status(self) -> str:
        """The worst status of a member: failed, progressing or accomplished."""
        states = {member.status for member in self.members}
        return next((state for state in ("failed", "progressing") if state in states), "accomplished")

    @property
    def progress(self) -> str:
        """The progress of the slowest member."""
        return min((member.progress for member in self.members), key=percent, default="")

    @property
    def available(self) -> bool:
        return bool(self.members) and all(member.available for member in self.members)

    @property
    def accomplished(self) -> bool:
        return self.status == "accomplished"

    @property
    def failed(self) -> bool:
        return self.status == "failed"

    @property
    def creation_time(self) -> str:
        """The time of the first cut."""
        return min((member.creation_time for member in self.members if member.creation_time), default="")

    @property
    def cut_at(self) -> datetime | None:
        return min((member.cut_at for member in self.members if member.cut_at), default=None)

    @property
    def ended_at(self) -> datetime | None:
        return max((member.ended_at for member in self.members if member.ended_at), default=None)

    @property
    def tags(self) -> Mapping[str, str]:
        """The tags of the first member. The set is being created while one member is, and consistent if all are."""
        tags = dict(self.members[0].tags) if self.members else {}
        if any(member.tags.get(CONSISTENCY_TAG) != tags.get(CONSISTENCY_TAG) for member in self.members):
            tags.pop(CONSISTENCY_TAG, None)
        unfinished = next((each for each in map(ownership_of, self.members) if each.being_created), None)
        mark = unfinished.tags if unfinished else {}
        return {**tags, SERIES_TAG: self.series, GENERATION_TAG: str(self.generation), **mark}


class SnapshotSetRecords:
    """The sets of a region."""

    kind: ClassVar[str] = "snapshot set"

    def __init__(self, snapshots: SnapshotRecords) -> None:
        self.client: EcsClient = snapshots.client
        self.snapshots = snapshots

    async def get(self, record_id: str) -> SnapshotSetInfo | None:
        return await self.owned(record_id, "")

    async def owned(self, record_id: str, owner: str) -> SnapshotSetInfo | None:
        """Return the set with this id that belongs to `owner`; without an owner, the first one."""
        series, _, generation = record_id.rpartition(":")
        found = await self.with_tags({SERIES_TAG: series, GENERATION_TAG: generation})
        return next((each for each in found if not owner or ownership_of(each).owner in {"", owner}), None)

    async def reload(self, record: SnapshotSetInfo) -> SnapshotSetInfo | None:
        """Return the same members as they are now. Another set may have got the same series and generation."""
        found = await asyncio.gather(*(self.snapshots.get(each.snapshot_id) for each in record.members))
        members = [each for each in found if each]
        return replace(record, members=members) if members else None

    async def with_tags(self, tags: Mapping[str, str]) -> list[SnapshotSetInfo]:
        return _sets(await tagged_snapshots(self.client, tags))

    async def mark(self, records: Sequence[SnapshotSetInfo], tags: Mapping[str, str]) -> None:
        for page in pages_of([member.snapshot_id for each in records for member in each.members], MOST_TAGGED_AT_ONCE):
            await self.snapshots.tag(page, tags)

    async def unmark(self, record: SnapshotSetInfo, keys: Sequence[str]) -> None:
        for page in pages_of([member.snapshot_id for member in record.members], MOST_TAGGED_AT_ONCE):
            await self.snapshots.untag(page, keys)


class SnapshotSetRemover:
    """Deletes sets in one region."""

    def __init__(self, remover: SnapshotRemover) -> None:
        self._remover = remover

    async def remove(self, record: SnapshotSetInfo, *, force: bool = False) -> None:
        """Delete every member of the set, or none if one is in use. Raises InUse with the members in use."""
        await self.require_removable([record], force=force)
        removals = [self._remover.remove(member, force=force) for member in record.members]
        failures = [each for each in await asyncio.gather(*removals, return_exceptions=True) if each is not None]
        held = [error for error in failures if isinstance(error, InUse)]
        for error in failures:
            if error not in held:
                raise error
        if held:
            raise merged_in_use(held)

    async def require_removable(self, records: Sequence[SnapshotSetInfo], *, force: bool = False) -> None:
        """Raise InUse if a member cannot be deleted. The error names what uses which members."""
        members = [member for record in records for member in record.members]
        await self._remover.require_removable(members, force=force)

    def deletable_part(self, record: SnapshotSetInfo, lineages: Collection[str]) -> SnapshotSetInfo | None:
        """Return the set without the members whose tags name an owner outside of `lineages`; None if none is left."""
        own = [member for member in record.members if not belongs_to_another(member, lineages)]
        if len(own) == len(record.members):
            return record
        return replace(record, members=own) if own else None


def named_failures(failures: Mapping[str, SnapshotError], most: int = 3) -> str:
    """Return the failures by disk as text; of many only the first ones."""
    shown = [f"disk {disk_id}: {error.problem}" for disk_id, error in list(failures.items())[:most]]
    rest = [f"and {len(failures) - most} more"] if len(failures) > most else []
    return "; ".join([*shown, *rest])


def _sets(snapshots: Iterable[SnapshotInfo]) -> list[SnapshotSetInfo]:
    members: dict[tuple[str, int], list[SnapshotInfo]] = defaultdict(list)
    for each in snapshots:
        members[each.tags.get(SERIES_TAG, ""), generation_of(each)].append(each)
    return [
        SnapshotSetInfo(series, generation, part)
        for (series, generation), each in members.items()
        for part in _parts(each)
    ]


def _parts(members: Sequence[SnapshotInfo]) -> list[list[SnapshotInfo]]:
    """Divide the members of a series and generation by their owners; held members and new ones come first.

    A member that is being created without an owner belongs to the only owner, if there is only one.
    """
    parts: dict[tuple[str, str], list[SnapshotInfo]] = defaultdict(list)
    for member in members:
        ownership = ownership_of(member)
        kept = ownership.held or ownership.being_created
        parts["" if kept else ownership.phase.value, ownership.owner].append(member)
    owned = [key for key in parts if key[0] == "" and key[1]]
    if len(owned) == 1:
        parts[owned[0]] += parts.pop(("", ""), [])
    return [parts[key] for key in sorted(parts)]
