"""LockSnapshot, UnlockSnapshot, DescribeLockedSnapshots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ecs_emulator import refusals
from ecs_emulator.actions.fields import time_field
from ecs_emulator.actions.formats import choice_format, range_format
from ecs_emulator.actions.paging import Limits, token_page_response
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.gateway.parameters import MAXIMUM_IDS, Parameters
from ecs_emulator.records.snapshot import Snapshot
from ecs_emulator.records.snapshot_lock import SnapshotLock
from ecs_emulator.refusals import Refusal

MODE_MALFORMED = Refusal("InvalidLockMode.Malformed", 400, "The specified LockMode is wrongly formed.")
DURATION_MALFORMED = Refusal("InvalidLockDuration.Malformed", 400, "The specified LockDuration is wrongly formed.")
COOL_OFF_MALFORMED = Refusal("InvalidCoolOffPeriod.Malformed", 400, "The specified CoolOffPeriod is wrongly formed.")
STATUS_MALFORMED = Refusal("InvalidLockStatus.Malformed", 400, "The specified LockStatus is wrongly formed.")
EXCEEDS_RETENTION = Refusal(
    "InvalidLockDuration.ExceedRetentionDays", 400, "The LockDuration must be less than the RetentionDays."
)
EXCEEDS_DURATION = Refusal(
    "InvalidCoolOffPeriod.ExceedLockDuration", 400, "The CoolOffPeriod must not exceed the LockDuration."
)
NOT_AVAILABLE = Refusal("InvalidOperation.SnapshotNotAvailable", 403, "The specified snapshot is not available.")
COOL_OFF_EXPIRED = Refusal(
    "InvalidOperation.CoolOffPeriodExpired", 403, "The cool-off period is over: the lock can only be extended."
)
LOCK_NOT_FOUND = Refusal("InvalidSnapshotLock.NotFound", 404, "The specified snapshot is not locked.")

_MODE = "compliance"
_STATUSES = frozenset({"compliance-cooloff", "compliance", "expired"})


def check_periods(parameters: Parameters) -> None:
    """Raise EcsError for a cool-off period that is longer than the lock."""
    if (parameters.number("CoolOffPeriod") or 0) > 24 * (parameters.number("LockDuration") or 0):
        raise EXCEEDS_DURATION.error()


@action(
    "LockSnapshot",
    choice_format("LockMode", frozenset({_MODE}), MODE_MALFORMED),
    range_format("LockDuration", 1, 36500, DURATION_MALFORMED),
    range_format("CoolOffPeriod", 0, 72, COOL_OFF_MALFORMED),
    check_periods,
    mutating=True,
)
def lock_snapshot(call: Call) -> Response:
    """Lock a snapshot, or change its lock."""
    snapshot = _existing_snapshot(call)
    days = call.parameters.number("LockDuration") or 0
    hours = call.parameters.number("CoolOffPeriod") or 0
    if snapshot.status == "failed":
        raise NOT_AVAILABLE.error()
    if snapshot.retention_days is not None and days >= snapshot.retention_days:
        raise EXCEEDS_RETENTION.error()
    lock = _changed_lock(call, snapshot, days, hours)
    call.end_of_checks()
    locked = replace(snapshot, lock=lock)
    call.world.put(locked)
    call.world.emit("snapshot.locked", snapshot.id, call.now)
    return {"LockedSnapshotInfo": _render(locked, lock, call.now)}


@action("UnlockSnapshot", mutating=True)
def unlock_snapshot(call: Call) -> Response:
    """Remove the lock from a snapshot, which works only in the cool-off period."""
    snapshot = _existing_snapshot(call)
    status = None if snapshot.lock is None else snapshot.lock.status(call.now)
    if status in {None, "expired"}:
        raise LOCK_NOT_FOUND.error()
    if status == "compliance":
        raise COOL_OFF_EXPIRED.error()
    call.end_of_checks()
    call.world.put(replace(snapshot, lock=None))
    call.world.emit("snapshot.unlocked", snapshot.id, call.now)
    return {}


@action("DescribeLockedSnapshots", choice_format("LockStatus", _STATUSES, STATUS_MALFORMED))
def describe_locked_snapshots(call: Call) -> Response:
    """List the locks of a region, including expired ones."""
    candidates = _candidates(call)
    call.end_of_checks()
    wanted = call.parameters.text("LockStatus").lower()
    found = [
        snapshot
        for snapshot in candidates
        if snapshot.lock is not None
        and snapshot.region_id == call.region_id
        and wanted in {"", snapshot.lock.status(call.now)}
    ]
    return token_page_response(call.parameters, found, lambda page: _list_field(call, page), Limits(minimum=10))


def _existing_snapshot(call: Call) -> Snapshot:
    snapshot = call.world.snapshots.get(call.parameters.text("SnapshotId"))
    if snapshot is None or snapshot.region_id != call.region_id:
        raise refusals.SNAPSHOT_NOT_FOUND.error()
    return snapshot


def _changed_lock(call: Call, snapshot: Snapshot, days: int, hours: int) -> SnapshotLock:
    lock = snapshot.lock
    if lock is None or lock.status(call.now) != "compliance":
        return SnapshotLock(days, hours, call.now, None if snapshot.is_progressing else call.now)
    if hours or days < lock.duration_days:
        raise COOL_OFF_EXPIRED.error()
    return replace(lock, duration_days=days)


def _candidates(call: Call) -> Iterable[Snapshot]:
    table = call.world.snapshots
    ids = call.parameters.texts("SnapshotIds")
    if ids is None:
        return table
    if len(ids) > MAXIMUM_IDS:
        raise refusals.INVALID_PARAMETER.error(name="SnapshotIds")
    return [snapshot for snapshot_id in dict.fromkeys(ids) if (snapshot := table.get(snapshot_id))]


def _list_field(call: Call, page: Sequence[Snapshot]) -> dict[str, object]:
    locks = [_render(snapshot, snapshot.lock, call.now) for snapshot in page if snapshot.lock is not None]
    return {"LockedSnapshotsInfo": locks}


def _render(snapshot: Snapshot, lock: SnapshotLock, now: float) -> dict[str, object]:
    return {
        "SnapshotId": snapshot.id,
        "LockMode": _MODE,
        "LockStatus": lock.status(now),
        "LockDuration": lock.duration_days,
        "CoolOffPeriod": lock.cool_off_hours,
        "LockCreationTime": time_field(lock.creation_time),
        "CoolOffPeriodExpiredTime": time_field(lock.cool_off_end),
        "LockDurationStartTime": time_field(lock.start_time),
        "LockExpiredTime": time_field(lock.expires_at),
    }
