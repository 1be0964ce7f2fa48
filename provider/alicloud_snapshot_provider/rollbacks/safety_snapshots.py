"""The safety snapshots of a rollback: one snapshot for one disk, a group for several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..ecs.models import SnapshotGroupInfo, SnapshotInfo
from ..errors import SnapshotError
from ..ledger.intent import generation_of, without_copied_intents
from ..ledger.ownership import OF_ROLLBACK, Phase, ownership_of
from ..ledger.records import R
from ..ledger.retention_facts import retention_facts
from ..region import Region
from .spec import RollbackSpec


@dataclass(frozen=True, slots=True)
class SafetyRecord:
    """What a rollback took first: the id of the snapshot or the group, and the snapshots by disk."""

    record_id: str
    snapshot_ids: Mapping[str, str] = field(default_factory=dict)


class SafetySnapshots:
    """Takes, finds and prunes the safety snapshots of one rollback."""

    def __init__(self, region: Region, spec: RollbackSpec) -> None:
        self._region = region
        self._spec = spec

    async def take(self, since: float) -> SafetyRecord | None:
        """Take them, or adopt what an earlier run began. None if the rollback takes no safety snapshot.

        `since` is the time of the last possible write to the disks, in epoch seconds. No snapshot that was cut before
        is adopted.
        """
        if not self._spec.safety_snapshot:
            return None
        if self._spec.grouped:
            return _taken(await self._region.groups.taker.take(replace(self._spec.safety_group, cut_after=since)))
        info = await self._region.taker.take(replace(self._spec.safety, cut_after=since))
        self._spec.progress(info)
        return _taken(info)

    async def taken(self, since: float = 0.0) -> SafetyRecord | None:
        """Return what an earlier run of the same rollback took and cut after `since`; None if there is nothing."""
        if not self._spec.safety_snapshot:
            return None
        own = [each for each in await self.members() if self._is_own(each) and _cut_after(each, since)]
        return _taken(own[-1]) if own else None

    async def members(self) -> Sequence[SnapshotInfo | SnapshotGroupInfo]:
        """Return all safety snapshots or groups of the series, the oldest first."""
        ledger = self._region.groups.ledger if self._spec.grouped else self._region.ledger
        return [each for each in await ledger.members(self._spec.series) if _is_safety(each)]

    async def prune(self) -> None:
        """Prune the series. The disks are rolled back by now, so an error only leaves work to the next rollback."""
        services: Any = self._region.groups if self._spec.grouped else self._region
        try:
            members = _prunable(await services.ledger.members(self._spec.series))
            await services.retirement.prune(members, self._spec.rules, self._spec.tell)
        except SnapshotError as error:
            self._spec.tell(f"older safety snapshots stay until the next rollback: {error.problem}")

    async def preview(self) -> list[str]:
        """Return what `keep` will do to the safety snapshots, one line each. Read-only."""
        if not self._spec.safety_snapshot or not self._spec.keep:
            return []
        members = _prunable(await self.members())
        return retention_facts(members, self._spec.rules, self._region.clock.now())

    def _is_own(self, member: SnapshotInfo | SnapshotGroupInfo) -> bool:
        spec = self._spec.safety_group if self._spec.grouped else self._spec.safety
        complete = member.accomplished and not ownership_of(member).being_created
        return complete and spec.intent(generation_of(member)).fits(member)


def _prunable(members: Sequence[R]) -> list[R]:
    """Return what only rollbacks hold. A resource of the same series may have members that a state holds."""
    return without_copied_intents([each for each in members if ownership_of(each) == OF_ROLLBACK])


def _is_safety(member: SnapshotInfo | SnapshotGroupInfo) -> bool:
    """Tell whether a rollback took the member, or may have: release 0.1.0 did not record it."""
    ownership = ownership_of(member)
    return ownership.phase in {Phase.ROLLBACK, Phase.BEING_CREATED} or (ownership.held and not ownership.owner)


def _cut_after(member: SnapshotInfo | SnapshotGroupInfo, since: float) -> bool:
    return member.cut_at is not None and member.cut_at.timestamp() >= since


def _taken(record: SnapshotInfo | SnapshotGroupInfo) -> SafetyRecord:
    if isinstance(record, SnapshotGroupInfo):
        return SafetyRecord(record.record_id, dict(record.snapshot_ids))
    return SafetyRecord(record.record_id, {record.source_disk_id: record.snapshot_id})
