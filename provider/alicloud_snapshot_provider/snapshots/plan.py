"""The plan in a preview: which snapshot will be taken, its duration and cost, and warnings."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..ecs.models import DiskInfo, SnapshotGroupInfo, SnapshotInfo
from ..waiting.progress import duration_text
from .estimate import Estimate, Price, estimate
from .situation import Situation
from .window import Window


def plan_facts(situation: Situation, disk: DiskInfo, price: Price) -> list[str]:
    """Return the facts, one line each."""
    if situation.unfinished is not None:
        return [adoption_text(situation.unfinished)]
    facts = estimate(situation, disk, price)
    return [
        _summary(facts, price),
        _what(situation, disk),
        _base(facts),
        _meanwhile(situation, disk),
        *_in_progress(situation),
        *situation.schedules,
    ]


def adoption_text(unfinished: SnapshotInfo | SnapshotGroupInfo) -> str:
    """Return the only fact if an earlier run began the snapshot."""
    progress = unfinished.progress or "just begun"
    return f"adopts {unfinished.record_id} ({progress}), which an earlier run began for the same intent"


def plan_warnings(
    situation: Situation,
    disk: DiskInfo,
    window: Window | None,
    covered: Collection[str] = (),
    *,
    refused: bool = False,
) -> list[str]:
    """Return the warnings, one line each. `covered`: this run also takes snapshots of these disks."""
    return [*_striped(situation, disk, covered), *outside_window(situation.now, window, refused=refused)]


def automatic_facts(situation: Situation, min_age: float | None) -> list[str]:
    """Return a fact if an automatic snapshot is younger than `min_age` seconds.

    No resource takes it over: its policy deletes it, even if somebody needs it.
    """
    done = [each for each in situation.snapshots if each.accomplished and each.automatic and each.cut_at]
    newest = max(done, key=lambda each: each.creation_time, default=None)
    if newest is None or newest.cut_at is None or min_age is None or situation.unfinished is not None:
        return []
    age = situation.now - newest.cut_at.timestamp()
    if age >= min_age:
        return []
    return [
        f"automatic snapshot {newest.snapshot_id} is {duration_text(max(0.0, age))} old, which is younger than "
        "min_age; it does not count, since its policy may delete it at any time"
    ]


def _what(situation: Situation, disk: DiskInfo) -> str:
    where = f"of instance {situation.instance.instance_id}" if situation.instance else "not attached"
    if situation.siblings:
        where += f", without its other disks ({_some(situation.siblings)})"
    return f"{disk.disk_type or 'a'} disk {disk.disk_id}, {disk.size} GiB {disk.category}, {where}"


def _base(facts: Estimate) -> str:
    if facts.previous is None:
        return "the disk's first snapshot: stores every used block"
    age = f", {duration_text(facts.previous_age)} old" if facts.previous_age is not None else ""
    took = f", which took {duration_text(facts.previous_seconds)}" if facts.previous_seconds else ""
    return f"stores what changed since {facts.previous.snapshot_id}{age}{took}"


def _summary(facts: Estimate, price: Price) -> str:
    return (
        f"{'full' if facts.full else 'incremental'} snapshot, about {duration_text(facts.seconds)}, "
        f"at most {facts.gib:g} GiB and {price.text(facts.monthly_cost)}"
    )


def _meanwhile(situation: Situation, disk: DiskInfo) -> str:
    slow = "the disk's I/O is slightly slower meanwhile"
    if situation.instance is None:
        return slow
    return f"keep the state of {disk.instance_id} unchanged meanwhile: no stop, no restart; {slow}"


def _in_progress(situation: Situation) -> list[str]:
    """Return a fact for each snapshot of the instance's disks that its state must not change under either."""
    return [
        f"snapshot {each.snapshot_id} of {each.source_disk_id} is in progress ({each.progress or 'just begun'})"
        for each in (*situation.in_progress, *situation.beside)
    ]


def _striped(situation: Situation, disk: DiskInfo, covered: Collection[str]) -> list[str]:
    """Return a warning if the disk may be part of a striped volume: a data disk of an instance with several."""
    others = [each for each in situation.siblings if each.disk_type == "data" and each.disk_id not in covered]
    if disk.disk_type != "data" or not others:
        return []
    return [
        f"instance {disk.instance_id} has other data disks ({_some(others)}) that this snapshot leaves out: "
        "a volume striped over several disks only rolls back if it had no I/O, or from a SnapshotGroup; "
        "several partitions, or a volume that was extended, on this one disk roll back normally"
    ]


def outside_window(now: float, window: Window | None, *, refused: bool = False) -> list[str]:
    """Return a warning if `now`, in seconds since the epoch, is outside of the window.

    `refused`: nothing begins then.
    """
    if window is None or window.contains(now):
        return []
    if refused:
        return [f"now is outside the maintenance window {window}: `pulumi up` begins no snapshot before it opens"]
    return [f"now is outside the maintenance window {window}: creation slows the disk's I/O a little"]


def _some(disks: Sequence[DiskInfo]) -> str:
    named = ", ".join(disk.disk_id for disk in disks[:3])
    return named if len(disks) <= 3 else f"{named} and {len(disks) - 3} more"
