"""A chain as a time line: one lane for each keeper, with a mark for each snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Literal

from ...clock import SECONDS_PER_DAY
from ...ecs.models import LockInfo, SnapshotInfo
from ...ecs.wire_format import moment
from ...ledger.intent import generation_of
from ...ledger.keeper import Keeper, keeper_of
from ...ledger.proof import proof_of
from ...overview.chains import Chain
from ...waiting.progress import duration_text
from .formats import counted, day_text, moment_text, proof_text
from .holders import Holders
from .scale import Scale

Shape = Literal["full", "incremental", "failed", "progressing"]

_ROOM_FOR_A_LABEL = 4.0
"""A mark's generation needs this percent of the width on its left."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One snapshot at `x` percent. `label` is its generation if there is room for it."""

    x: float
    shape: Shape
    title: str
    label: str
    percent: int
    archived: bool
    locked: bool
    held: bool
    proven: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """The snapshots of a chain that one keeper took."""

    keeper: Keeper
    marks: Sequence[Mark]

    @property
    def is_labelled(self) -> bool:
        """Whether a mark shows its generation below it."""
        return any(mark.label for mark in self.marks)


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """One snapshot in the table beside the time line."""

    snapshot: SnapshotInfo
    keeper: Keeper
    shape: Shape
    taken: str
    age: str
    generation: str
    remarks: Sequence[str]


@dataclass(frozen=True, slots=True)
class Teller:
    """Describes snapshots at `now`, with their locks and their holders."""

    now: float
    scale: Scale
    holders: Holders
    locks: dict[str, LockInfo]

    def lanes(self, chain: Chain) -> list[Lane]:
        """Return the chain's lanes."""
        by_keeper: dict[Keeper, list[SnapshotInfo]] = defaultdict(list)
        for snapshot in chain.snapshots:
            by_keeper[keeper_of(snapshot)].append(snapshot)
        ordered = sorted(by_keeper, key=keeper_order)
        return [Lane(keeper, self._marks(chain, by_keeper[keeper])) for keeper in ordered]

    def lines(self, chain: Chain) -> list[SnapshotLine]:
        """Return the chain's table, newest first."""
        return [self._line(chain, snapshot) for snapshot in reversed(chain.snapshots)]

    def _marks(self, chain: Chain, snapshots: Sequence[SnapshotInfo]) -> list[Mark]:
        marks: list[Mark] = []
        labelled = -_ROOM_FOR_A_LABEL
        for snapshot in snapshots:
            x = self.scale.x(snapshot.cut_at.timestamp() if snapshot.cut_at else self.now)
            generation = generation_of(snapshot)
            has_room = bool(generation) and x - labelled >= _ROOM_FOR_A_LABEL
            labelled = x if has_room else labelled
            marks.append(self._mark(chain, snapshot, x, f"{generation}" if has_room else ""))
        return marks

    def _mark(self, chain: Chain, snapshot: SnapshotInfo, x: float, label: str) -> Mark:
        line = self._line(chain, snapshot)
        generation = f"generation {line.generation}" if line.generation else ""
        facts = [snapshot.snapshot_id, status_text(line), line.taken, generation, *line.remarks]
        return Mark(
            x=x,
            shape=line.shape,
            title=" · ".join(fact for fact in facts if fact),
            label=label,
            percent=snapshot.percent,
            archived=snapshot.category.lower() == "archive",
            locked=snapshot.snapshot_id in self.locks,
            held=bool(self.holders.of(snapshot.snapshot_id)),
            proven=proof_of(snapshot) is not None,
        )

    def _line(self, chain: Chain, snapshot: SnapshotInfo) -> SnapshotLine:
        cut = snapshot.cut_at.timestamp() if snapshot.cut_at else None
        generation = generation_of(snapshot)
        return SnapshotLine(
            snapshot=snapshot,
            keeper=keeper_of(snapshot),
            shape=_shape(chain, snapshot),
            taken="not cut yet" if cut is None else f"{moment_text(cut)} UTC",
            age="" if cut is None else duration_text(max(0.0, self.now - cut)),
            generation=str(generation) if generation else "",
            remarks=self._remarks(snapshot, cut),
        )

    def _remarks(self, snapshot: SnapshotInfo, cut: float | None) -> list[str]:
        remarks = [_lock_text(self.locks[snapshot.snapshot_id])] if snapshot.snapshot_id in self.locks else []
        remarks += ["archived"] if snapshot.category.lower() == "archive" else []
        remarks += ["encrypted"] if snapshot.encrypted else []
        proof = proof_of(snapshot)
        remarks += [proof_text(proof)] if proof else []
        remarks += [f"{holder} stands on it" for holder in self.holders.of(snapshot.snapshot_id)]
        if snapshot.retention_days and cut is not None:
            remarks.append(f"kept until {day_text(cut + snapshot.retention_days * SECONDS_PER_DAY)}")
        return remarks


def keeper_order(keeper: Keeper) -> tuple[bool, bool, Keeper]:
    """Return the sort key of a keeper: stacks by name, then named series, then what Pulumi did not take."""
    return not keeper.declared, not keeper.stack, keeper


def status_text(line: SnapshotLine) -> str:
    """Return the kind and the status of a snapshot."""
    if line.shape == "progressing":
        return f"in progress, {line.snapshot.percent} %"
    return "failed" if line.shape == "failed" else f"{line.shape}, {line.snapshot.status}"


def time_line_title(chain: Chain, lanes: Sequence[Lane]) -> str:
    """Return the text for a reader who does not see the time line."""
    taken = counted(len(chain.snapshots), "snapshot")
    return f"Time line of disk {chain.disk_id}: {taken} in {counted(len(lanes), 'series', 'series')}"


def _shape(chain: Chain, snapshot: SnapshotInfo) -> Shape:
    if snapshot.failed:
        return "failed"
    if not snapshot.accomplished:
        return "progressing"
    return "full" if snapshot is chain.full else "incremental"


def _lock_text(lock: LockInfo) -> str:
    ends = moment(lock.lock_expired_time)
    until = f"locked until {ends.astimezone(UTC):%Y-%m-%d}" if ends else f"locked for {lock.lock_duration} d"
    return f"{until}, can still be taken off" if lock.can_be_undone else until
