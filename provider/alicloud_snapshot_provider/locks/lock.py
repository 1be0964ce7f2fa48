"""Sets compliance locks, and checks for the preview what ECS would refuse."""

from __future__ import annotations

from ..ecs.client import EcsClient
from ..ecs.models import LockInfo, SnapshotInfo
from ..errors import Unavailable

HOURS_A_DAY = 24


async def apply_lock(client: EcsClient, snapshot_id: str, *, lock_duration: int, cool_off_period: int) -> LockInfo:
    """Lock the snapshot, change a lock during its cool-off, or extend it afterwards. Returns the lock.

    A lock with the declared values is not set again: that would restart its cool-off. Raises InvalidInput if ECS does
    not allow the change any more.
    """
    lock = await client.lock_of(snapshot_id)
    if lock is not None and lock.holds:
        if lock.lock_duration != lock_duration:
            await client.lock_snapshot(snapshot_id, lock_duration=lock_duration, cool_off_period=0)
    elif lock is None or not lock.can_be_undone or _differs(lock, lock_duration, cool_off_period):
        await client.lock_snapshot(snapshot_id, lock_duration=lock_duration, cool_off_period=cool_off_period)
    locked = await client.lock_of(snapshot_id)
    if locked is None:
        raise Unavailable(
            f"snapshot {snapshot_id} was locked, but ECS does not list its lock",
            remedy="Run `pulumi up` again: a lock that is as declared is left alone.",
        )
    return locked


def _differs(lock: LockInfo, lock_duration: int, cool_off_period: int) -> bool:
    return (lock.lock_duration, lock.cool_off_period) != (lock_duration, cool_off_period)


def lock_violations(
    snapshot: SnapshotInfo | None, lock: LockInfo | None, *, lock_duration: int, cool_off_period: int
) -> dict[str, str]:
    """Return why ECS would refuse the lock, by property, with the remedies."""
    if snapshot is None:
        return {"snapshot_id": "is no snapshot of this region: correct it, or set region to the snapshot's own"}
    if snapshot.failed:
        return {"snapshot_id": f"snapshot {snapshot.snapshot_id!r} has failed and holds nothing: lock another one"}
    if snapshot.retention_days is not None and lock_duration >= snapshot.retention_days:
        return {
            "lock_duration": f"must be less than the snapshot's retention_days {snapshot.retention_days}, "
            f"got {lock_duration}: lower it, or raise retention_days first"
        }
    return _changes_too_late(lock, lock_duration, cool_off_period) if lock is not None and lock.holds else {}


def _changes_too_late(lock: LockInfo, lock_duration: int, cool_off_period: int) -> dict[str, str]:
    ended = f"the cool-off ended at {lock.cool_off_period_expired_time}, and a lock then only grows"
    failures = {}
    if lock_duration < lock.lock_duration:
        failures["lock_duration"] = (
            f"cannot shrink from {lock.lock_duration} to {lock_duration} days, since {ended}: "
            f"set at least {lock.lock_duration}"
        )
    if cool_off_period != lock.cool_off_period:
        failures["cool_off_period"] = (
            f"cannot change from {lock.cool_off_period} to {cool_off_period} hours, since {ended}: "
            f"set it to {lock.cool_off_period}"
        )
    return failures


def lock_warning(snapshot_id: str, *, lock_duration: int, cool_off_period: int) -> str:
    """Return the warning that the lock cannot be undone after its cool-off."""
    undoing = f"for {cool_off_period} hours it can be undone, then" if cool_off_period else "without any cool-off"
    return (
        f"locks {snapshot_id} for {lock_duration} days: {undoing} NOBODY can delete the snapshot, shorten the lock or "
        "take it off, and its storage is billed until the lock has expired"
    )
