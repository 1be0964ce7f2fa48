"""DescribeDisks, DeleteDisk, ModifyDiskAttribute, ResizeDisk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ecs_emulator import refusals
from ecs_emulator.actions.disk_fields import render_disk
from ecs_emulator.actions.fields import has_tags, is_same
from ecs_emulator.actions.formats import description_format, name_format
from ecs_emulator.actions.paging import Limits, page_response
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.lifecycle import disks
from ecs_emulator.records.disk import Disk
from ecs_emulator.refusals import Refusal

NAME_MALFORMED = Refusal("InvalidDiskName.Malformed", 400, "The specified disk name is wrongly formed.")
INVALID_STATUS = Refusal("InvalidStatus.ValueNotSupported", 400, "The specified disk status is not supported.")
SHRINKING = Refusal("InvalidNewSize.Malformed", 400, "The specified NewSize must be larger than the size of the disk.")
SNAPSHOT_UNDER_WAY = Refusal(
    "DiskCreatingSnapshot",
    403,
    "The operation is denied due to a snapshot of the specified disk is not completed yet.",
)

_STATUSES = frozenset({"In_use", "Available", "Attaching", "Detaching", "Creating", "ReIniting", "All", ""})
DISK_NAME = name_format("DiskName", NAME_MALFORMED)
DISK_DESCRIPTION = description_format(refusals.DESCRIPTION_MALFORMED_400)


@action("DescribeDisks")
def describe_disks(call: Call) -> Response:
    """List disks of a region, filtered."""
    if call.parameters.text("Status") not in _STATUSES:
        raise INVALID_STATUS.error()
    call.end_of_checks()
    found = [disk for disk in _candidates(call) if _passes(call, disk)]
    return page_response(call.parameters, found, lambda page: _list_field(call, page), Limits(10, 500))


@action("DeleteDisk", mutating=True)
def delete_disk(call: Call) -> Response:
    """Delete a disk that is not attached. Its manual snapshots stay."""
    disk = call.world.disks.get(call.parameters.text("DiskId"))
    if disk is None and call.world.settings.rules.ignore_missing_on_delete:
        return {}
    disk = existing_disk(call)
    _check_no_snapshot_under_way(call, disk)
    if disk.status != "Available":
        raise refusals.DISK_STATUS.error()
    disks.delete(call.world, disk, call.now)
    return {}


@action("ModifyDiskAttribute", DISK_NAME, DISK_DESCRIPTION, mutating=True)
def modify_disk_attribute(call: Call) -> Response:
    """Change the name, description and deletion settings of one or more disks."""
    parameters = call.parameters
    if not set(parameters.values) - {"DiskId", "DiskIds", "RegionId"}:
        raise refusals.NOTHING_TO_MODIFY.error()
    for disk in _named_disks(call):
        call.world.put(
            replace(
                disk,
                name=parameters.text("DiskName") or disk.name,
                description=parameters.values.get("Description", disk.description),
                delete_with_instance=parameters.values.get("DeleteWithInstance", disk.delete_with_instance),
                delete_auto_snapshot=parameters.values.get("DeleteAutoSnapshot", disk.delete_auto_snapshot),
                enable_auto_snapshot=parameters.values.get("EnableAutoSnapshot", disk.enable_auto_snapshot),
            )
        )
    return {}


@action("ResizeDisk", mutating=True)
def resize_disk(call: Call) -> Response:
    """Make a disk larger. ECS refuses that during a snapshot of the disk."""
    disk = existing_disk(call)
    size = call.parameters.number("NewSize") or 0
    if size <= disk.size or size > call.world.settings.lifecycle.categories[disk.category].maximum_gib:
        raise SHRINKING.error()
    if call.world.snapshots.by("progressing", disk.id):
        raise refusals.DISK_CREATING_SNAPSHOT.error()
    if disk.status not in {"Available", "In_use"}:
        raise refusals.DISK_STATUS.error()
    call.world.put(replace(disk, size=size))
    return {"OrderId": ""}


def existing_disk(call: Call) -> Disk:
    """Return the disk of `DiskId`. Raises EcsError if it does not exist."""
    disk = call.world.disks.get(call.parameters.text("DiskId"))
    if disk is None:
        raise refusals.DISK_NOT_FOUND.error()
    return disk


def _named_disks(call: Call) -> list[Disk]:
    if "DiskIds" not in call.parameters:
        return [existing_disk(call)]
    named = [call.world.disks.get(disk_id) for disk_id in call.parameters.texts("DiskIds") or ()]
    if None in named:
        raise refusals.DISK_NOT_FOUND.error()
    return [disk for disk in named if disk is not None]


def _check_no_snapshot_under_way(call: Call, disk: Disk) -> None:
    if call.world.snapshots.by("progressing", disk.id):
        raise SNAPSHOT_UNDER_WAY.error()


def _candidates(call: Call) -> Iterable[Disk]:
    table, parameters = call.world.disks, call.parameters
    ids = parameters.texts("DiskIds")
    if ids is not None:
        return [disk for disk_id in dict.fromkeys(ids) if (disk := table.get(disk_id))]
    if instance_id := parameters.text("InstanceId"):
        return table.by("instance", instance_id)
    if snapshot_id := parameters.text("SnapshotId"):
        return table.by("snapshot", snapshot_id)
    return table


def _passes(call: Call, disk: Disk) -> bool:
    parameters = call.parameters
    return (
        disk.region_id == call.region_id
        and parameters.text("Status") in {"", "All", disk.status}
        and parameters.text("DiskType") in {"", "all", disk.type}
        and parameters.text("Category") in {"", "all", disk.category}
        and parameters.text("LockReason") in {"", *disk.locks}
        and all(parameters.flag(name) in {None, value} for name, value in _flags(call, disk).items())
        and parameters.text("AutoSnapshotPolicyId") in {"", *_policies(call, disk)}
        and is_same(parameters, _texts(disk))
        and has_tags(disk.tags, parameters)
    )


def _policies(call: Call, disk: Disk) -> list[str]:
    return [each.policy_id for each in call.world.policy_associations.by("disk", disk.id)]


def _flags(call: Call, disk: Disk) -> dict[str, bool]:
    return {
        "DeleteAutoSnapshot": disk.delete_auto_snapshot,
        "DeleteWithInstance": disk.delete_with_instance,
        "EnableAutoSnapshot": disk.enable_auto_snapshot,
        "EnableAutomatedSnapshotPolicy": bool(_policies(call, disk)),
        "Encrypted": disk.encrypted,
        "Portable": disk.type == "data",
    }


def _texts(disk: Disk) -> dict[str, str]:
    return {
        "DiskName": disk.name,
        "DiskChargeType": disk.charge_type,
        "InstanceId": disk.instance_id,
        "KMSKeyId": disk.kms_key_id,
        "MultiAttach": disk.multi_attach,
        "PerformanceLevel": disk.performance_level,
        "ResourceGroupId": disk.resource_group_id,
        "SnapshotId": disk.source_snapshot_id,
        "ZoneId": disk.zone_id,
    }


def _list_field(call: Call, page: Sequence[Disk]) -> dict[str, object]:
    return {"Disks": {"Disk": [render_disk(call.world, disk) for disk in page]}}
