"""CreateImage: from an instance, from several snapshots, or from one."""

from __future__ import annotations

from ecs_emulator import refusals
from ecs_emulator.actions.fields import requested_group, requested_tags
from ecs_emulator.actions.formats import tag_format
from ecs_emulator.actions.images import IMAGE_DESCRIPTION, IMAGE_NAME, check_name_is_free
from ecs_emulator.actions.instance_checks import existing_instance
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.actions.snapshot_checks import available_snapshot
from ecs_emulator.gateway.parameters import Parameters
from ecs_emulator.lifecycle import images, snapshots
from ecs_emulator.lifecycle.snapshot_checks import check_snapshot_can_be_created
from ecs_emulator.records.disk import Disk, DiskType
from ecs_emulator.records.image import Image, ImageDisk
from ecs_emulator.records.instance import STEADY, Instance
from ecs_emulator.records.snapshot import Snapshot
from ecs_emulator.refusals import Refusal

TOKEN_REUSED = Refusal("IdempotenceParamNotMatch", 400, "The request uses the same clientToken with other parameters.")
NO_SYSTEM_DISK = Refusal("OperationDenied", 403, "The specified snapshot is not from system disk.")
QUOTA = Refusal("QuotaExceed.Image", 403, "The Image quota exceeds.")


@action("CreateImage", IMAGE_NAME, IMAGE_DESCRIPTION, tag_format, mutating=True, token_reused=TOKEN_REUSED)
def create_image(call: Call) -> Response:
    """Begin to create an image. InstanceId has priority over DiskDeviceMapping, and that over SnapshotId."""
    parameters = call.parameters
    name = parameters.text("ImageName")
    if name:
        check_name_is_free(call, name)
    _check_quota(call)
    group_id = requested_group(call)
    disks = _image_disks(call)
    image_id, sequence = call.world.new_identity("m", call.region_id)
    image = Image(
        id=image_id,
        sequence=sequence,
        region_id=call.region_id,
        name=name or image_id,
        description=parameters.text("Description"),
        family=parameters.text("ImageFamily"),
        version=parameters.text("ImageVersion"),
        platform=parameters.text("Platform") or "Aliyun",
        disks=disks,
        resource_group_id=group_id,
        tags=requested_tags(parameters),
    )
    images.create(call.world, image, call.now)
    return {"ImageId": image_id}


def _check_quota(call: Call) -> None:
    own = sum(image.owner == "self" for image in call.world.images)
    if own >= call.world.settings.rules.images:
        raise QUOTA.error()


def _image_disks(call: Call) -> tuple[ImageDisk, ...]:
    if call.parameters.text("InstanceId"):
        return _from_instance(call, existing_instance(call))
    mappings = call.parameters.objects("DiskDeviceMapping")
    disks = tuple(_from_mapping(call, mapping) for mapping in mappings)
    if not mappings:
        if not call.parameters.text("SnapshotId"):
            raise refusals.MISSING_PARAMETER.error(name="SnapshotId")
        snapshot = available_snapshot(call, call.parameters.text("SnapshotId"))
        disks = (ImageDisk(snapshot.id, snapshot.disk_type, snapshot.disk_size, "/dev/xvda"),)
    if not any(disk.type == "system" for disk in disks):
        raise NO_SYSTEM_DISK.error()
    call.end_of_checks()
    return disks


def _from_instance(call: Call, instance: Instance) -> tuple[ImageDisk, ...]:
    if instance.status not in STEADY:
        raise refusals.INSTANCE_STATUS_400.error()
    disks = [disk for disk in call.world.disks.by("instance", instance.id) if disk.category.startswith("cloud")]
    for disk in disks:
        check_snapshot_can_be_created(call.world, disk)
    call.end_of_checks()
    return tuple(ImageDisk(_snapshot_of(call, disk).id, disk.type, disk.size, disk.device) for disk in disks)


def _snapshot_of(call: Call, disk: Disk) -> Snapshot:
    snapshot_id, sequence = call.world.new_identity("s", disk.region_id)
    snapshot = Snapshot(id=snapshot_id, sequence=sequence, disk_id=disk.id)
    return snapshots.start(call.world, disk, snapshot, call.now)


def _from_mapping(call: Call, mapping: Parameters) -> ImageDisk:
    snapshot = available_snapshot(call, mapping.text("SnapshotId"))
    kind: DiskType = "system" if mapping.text("DiskType") == "system" else "data"
    return ImageDisk(
        snapshot.id,
        kind if mapping.text("DiskType") else snapshot.disk_type,
        mapping.number("Size") or snapshot.disk_size,
        mapping.text("Device"),
    )
