"""Which of several snapshots of the same disks stay and which go, each with its reason."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic

from .intent import generation_of
from .ownership import ownership_of
from .records import R, Recorded


class Fate(Enum):
    """What becomes of a member of a series."""

    KEEP = "keep"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Verdict(Generic[R]):
    """The fate of one member, and why."""

    member: R
    fate: Fate
    reason: str

    def __str__(self) -> str:
        return f"{self.fate.value} {self.member.record_id} (generation {generation_of(self.member)}): {self.reason}"


def retention_plan(members: Sequence[R], keep_last: int) -> list[Verdict[R]]:
    """Judge every member, newest first.

    `keep_last` counts the accomplished snapshots of each disk, so one that is still being taken or that failed never
    displaces a good one, and a disk that is replaced keeps the last snapshot of the old one. A group or set stays as
    long as one of its disks needs it. `keep_last` below 1 counts as 1.
    """
    verdicts: list[Verdict[R]] = []
    kept: Counter[str] = Counter()
    for member in sorted(members, key=recency, reverse=True):
        verdict = _verdict(member, kept, max(1, keep_last))
        if verdict.fate is Fate.KEEP and counts(member):
            kept.update(disks_of(member))
        verdicts.append(verdict)
    return verdicts


def recency(member: Recorded) -> tuple[float, int]:
    """By the cut, since generations begin again where the ledger had become empty; the newest have none yet."""
    return (member.cut_at.timestamp() if member.cut_at else math.inf, generation_of(member))


def counts(member: Recorded) -> bool:
    """Tell whether a member is one to go back to."""
    return member.accomplished and not ownership_of(member).being_created


def disks_of(member: Recorded) -> set[str]:
    """Return the disks of a member; one that tells none, such as a copy, is of a disk without a name."""
    return set(member.kept_disks) or {""}


def _verdict(member: R, kept: Counter[str], keep_last: int) -> Verdict[R]:
    if ownership_of(member).being_created:
        return Verdict(member, Fate.KEEP, "it is being created")
    if member.failed:
        return Verdict(member, Fate.REMOVE, "it failed and holds nothing")
    if not member.accomplished:
        return Verdict(member, Fate.KEEP, f"it is {member.status or 'in an unknown status'}")
    if any(kept[disk_id] < keep_last for disk_id in disks_of(member)):
        return Verdict(member, Fate.KEEP, f"it is among the newest {keep_last}")
    return Verdict(member, Fate.REMOVE, f"{keep_last} newer accomplished ones are kept")
