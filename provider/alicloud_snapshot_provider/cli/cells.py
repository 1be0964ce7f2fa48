"""The cells of the tables: ages, sizes, statuses and names of snapshots."""

from __future__ import annotations

from collections.abc import Collection

from ..ecs.models import SnapshotInfo
from ..ecs.wire_format import moment
from ..ledger.intent import scope_of
from ..ledger.proof import BY_DISK, Proof
from ..overview.catalogue import Entry
from ..waiting.progress import duration_text


def age_text(seconds: float | None) -> str:
    """Return the age of a snapshot, which begins with the cut."""
    return "no cut yet" if seconds is None else duration_text(seconds)


def gib_text(gib: float) -> str:
    """Return a size in GiB."""
    return f"{gib:.3g} GiB" if gib < 1_000 else f"{gib:.0f} GiB"


def status_text(snapshot: SnapshotInfo) -> str:
    """Return the status. If the snapshot is unfinished, it has its progress."""
    if snapshot.accomplished or snapshot.failed:
        return snapshot.status
    left = snapshot.remain_time
    parts = [snapshot.status or "unknown", f"{snapshot.percent} %"]
    return " ".join(parts) + (f", {duration_text(left)} left" if left is not None and left > 0 else "")


def kind_text(entry: Entry) -> str:
    """Return what a snapshot is part of, with its name."""
    snapshot = entry.snapshot
    texts = {
        "copy": f"copy of {snapshot.source_snapshot_id} in {snapshot.source_region_id}",
        "group": f"group {entry.group.snapshot_group_id}" if entry.group else "",
        "set": f"set of {entry.set_size}",
    }
    text = texts.get(entry.kind, entry.kind)
    return f"archived {text}" if snapshot.archived else text


def series_text(series: str, scopes: Collection[str]) -> str:
    """Return the name of a series. For a series of the stack, it is the resource's name."""
    scope = scope_of(series)
    if scope == series or scope not in scopes:
        return series
    return series.removeprefix(f"{scope}/").rpartition("#")[0]


def proof_text(proof: Proof | None, now: float) -> str:
    """Return how long ago a drill proved the snapshot, and whether anybody read the disk."""
    if proof is None:
        return "never"
    at = moment(proof.at)
    ago = f"{duration_text(max(0.0, now - at.timestamp()))} ago" if at else proof.at
    return f"{ago}, unread" if proof.by == BY_DISK else ago


def usage_text(snapshot: SnapshotInfo) -> str:
    """Return which kinds of things were made from a snapshot, or an empty text."""
    return "" if snapshot.usage in {"", "none"} else snapshot.usage.replace("_", ", ")
