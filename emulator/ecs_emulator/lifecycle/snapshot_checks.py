"""Checks before a snapshot of a disk, by a call or by the clock."""

from __future__ import annotations

from ecs_emulator import refusals
from ecs_emulator.records.disk import Disk
from ecs_emulator.records.instance import STEADY, Instance
from ecs_emulator.records.snapshot import chain_id_of
from ecs_emulator.refusals import Refusal
from ecs_emulator.world import World

CATEGORY_NOT_SUPPORTED = Refusal(
    "DiskCategory.OperationNotSupported",
    400,
    "The type of the specified disk does not support creating a snapshot.",
)
MULTI_ATTACH = Refusal("DiskId.ValueNotSupported", 403, "The specified disk does not support creating a snapshot.")
NEVER_ATTACHED = Refusal(
    "IncorrectDiskStatus.NeverAttached",
    403,
    "The specified disk has never been attached to any instance.",
)
NEVER_USED = Refusal("IncorrectDiskStatus.NeverUsed", 403, "The specified disk has never been used after creating.")
CONCURRENT_QUOTA = Refusal(
    "QuotaExceed.ConcurrentSnapshotQuota",
    403,
    "The number of snapshots being created for the disk {disk} has exceeded the concurrent quota ({quota}).",
)


def check_snapshot_can_be_created(world: World, disk: Disk) -> None:
    """Raise EcsError with the first reason why CreateSnapshot refuses the disk, in the order of ECS."""
    check_snapshot_can_be_taken(world, disk)
    _check_quota(world, disk)


def check_snapshot_can_be_taken(world: World, disk: Disk) -> None:
    """Raise EcsError as CreateSnapshot does, except for the quota of manual snapshots."""
    instance = world.instances.get(disk.instance_id)
    _check_locks(disk, instance)
    _check_support(world, disk)
    _check_instance(instance)
    _check_disk(disk)
    _check_concurrency(world, disk)


def _check_locks(disk: Disk, instance: Instance | None) -> None:
    if "security" in disk.locks or (instance is not None and "security" in instance.locks):
        raise refusals.INSTANCE_LOCKED.error()


def _check_support(world: World, disk: Disk) -> None:
    if not world.settings.lifecycle.categories[disk.category].supports_snapshots:
        raise CATEGORY_NOT_SUPPORTED.error()
    if disk.multi_attach == "Enabled":
        raise MULTI_ATTACH.error()


def _check_instance(instance: Instance | None) -> None:
    if instance is None:
        return
    if instance.status not in STEADY:
        raise refusals.INSTANCE_STATUS_400.error()
    if instance.start_time is None:
        raise NEVER_USED.error()


def _check_disk(disk: Disk) -> None:
    if disk.status == "Available" and disk.attached_time is None:
        raise NEVER_ATTACHED.error()
    if disk.status not in {"In_use", "Available"}:
        raise refusals.DISK_STATUS.error()


def _check_concurrency(world: World, disk: Disk) -> None:
    quota = world.settings.lifecycle.categories[disk.category].concurrent_snapshots
    if len(world.snapshots.by("progressing", disk.id)) < quota:
        return
    if quota == 1:
        raise refusals.DISK_CREATING_SNAPSHOT.error()
    raise CONCURRENT_QUOTA.error(disk=disk.id, quota=quota)


def _check_quota(world: World, disk: Disk) -> None:
    taken = sum(snapshot.type == "user" for snapshot in world.snapshots.by("chain", chain_id_of(disk.id)))
    if taken >= world.settings.rules.manual_snapshots_per_disk:
        raise refusals.SNAPSHOT_QUOTA.error()
