"""ModifySnapshotCategory: snapshots move to the archive."""

from __future__ import annotations

from ecs_emulator import refusals
from ecs_emulator.actions.formats import MAXIMUM_RETENTION_DAYS, range_format
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.actions.snapshots import RETENTION_DECREASED, RETENTION_MALFORMED
from ecs_emulator.gateway.parameters import Parameters
from ecs_emulator.lifecycle import archiving, snapshots
from ecs_emulator.records.snapshot import Snapshot
from ecs_emulator.refusals import Refusal
from ecs_emulator.world import World

INVALID_CATEGORY = Refusal("InvalidParameter.SnapshotCategory", 400, "The specified snapshot category is not valid.")
UNFINISHED = Refusal("InvalidStatus.SnapshotUnfinished", 400, "The specified snapshot has not finished.")
IN_ARCHIVE = Refusal("InvalidStatus.SnapshotInArchive", 400, "The specified snapshot is in the archive already.")
TOO_YOUNG = Refusal("InvalidStatus.SnapshotAgeLimit", 400, "The specified snapshot is younger than 14 days.")
ENCRYPTED = Refusal(
    "InvalidOperation.EncryptedSnapshotUnsupport", 403, "Encrypted snapshots cannot be moved to the archive."
)
LOCKED_LONGER = Refusal(
    "InvalidRetentionDays.LessThanLockExpiredTime", 400, "The RetentionDays must outlast the lock of the snapshot."
)
_MINIMUM_AGE_DAYS = 14
_MINIMUM_RETENTION_DAYS = 74


def check_category(parameters: Parameters) -> None:
    """Raise EcsError for any category but the archive."""
    if parameters.text("Category").lower() != "archive":
        raise INVALID_CATEGORY.error()


@action(
    "ModifySnapshotCategory",
    check_category,
    range_format("RetentionDays", _MINIMUM_RETENTION_DAYS, MAXIMUM_RETENTION_DAYS, RETENTION_MALFORMED),
    mutating=True,
)
def modify_snapshot_category(call: Call) -> Response:
    """Begin to archive a snapshot. Nobody can undo that. Without RetentionDays it is kept for ever."""
    snapshot = call.world.snapshots.get(call.parameters.text("SnapshotId"))
    if snapshot is None:
        raise refusals.SNAPSHOT_NOT_FOUND.error()
    _check_can_be_archived(call, snapshot)
    days = call.parameters.number("RetentionDays")
    if days is None:
        kept = snapshots.keep_for_ever(snapshot)
    else:
        _check_retention(snapshot, days)
        kept = snapshots.keep_until(snapshot, days)
    call.world.put(kept)
    return {"TaskId": archiving.start(call.world, kept, call.now).id}


def _check_can_be_archived(call: Call, snapshot: Snapshot) -> None:
    if snapshot.is_progressing:
        raise UNFINISHED.error()
    if snapshot.status == "failed":
        raise refusals.SNAPSHOT_NOT_READY_400.error()
    if snapshot.category == "archive" or _is_being_archived(call.world, snapshot):
        raise IN_ARCHIVE.error()
    if snapshot.encrypted:
        raise ENCRYPTED.error()
    if call.now - (snapshot.creation_time or call.now) < _MINIMUM_AGE_DAYS * snapshots.SECONDS_PER_DAY:
        raise TOO_YOUNG.error()


def _is_being_archived(world: World, snapshot: Snapshot) -> bool:
    return any(task.status == "Processing" for task in world.tasks.by("resource", snapshot.id))


def _check_retention(snapshot: Snapshot, days: int) -> None:
    if snapshot.retention_days is None or days < snapshot.retention_days:
        raise RETENTION_DECREASED.error()
    lock_end = snapshot.lock.expires_at if snapshot.lock else None
    if lock_end is not None and (snapshot.creation_time or 0.0) + days * snapshots.SECONDS_PER_DAY < lock_end:
        raise LOCKED_LONGER.error()
