"""ReplaceSystemDisk: a stopped instance gets another operating system, on a new system disk."""

from __future__ import annotations

from dataclasses import replace

from ecs_emulator import refusals
from ecs_emulator.actions.disk_creation import check_size, filled_from
from ecs_emulator.actions.instance_checks import existing_instance
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.actions.snapshot_checks import available_snapshot
from ecs_emulator.lifecycle import disks
from ecs_emulator.records.disk import Disk
from ecs_emulator.records.image import Image
from ecs_emulator.records.instance import Instance
from ecs_emulator.refusals import Refusal

SMALLER_THAN_IMAGE = Refusal(
    "InvalidSystemDiskSize.LessThanImageSize",
    404,
    'The specified parameter "SystemDisk.Size" is less than the image size.',
)
_BLANK_SYSTEM_GIB = 5.0


@action("ReplaceSystemDisk", mutating=True)
def replace_system_disk(call: Call) -> Response:
    """Begin to replace the system disk by a new one. The old disk is released, and its snapshots stay."""
    instance, image = existing_instance(call), _image(call)
    if "security" in instance.locks:
        raise refusals.INSTANCE_LOCKED.error()
    if instance.status != "Stopped":
        raise refusals.INSTANCE_STATUS.error()
    old = _system_disk(call, instance)
    new = _new_disk(call, old, image)
    call.end_of_checks()
    disks.delete(call.world, old, call.now)
    disks.install(call.world, new, call.now)
    installed = replace(instance, image_id=image.id, os_type=image.os_type, os_name=image.os_name)
    call.world.put(installed)
    return {"DiskId": new.id}


def _image(call: Call) -> Image:
    image = call.world.images.get(call.parameters.text("ImageId"))
    if image is None or image.status != "Available":
        raise refusals.IMAGE_NOT_FOUND.error()
    return image


def _system_disk(call: Call, instance: Instance) -> Disk:
    attached = call.world.disks.by("instance", instance.id)
    system = next((disk for disk in attached if disk.type == "system"), None)
    if system is None:
        raise refusals.DISK_NOT_FOUND.error()
    if system.status != "In_use":
        raise refusals.DISK_STATUS.error()
    return system


def _new_disk(call: Call, old: Disk, image: Image) -> Disk:
    size = call.parameters.object("SystemDisk").number("Size") or max(40, image.size)
    if size < image.size:
        raise SMALLER_THAN_IMAGE.error()
    check_size(call, old.category, old.performance_level, size)
    disk_id, sequence = call.world.new_identity("d", old.region_id)
    disk = Disk(
        id=disk_id,
        sequence=sequence,
        region_id=old.region_id,
        zone_id=old.zone_id,
        name=old.name,
        description=old.description,
        type="system",
        category=old.category,
        performance_level=old.performance_level,
        size=size,
        device=old.device,
        instance_id=old.instance_id,
        image_id=image.id,
        used_gib=min(_BLANK_SYSTEM_GIB, size),
        encrypted=bool(call.parameters.flag("Encrypted")),
        kms_key_id=call.parameters.text("KMSKeyId"),
        resource_group_id=old.resource_group_id,
        tags=old.tags,
    )
    source = next((part.snapshot_id for part in image.disks if part.type == "system"), "")
    return filled_from(disk, available_snapshot(call, source)) if source else disk
