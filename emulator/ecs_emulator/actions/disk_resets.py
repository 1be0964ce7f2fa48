"""ResetDisk and ResetDisks: disks go back to their snapshots."""

from __future__ import annotations

from functools import partial

from ecs_emulator import refusals
from ecs_emulator.actions.operation_progress import operation_progress_set
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.gateway.parameters import Parameters
from ecs_emulator.lifecycle import disks
from ecs_emulator.records.disk import Disk
from ecs_emulator.records.snapshot import Snapshot
from ecs_emulator.refusals import Refusal
from ecs_emulator.world import World

MISMATCH = Refusal("InvalidParameter.Mismatch", 403, "The specified snapshot is not created from the specified disk.")
IN_PROGRESS = Refusal("InvalidOperation.DiskResetInProgress", 403, "The specified disk is being reset.")
UNFINISHED_SNAPSHOT = Refusal(
    "IncorrectDiskStatus.HasUnfinishedSnapshot", 403, "A snapshot of the specified disk has not finished."
)
_MAXIMUM_DISKS = 10


@action("ResetDisk", mutating=True)
def reset_disk(call: Call) -> Response:
    """Begin to roll a disk back to one of its snapshots. Its instance must be stopped."""
    disk, snapshot = _checked(call, call.parameters)
    call.end_of_checks()
    disks.reset(call.world, disk, snapshot, call.now)
    return {}


@action("ResetDisks", mutating=True)
def reset_disks(call: Call) -> Response:
    """Begin to roll several disks back to the snapshots of one group. Each disk succeeds or fails by itself."""
    wishes = call.parameters.objects("Disk")
    _check_one_group(call, wishes)
    if call.parameters.flag("DryRun"):
        for wish in wishes:
            _checked(call, wish)
    call.end_of_checks()
    parts = [(_items(wish), partial(_reset, call, wish)) for wish in wishes]
    return operation_progress_set(parts, call.part_refusal)


def _reset(call: Call, wish: Parameters) -> None:
    disk, snapshot = _checked(call, wish)
    disks.reset(call.world, disk, snapshot, call.now)


def _items(wish: Parameters) -> dict[str, str]:
    return {"SnapshotId": wish.text("SnapshotId"), "DiskId": wish.text("DiskId")}


def _check_one_group(call: Call, wishes: list[Parameters]) -> None:
    if len(wishes) > _MAXIMUM_DISKS:
        raise refusals.INVALID_PARAMETER.error(name="Disk")
    named = (call.world.snapshots.get(wish.text("SnapshotId")) for wish in wishes)
    group_ids = {snapshot.group_id for snapshot in named if snapshot is not None}
    if "" in group_ids or len(group_ids) > 1:
        raise refusals.INVALID_PARAMETER.error(name="Disk")


def _checked(call: Call, wish: Parameters) -> tuple[Disk, Snapshot]:
    disk = call.world.disks.get(wish.text("DiskId"))
    if disk is None:
        raise refusals.DISK_NOT_FOUND.error()
    snapshot = call.world.snapshots.get(wish.text("SnapshotId"))
    if snapshot is None:
        raise refusals.SNAPSHOT_NOT_FOUND.error()
    if snapshot.is_copy or snapshot.disk_id != disk.id:
        raise MISMATCH.error()
    _check_disk(call.world, disk)
    if snapshot.status != "accomplished":
        raise refusals.SNAPSHOT_NOT_READY.error()
    return disk, snapshot


def _check_disk(world: World, disk: Disk) -> None:
    instance = world.instances.get(disk.instance_id)
    if "security" in disk.locks or (instance is not None and "security" in instance.locks):
        raise refusals.INSTANCE_LOCKED.error()
    if instance is not None and instance.status != "Stopped":
        raise refusals.INSTANCE_STATUS.error()
    if disk.status == "ReIniting":
        raise IN_PROGRESS.error()
    if disk.status not in {"In_use", "Available"}:
        raise refusals.DISK_STATUS.error()
    if world.snapshots.by("progressing", disk.id):
        raise UNFINISHED_SNAPSHOT.error()
