"""The safety snapshots of a rollback: one snapshot for one disk, a group for several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

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
    """What keeps what a rollback overwrites: a snapshot's or a group's id, and the snapshots by disk."""

    record_id: str
    snapshot_ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def snapshot_id(self) -> str:
        """The snapshot, where one disk is rolled back."""
        return self.record_id


class SafetySnapshots:
    """Takes, finds and prunes the safety snapshots of one act."""

    def __init__(self, region: Region, spec: RollbackSpec) -> None:
        self._region = region
        self._spec = spec

    async def take(self, since: float) -> SafetyRecord | None:
        """Take them, or adopt what an earlier run began. None where the act is to have none.

        What was cut before `since`, when the disks may last have been written to, in epoch seconds, is not adopted.
        """
        if not self._spec.safety_snapshot:
            return None
        if self._spec.grouped:
            return _taken(await self._region.groups.taker.take(replace(self._spec.safety_group, cut_after=since)))
        info = await self._region.taker.take(replace(self._spec.safety, cut_after=since))
        self._spec.progress(info)
        return _taken(info)

    async def taken(self, since: float = 0.0) -> SafetyRecord | None:
        """Return what an earlier run of this very act took, cut after `since`; None where there is none."""
        if not self._spec.safety_snapshot:
            return None
        own = [each for each in await self.members() if self._is_own(each) and _cut_after(each, since)]
        return _taken(own[-1]) if own else None

    async def members(self) -> Sequence[SnapshotInfo | SnapshotGroupInfo]:
        """Return all safety snapshots, or groups, of the series, oldest first."""
        ledger = self._region.groups.ledger if self._spec.grouped else self._region.ledger
        return [each for each in await ledger.members(self._spec.series) if _is_safety(each)]

    async def prune(self) -> None:
        """Prune them. The disks are back by now, so what fails here only waits for the next rollback."""
        rules = self._spec.rules
        try:
            if self._spec.grouped:
                groups = self._region.groups
                of_rollbacks = _prunable(await groups.ledger.members(self._spec.series))
                await groups.retirement.prune(of_rollbacks, rules, self._spec.tell)
            else:
                members = _prunable(await self._region.ledger.members(self._spec.series))
                await self._region.retirement.prune(members, rules, self._spec.tell)
        except SnapshotError as error:
            self._spec.tell(f"older safety snapshots stay until the next rollback: {error.problem}")

    async def preview(self) -> list[str]:
        """Return what `keep` is going to do to them, a line each. Read-only."""
        if not self._spec.safety_snapshot or not self._spec.keep:
            return []
        members = _prunable(await self.members())
        return retention_facts(members, self._spec.rules, self._region.clock.now())

    def _is_own(self, member: SnapshotInfo | SnapshotGroupInfo) -> bool:
        spec = self._spec.safety_group if self._spec.grouped else self._spec.safety
        complete = member.accomplished and not ownership_of(member).being_created
        return complete and spec.intent(generation_of(member)).fits(member)


def _prunable(members: Sequence[R]) -> list[R]:
    """Return what rollbacks keep. A declared resource may have the same series, and a state may hold what it keeps."""
    return without_copied_intents([each for each in members if ownership_of(each) == OF_ROLLBACK])


def _is_safety(member: SnapshotInfo | SnapshotGroupInfo) -> bool:
    """Tell whether a rollback took it; an earlier release did not record that."""
    ownership = ownership_of(member)
    return ownership.phase in {Phase.ROLLBACK, Phase.BEING_CREATED} or (ownership.held and not ownership.owner)


def _cut_after(member: SnapshotInfo | SnapshotGroupInfo, since: float) -> bool:
    return member.cut_at is not None and member.cut_at.timestamp() >= since


def _taken(record: SnapshotInfo | SnapshotGroupInfo) -> SafetyRecord:
    if isinstance(record, SnapshotGroupInfo):
        return SafetyRecord(record.record_id, dict(record.snapshot_ids))
    return SafetyRecord(record.record_id, {record.source_disk_id: record.snapshot_id})
