"""AttachDisk and DetachDisk."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, count, product
from string import ascii_lowercase

from ecs_emulator import refusals
from ecs_emulator.actions.disks import existing_disk
from ecs_emulator.actions.instance_checks import existing_instance
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.lifecycle import disks
from ecs_emulator.records.disk import Disk
from ecs_emulator.records.instance import STEADY, Instance
from ecs_emulator.refusals import Refusal
from ecs_emulator.world import World

IN_USE = Refusal("InvalidDisk.InUse", 404, "The specified disk has been occupied.")
OTHER_ZONE = Refusal("ResourcesNotInSameZone", 403, "The specified instance and disk are not in the same zone.")
LIMIT = Refusal("InstanceDiskLimitExceeded", 403, "The amount of the disk on the specified instance reaches its limit.")
ALREADY_DETACHED = Refusal("InvalidDisk.AlreadyDetached", 404, "The specified disk has been detached.")
DEPENDENCY = Refusal("DependencyViolation", 403, "The specified disk has not been attached on the specified instance.")


@action("AttachDisk", mutating=True)
def attach_disk(call: Call) -> Response:
    """Begin to attach an available disk to a running or stopped instance in its zone."""
    disk, instance = existing_disk(call), existing_instance(call)
    _check_can_attach(call.world, disk, instance)
    keep = call.parameters.flag("DeleteWithInstance")
    prepared = replace(
        disk,
        delete_with_instance=disk.delete_with_instance if keep is None else keep,
        device=call.parameters.text("Device") or free_device(call.world, instance),
        type="system" if call.parameters.flag("Bootable") else disk.type,
    )
    disks.attach(call.world, prepared, instance, call.now)
    return {}


@action("DetachDisk", mutating=True)
def detach_disk(call: Call) -> Response:
    """Begin to detach a disk; a system disk only from a stopped instance."""
    disk, instance = existing_disk(call), existing_instance(call)
    if not disk.instance_id:
        raise ALREADY_DETACHED.error()
    if disk.instance_id != instance.id:
        raise DEPENDENCY.error()
    _check_can_detach(call.world, disk, instance)
    keep = call.parameters.flag("DeleteWithInstance")
    prepared = disk if keep is None else replace(disk, delete_with_instance=keep)
    disks.detach(call.world, prepared, call.now)
    return {}


def free_device(world: World, instance: Instance) -> str:
    """Return the first device name that no disk of the instance has."""
    taken = {disk.device for disk in world.disks.by("instance", instance.id)}
    suffixes = (product(ascii_lowercase, repeat=length) for length in count(1))
    names = (f"/dev/xvd{''.join(suffix)}" for suffix in chain.from_iterable(suffixes))
    return next(name for name in names if name not in taken)


def _check_can_attach(world: World, disk: Disk, instance: Instance) -> None:
    if "security" in instance.locks:
        raise refusals.INSTANCE_LOCKED.error()
    if instance.status not in STEADY:
        raise refusals.INSTANCE_STATUS_400.error()
    if disk.status == "In_use":
        raise IN_USE.error()
    if disk.status != "Available":
        raise refusals.DISK_STATUS.error()
    if disk.zone_id != instance.zone_id:
        raise OTHER_ZONE.error()
    if len(world.disks.by("instance", instance.id)) > world.settings.rules.data_disks_per_instance:
        raise LIMIT.error()


def _check_can_detach(world: World, disk: Disk, instance: Instance) -> None:
    if disk.status != "In_use":
        raise refusals.DISK_STATUS.error()
    if instance.status not in STEADY or (disk.type == "system" and instance.status != "Stopped"):
        raise refusals.INSTANCE_STATUS.error()
    if world.snapshots.by("progressing", disk.id):
        raise refusals.DISK_CREATING_SNAPSHOT.error()
