"""Decides which snapshots of a series stay and which go, and says why."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Generic

from .intent import generation_of
from .keep import Keep, keep_reasons
from .ownership import ownership_of
from .records import R, Recorded


class Fate(Enum):
    """Whether a member of a series stays."""

    KEEP = "keep"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Verdict(Generic[R]):
    """The fate of one member, and the reason."""

    member: R
    fate: Fate
    reason: str

    def __str__(self) -> str:
        return f"{self.fate.value} {self.member.record_id} (generation {generation_of(self.member)}): {self.reason}"


def retention_plan(members: Sequence[R], keep_last: int, keep: Sequence[Keep] = ()) -> list[Verdict[R]]:
    """Judge every member, newest first. It stays if `keep_last` or a rule of `keep` keeps it for one of its disks.

    `keep_last` counts the accomplished snapshots of each disk, so a failed snapshot or one in progress displaces no
    good one. After a disk is replaced, the last snapshot of the old disk stays. `keep_last` below 1 counts as 1.
    """
    verdicts: list[Verdict[R]] = []
    kept: Counter[str] = Counter()
    newest_first = sorted(members, key=recency, reverse=True)
    words = _words([each for each in newest_first if is_restore_point(each)], keep) if keep else {}
    for member in newest_first:
        verdict = _verdict(member, kept, max(1, keep_last), words.get(member.record_id, ()) if keep else None)
        if verdict.fate is Fate.KEEP and is_restore_point(member):
            kept.update(disks_of(member))
        verdicts.append(verdict)
    return verdicts


def recency(member: Recorded) -> tuple[float, int]:
    """Return the sort key: the time of the cut, since generations start again in an empty series. No cut is newest."""
    return (member.cut_at.timestamp() if member.cut_at else math.inf, generation_of(member))


def is_restore_point(member: Recorded) -> bool:
    """Tell whether a disk can be restored from a member."""
    return member.accomplished and not ownership_of(member).being_created


def disks_of(member: Recorded) -> set[str]:
    """Return the disks of a member. A copy has none: it counts as the snapshot of a disk named ""."""
    return set(member.source_disks) or {""}


def _words(newest_first: Sequence[Recorded], keep: Sequence[Keep]) -> Mapping[str, Collection[str]]:
    """Return by record id the rules that keep a member for one of its disks."""
    dated_words: dict[str, dict[str, None]] = defaultdict(dict)
    by_disk: dict[str, dict[str, datetime]] = defaultdict(dict)
    for each in newest_first:
        if (cut_at := each.cut_at) is not None:
            for disk_id in disks_of(each):
                by_disk[disk_id][each.record_id] = cut_at
    for _, dated in sorted(by_disk.items()):
        for rules in keep:
            for record_id, words in zip(dated, keep_reasons(rules, list(dated.values())), strict=True):
                dated_words[record_id] |= dict.fromkeys(words)
    undated = {each.record_id: {"having no known time": None} for each in newest_first if each.cut_at is None}
    return dated_words | undated


def _verdict(member: R, kept: Counter[str], keep_last: int, words: Collection[str] | None) -> Verdict[R]:
    """Judge a member. `words` are the rules of `keep` that keep it, None if `keep` is not given."""
    if ownership_of(member).being_created:
        return Verdict(member, Fate.KEEP, "it is being created")
    if member.failed:
        return Verdict(member, Fate.REMOVE, "it failed and holds nothing")
    if not member.accomplished:
        return Verdict(member, Fate.KEEP, f"it is {member.status or 'in an unknown status'}")
    if words:
        return Verdict(member, Fate.KEEP, f"kept by {'; '.join(words)}")
    if any(kept[disk_id] < keep_last for disk_id in disks_of(member)):
        return Verdict(member, Fate.KEEP, f"it is among the newest {keep_last}")
    gone = "no rule keeps it" if words is not None else f"{keep_last} newer accomplished ones are kept"
    return Verdict(member, Fate.REMOVE, gone)
