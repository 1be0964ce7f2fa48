"""CreateDisk."""

from __future__ import annotations

from dataclasses import replace

from ecs_emulator import refusals
from ecs_emulator.actions.disks import DISK_DESCRIPTION, DISK_NAME
from ecs_emulator.actions.fields import requested_group, requested_tags
from ecs_emulator.actions.formats import tag_format
from ecs_emulator.actions.instance_checks import check_zone, existing_instance
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.actions.snapshot_checks import available_snapshot
from ecs_emulator.lifecycle import disks
from ecs_emulator.records.disk import Disk
from ecs_emulator.records.settings import PERFORMANCE_LEVELS
from ecs_emulator.records.snapshot import Snapshot
from ecs_emulator.refusals import Refusal

INVALID_CATEGORY = Refusal("InvalidCategory.ValueNotSupported", 400, "The specified disk category is not supported.")
INVALID_SIZE = Refusal("InvalidDiskSize.ValueNotSupported", 400, "The specified disk size is not supported.")
TOO_SMALL = Refusal("InvalidDiskSize.TooSmall", 403, "The specified disk size is less than the size of the snapshot.")
ZONE_CONFLICT = Refusal("InvalidParam.ZoneIdAndInstanceId.Conflict", 403, "ZoneId and InstanceId cannot both be given.")
LAST_TOKEN_PROCESSING = Refusal("LastTokenProcessing", 403, "The last token request is processing.")


@action(
    "CreateDisk",
    DISK_NAME,
    DISK_DESCRIPTION,
    tag_format,
    mutating=True,
    token_processing=LAST_TOKEN_PROCESSING,
)
def create_disk(call: Call) -> Response:
    """Begin to create a disk, empty or from a snapshot, in a zone or for an instance."""
    parameters = call.parameters
    category = parameters.text("DiskCategory") or "cloud_essd"
    snapshot = _source_snapshot(call)
    disk_id, sequence = call.world.new_identity("d", call.region_id)
    disk = Disk(
        id=disk_id,
        sequence=sequence,
        region_id=call.region_id,
        zone_id=_zone(call),
        name=parameters.text("DiskName"),
        description=parameters.text("Description"),
        category=category,
        performance_level=performance_level_of(category, parameters.text("PerformanceLevel")),
        size=parameters.number("Size") or (snapshot.disk_size if snapshot else 0),
        encrypted=bool(parameters.flag("Encrypted")),
        kms_key_id=parameters.text("KMSKeyId"),
        multi_attach="Enabled" if parameters.text("MultiAttach") == "Enabled" else "Disabled",
        delete_with_instance=False,
        resource_group_id=requested_group(call),
        tags=requested_tags(parameters),
    )
    check_size(call, disk.category, disk.performance_level, disk.size)
    if snapshot is not None:
        disk = filled_from(disk, snapshot)
    disks.create(call.world, disk, call.now)
    return {"DiskId": disk_id}


def check_size(call: Call, category_name: str, performance_level: str, size: int) -> None:
    """Raise EcsError for a category that does not exist, or a size that it does not have."""
    category = call.world.settings.lifecycle.categories.get(category_name)
    if category is None:
        raise INVALID_CATEGORY.error()
    minimum = max(category.minimum_gib, PERFORMANCE_LEVELS.get(performance_level, 0))
    if not minimum <= size <= category.maximum_gib:
        raise INVALID_SIZE.error()


def performance_level_of(category: str, wanted: str) -> str:
    """Return the performance level of a disk. Only cloud_essd has one, by default PL1."""
    return (wanted or "PL1") if category == "cloud_essd" else ""


def filled_from(disk: Disk, snapshot: Snapshot) -> Disk:
    """Return the disk with the data of the snapshot. Raises EcsError if it does not fit."""
    if disk.size < snapshot.disk_size:
        raise TOO_SMALL.error()
    return replace(
        disk,
        source_snapshot_id=snapshot.id,
        used_gib=snapshot.full_gib,
        content_version=snapshot.content_version,
        damaged=snapshot.damaged,
        encrypted=disk.encrypted or snapshot.encrypted,
    )


def _source_snapshot(call: Call) -> Snapshot | None:
    snapshot_id = call.parameters.text("SnapshotId")
    if snapshot_id:
        return available_snapshot(call, snapshot_id)
    if call.parameters.number("Size") is None:
        raise refusals.MISSING_PARAMETER.error(name="Size")
    return None


def _zone(call: Call) -> str:
    zone_id, instance_id = call.parameters.text("ZoneId"), call.parameters.text("InstanceId")
    if zone_id and instance_id:
        raise ZONE_CONFLICT.error()
    if instance_id:
        return existing_instance(call).zone_id
    if not zone_id:
        raise refusals.MISSING_PARAMETER.error(name="ZoneId")
    check_zone(call, zone_id)
    return zone_id
