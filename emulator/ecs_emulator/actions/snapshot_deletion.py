"""DeleteSnapshot."""

from __future__ import annotations

from ecs_emulator import refusals
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.actions.snapshots import usage_of
from ecs_emulator.lifecycle import snapshots
from ecs_emulator.records.snapshot import Snapshot
from ecs_emulator.refusals import Refusal

LOCKED = Refusal("InvalidOperation.SnapshotIsLocked", 403, "The specified snapshot is locked.")
CREATED_IMAGE = Refusal("SnapshotCreatedImage", 403, "The snapshot has been used to create user defined image(s).")
CREATED_DISK = Refusal("SnapshotCreatedDisk", 403, "The snapshot has been used to create disk(s).")
BEING_COPIED = Refusal(
    "InvalidOperation.RelatedSnapshotNotFinished", 403, "A snapshot that is related to this one has not finished."
)


@action("DeleteSnapshot", mutating=True)
def delete_snapshot(call: Call) -> Response:
    """Delete a snapshot, or cancel its creation. With Force also if disks were made from it, but not images."""
    snapshot = call.world.snapshots.get(call.parameters.text("SnapshotId"))
    if snapshot is None:
        if call.world.settings.rules.ignore_missing_on_delete:
            return {}
        raise refusals.SNAPSHOT_NOT_FOUND.error()
    check_can_be_deleted(call, snapshot, bool(call.parameters.flag("Force")))
    snapshots.delete(call.world, snapshot, call.now)
    return {}


def check_can_be_deleted(call: Call, snapshot: Snapshot, force: bool) -> None:
    """Raise EcsError with the first reason why the snapshot has to stay."""
    if snapshot.is_locked(call.now):
        raise LOCKED.error()
    if any(copy.is_progressing for copy in call.world.snapshots.by("source", snapshot.id)):
        raise BEING_COPIED.error()
    usage = usage_of(call.world, snapshot)
    if "image" in usage:
        raise CREATED_IMAGE.error()
    if "disk" in usage and not force:
        raise CREATED_DISK.error()
