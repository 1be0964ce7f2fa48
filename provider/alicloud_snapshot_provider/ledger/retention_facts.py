"""Says in a preview which snapshots of a history the rules of `keep` will keep."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from ..ecs.models import SnapshotGroupInfo
from .ownership import let_go_by, lineage_of, ownership_of
from .records import R, Recorded
from .retention import Fate, disks_of, retention_plan
from .run import Rules

MOST_NAMED = 12
"""The most lines that a preview shows. `prune --dry-run` shows all."""


def history_of(members: Sequence[R], replaced: Collection[str]) -> list[R]:
    """Return the history after the records with these ids are replaced: these records, and their own histories."""
    gone = [each for each in members if each.record_id in replaced]
    owners = {let_go_by(lineage_of(ownership_of(each).owner, each.record_id)) for each in gone}
    return [*gone, *(each for each in members if ownership_of(each) in owners)]


def retention_facts(history: Sequence[Recorded], rules: Rules, now: float) -> list[str]:
    """Return one line for each record that stays or goes after a new one at `now`, in seconds since the epoch."""
    stated = "; or ".join(map(str, rules.keep))
    facts = [f"of its history stays: {stated}"] if rules.keep else []
    if not history or not rules.keep:
        return facts
    # The new record is the newest, even if this machine's clock is behind that of ECS.
    cut = max([now, *(each.cut_at.timestamp() + 1 for each in history if each.cut_at)])
    new = SnapshotGroupInfo(
        "the new one",
        status="accomplished",
        creation_time=datetime.fromtimestamp(cut, UTC).isoformat(),
        snapshot_ids={disk_id: "" for each in history for disk_id in disks_of(each)},
    )
    plan = retention_plan([new, *history], rules.keep_last, rules.keep)
    lines = [
        f"{each.member.record_id} {'stays' if each.fate is Fate.KEEP else 'goes'}: {each.reason}"
        for each in plan
        if each.member is not new
    ]
    hidden = len(lines) - MOST_NAMED
    return [*facts, *lines[:MOST_NAMED], *([f"and {hidden} more of it"] if hidden > 0 else [])]
