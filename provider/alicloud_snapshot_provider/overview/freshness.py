"""Tells for monitoring how old the newest good snapshot of each disk is, or why there is none. Makes no calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from ..ecs.models import DiskInfo, SnapshotInfo
from ..freezes.spec import CONSISTENCY_PENDING
from ..ledger.intent import CONSISTENCY_TAG
from ..ledger.ownership import ownership_of
from ..ledger.records import Recorded
from ..snapshots.preflight import has_no_snapshots
from ..waiting.progress import duration_text
from .chains import chains_of, is_usable
from .inventory import Inventory
from .storage import stored_gib


class State(Enum):
    """Whether the newest good snapshot is recent enough, or why there is none."""

    FRESH = "fresh"
    TOO_OLD = "too old"
    NEVER = "never"
    ONLY_FAILED = "only failed"
    ONLY_UNPROVEN = "only unproven"


@dataclass(frozen=True, slots=True)
class Freshness:
    """One disk. `last_success` is the cut of its newest good snapshot, or None; `age` is its age in seconds.

    `gib` is what all snapshots of the disk store.
    """

    region: str
    disk: DiskInfo
    state: State
    reason: str
    last_success: datetime | None
    age: float | None
    gib: float


def freshness_of(inventory: Inventory, max_age: float) -> list[Freshness]:
    """Judge every disk of a region that can have snapshots. A good snapshot must be at most `max_age` seconds old.

    A snapshot is good if the disk can be restored from it. Copies from other regions do not count, and neither do
    snapshots that were begun with a freeze without proof of it.
    """
    unproven = _unproven(inventory)
    of_disk: dict[str, list[SnapshotInfo]] = defaultdict(list)
    for snapshot in inventory.snapshots:
        if not snapshot.source_snapshot_id:
            of_disk[snapshot.source_disk_id].append(snapshot)
    gib: dict[str, float] = defaultdict(float)
    for chain in chains_of(inventory):
        gib[chain.disk_id] += 0.0 if chain.is_copy else stored_gib(chain)
    disks = [disk for disk in inventory.disks if not has_no_snapshots(disk)]
    return [_judge(inventory, disk, of_disk[disk.disk_id], unproven, max_age, gib=gib[disk.disk_id]) for disk in disks]


def _judge(
    inventory: Inventory,
    disk: DiskInfo,
    snapshots: Sequence[SnapshotInfo],
    unproven: Collection[str],
    max_age: float,
    *,
    gib: float,
) -> Freshness:
    successes = [each for each in snapshots if is_usable(each) and each.snapshot_id not in unproven]
    cut = max((each.cut_at for each in successes if each.cut_at), default=None)
    if cut is None:
        state, reason = _why_none(snapshots, unproven)
        return Freshness(inventory.region, disk, state, reason, None, None, gib)
    age = max(0.0, inventory.now - cut.timestamp())
    state = State.TOO_OLD if age > max_age else State.FRESH
    return Freshness(inventory.region, disk, state, f"last success {duration_text(age)} ago", cut, age, gib)


def _why_none(snapshots: Sequence[SnapshotInfo], unproven: Collection[str]) -> tuple[State, str]:
    """Return why none of the snapshots is good."""
    under_way = [each for each in snapshots if not each.failed and not is_usable(each)]
    if under_way:
        return State.NEVER, f"no success yet: {under_way[0].snapshot_id} is at {under_way[0].percent} %"
    named = ", ".join(each.snapshot_id for each in snapshots if each.snapshot_id in unproven)
    if named:
        return State.ONLY_UNPROVEN, f"begun with a freeze and not proven: {named}"
    if snapshots:
        return State.ONLY_FAILED, f"all failed: {', '.join(each.snapshot_id for each in snapshots)}"
    return State.NEVER, "no snapshot at all"


def _unproven(inventory: Inventory) -> set[str]:
    """Return the ids of snapshots that were begun with a freeze, have no proof of it, and are in no state."""
    alone = {each.snapshot_id for each in inventory.snapshots if _is_unproven(each)}
    grouped = (group.snapshot_ids.values() for group in inventory.groups if _is_unproven(group))
    return alone.union(*grouped)


def _is_unproven(record: Recorded) -> bool:
    return ownership_of(record).being_created and record.tags.get(CONSISTENCY_TAG) == CONSISTENCY_PENDING
