"""Which snapshots of a series stay and which go, each with its reason."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic

from .intent import BEING_CREATED_TAG, generation_of
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
    """Judge every member of a series, newest first.

    `keep_last` counts accomplished snapshots, so one that is still being taken or that failed never displaces a
    good one; `keep_last` below 1 counts as 1, since a series is never emptied by pruning.
    """
    verdicts: list[Verdict[R]] = []
    kept = 0
    for member in sorted(members, key=_recency, reverse=True):
        verdict = _verdict(member, kept, max(1, keep_last))
        kept += verdict.fate is Fate.KEEP and _counts(member)
        verdicts.append(verdict)
    return verdicts


def _recency(member: Recorded) -> tuple[float, int]:
    """By the cut, since generations begin again where the ledger had become empty; the newest have none yet."""
    return (member.cut_at.timestamp() if member.cut_at else math.inf, generation_of(member))


def _counts(member: Recorded) -> bool:
    return member.accomplished and BEING_CREATED_TAG not in member.tags


def _verdict(member: R, kept: int, keep_last: int) -> Verdict[R]:
    if BEING_CREATED_TAG in member.tags:
        return Verdict(member, Fate.KEEP, "it is being created")
    if member.failed:
        return Verdict(member, Fate.REMOVE, "it failed and holds nothing")
    if not member.accomplished:
        return Verdict(member, Fate.KEEP, f"it is {member.status or 'in an unknown status'}")
    if kept < keep_last:
        return Verdict(member, Fate.KEEP, f"it is among the newest {keep_last}")
    return Verdict(member, Fate.REMOVE, f"{keep_last} newer accomplished ones are kept")
