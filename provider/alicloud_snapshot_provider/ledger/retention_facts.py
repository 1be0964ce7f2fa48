"""What the rules of `keep` are going to do to a history, said before they do it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from .ownership import let_go_by, lineage_of, ownership_of
from .records import R, Recorded
from .retention import Fate, disks_of, retention_plan
from .run import Rules

MOST_NAMED = 12
"""Lines of a history that are shown; a longer one is shown by `prune --dry-run`."""


@dataclass(frozen=True, slots=True)
class _Next:
    """The record that is about to be taken, as it will count."""

    cut_at: datetime
    source_disks: Collection[str]
    record_id: str = "the new one"
    record_name: str = ""
    description: str = ""
    status: str = "accomplished"
    accomplished: bool = True
    failed: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def ended_at(self) -> datetime:
        return self.cut_at


def history_of(members: Sequence[R], replaced: Collection[str]) -> list[R]:
    """Return what is history once the records of these ids are replaced: themselves, and what each had let go."""
    gone = [each for each in members if each.record_id in replaced]
    owners = {let_go_by(lineage_of(ownership_of(each).owner, each.record_id)) for each in gone}
    return [*gone, *(each for each in members if ownership_of(each) in owners)]


def retention_facts(history: Sequence[Recorded], rules: Rules, now: float) -> list[str]:
    """Return what stays and goes once another record is taken at `now`, in epoch seconds, a line each."""
    stated = "; or ".join(map(str, rules.keep))
    facts = [f"of its history stays: {stated}"] if rules.keep else []
    if not history or not rules.keep:
        return facts
    # This machine's clock may be behind that of ECS.
    cut = max([now, *(each.cut_at.timestamp() + 1 for each in history if each.cut_at)])
    coming = _Next(datetime.fromtimestamp(cut, UTC), {disk_id for each in history for disk_id in disks_of(each)})
    plan = [
        each for each in retention_plan([coming, *history], rules.keep_last, rules.keep) if each.member is not coming
    ]
    lines = [f"{each.member.record_id} {'stays' if each.fate is Fate.KEEP else 'goes'}: {each.reason}" for each in plan]
    hidden = len(lines) - MOST_NAMED
    return [*facts, *lines[:MOST_NAMED], *([f"and {hidden} more of it"] if hidden > 0 else [])]
