"""RunInstances: the part that a declared instance with its disks needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ecs_emulator import refusals
from ecs_emulator.actions.attachments import free_device
from ecs_emulator.actions.disk_creation import check_size, filled_from, performance_level_of
from ecs_emulator.actions.fields import requested_group, requested_tags
from ecs_emulator.actions.formats import tag_format
from ecs_emulator.actions.instance_checks import check_zone
from ecs_emulator.actions.instances import INSTANCE_DESCRIPTION, INSTANCE_NAME
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.actions.snapshot_checks import available_snapshot
from ecs_emulator.gateway.parameters import Parameters
from ecs_emulator.lifecycle import instances
from ecs_emulator.records.disk import Disk
from ecs_emulator.records.image import Image
from ecs_emulator.records.instance import Instance
from ecs_emulator.refusals import Refusal

INVALID_AMOUNT = Refusal("InvalidAmount.NotSupported", 400, "The specified Amount is not valid.")
_MAXIMUM_AMOUNT = 100


@action("RunInstances", INSTANCE_NAME, INSTANCE_DESCRIPTION, tag_format, mutating=True)
def run_instances(call: Call) -> Response:
    """Begin to create one or more instances with their disks. All share name, tags and disk sizes."""
    wanted = call.parameters.number("Amount")
    amount = 1 if wanted is None else wanted
    if not 1 <= amount <= _MAXIMUM_AMOUNT:
        raise INVALID_AMOUNT.error()
    blueprint = _blueprint(call)
    call.end_of_checks()
    ids = [_launch(call, blueprint) for _ in range(amount)]
    return {"InstanceIdSets": {"InstanceIdSet": ids}}


@dataclass(frozen=True, slots=True)
class _Blueprint:
    """The instance to make, and its disks. They get ids at the launch."""

    instance: Instance
    disks: Sequence[Disk]


def _blueprint(call: Call) -> _Blueprint:
    parameters = call.parameters
    image = call.world.images.get(parameters.text("ImageId"))
    if image is None or image.status != "Available":
        raise refusals.IMAGE_NOT_FOUND.error()
    instance = Instance(
        id="",
        region_id=call.region_id,
        zone_id=_zone(call),
        name=parameters.text("InstanceName"),
        description=parameters.text("Description"),
        host_name=parameters.text("HostName"),
        instance_type=parameters.text("InstanceType"),
        image_id=image.id,
        os_type=image.os_type,
        os_name=image.os_name,
        vswitch_id=parameters.text("VSwitchId") or "vsw-emulator",
        security_group_ids=(parameters.text("SecurityGroupId") or "sg-emulator",),
        deletion_protection=bool(parameters.flag("DeletionProtection")),
        resource_group_id=requested_group(call),
        tags=requested_tags(parameters),
    )
    data = [_data_disk(call, wish) for wish in parameters.objects("DataDisk")]
    return _Blueprint(instance, [_system_disk(call, image), *data])


def _zone(call: Call) -> str:
    zone_id = call.parameters.text("ZoneId")
    if zone_id:
        check_zone(call, zone_id)
        return zone_id
    region = call.world.regions.get(call.region_id)
    return region.zones[0] if region else ""


def _system_disk(call: Call, image: Image) -> Disk:
    wish = call.parameters.object("SystemDisk")
    disk = _disk(call, wish, max(image.size, 20))
    disk = replace(disk, type="system", image_id=image.id, used_gib=min(5.0, disk.size))
    source = next((part.snapshot_id for part in image.disks if part.type == "system"), "")
    return filled_from(disk, available_snapshot(call, source)) if source else disk


def _data_disk(call: Call, wish: Parameters) -> Disk:
    source = wish.text("SnapshotId")
    if not source:
        return _disk(call, wish, 40)
    snapshot = available_snapshot(call, source)
    return filled_from(_disk(call, wish, snapshot.disk_size), snapshot)


def _disk(call: Call, wish: Parameters, default_size: int) -> Disk:
    category = wish.text("Category") or "cloud_essd"
    # The SDK's model takes SystemDisk.Size as text and DataDisk.N.Size as a number.
    size = int(wish.text("Size")) if wish.text("Size").isdecimal() else default_size
    level = performance_level_of(category, wish.text("PerformanceLevel"))
    check_size(call, category, level, size)
    keep = wish.flag("DeleteWithInstance")
    return Disk(
        id="",
        region_id=call.region_id,
        zone_id=_zone(call),
        name=wish.text("DiskName"),
        description=wish.text("Description"),
        category=category,
        performance_level=level,
        size=size,
        device=wish.text("Device"),
        status="In_use",
        delete_with_instance=True if keep is None else keep,
    )


def _launch(call: Call, blueprint: _Blueprint) -> str:
    world = call.world
    instance_id, sequence = world.new_identity("i", call.region_id)
    instance = replace(blueprint.instance, id=instance_id, sequence=sequence)
    instances.launch(world, instance, call.now)
    for disk in blueprint.disks:
        disk_id, sequence = world.new_identity("d", call.region_id)
        world.put(
            replace(
                disk,
                id=disk_id,
                sequence=sequence,
                instance_id=instance_id,
                device=disk.device or free_device(world, instance),
                creation_time=call.now,
                attached_time=call.now,
            )
        )
    return instance_id
