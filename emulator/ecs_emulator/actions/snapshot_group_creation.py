"""CreateSnapshotGroup: the disks of the group, and the checks of all of them together."""

from __future__ import annotations

from collections.abc import Sequence

from ecs_emulator import refusals
from ecs_emulator.actions.fields import requested_group, requested_tags
from ecs_emulator.actions.formats import tag_format
from ecs_emulator.actions.instance_checks import existing_instance
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.actions.snapshot_groups import GROUP_DESCRIPTION, GROUP_NAME
from ecs_emulator.gateway.parameters import Parameters
from ecs_emulator.lifecycle import snapshot_groups
from ecs_emulator.lifecycle.snapshot_checks import CATEGORY_NOT_SUPPORTED, check_snapshot_can_be_created
from ecs_emulator.records.disk import Disk
from ecs_emulator.records.snapshot_group import SnapshotGroup
from ecs_emulator.refusals import Refusal

# ECS misspells the code, too.
MISSING_INSTANCE = Refusal("MissingParamter.InstanceId", 400, refusals.MISSING_PARAMETER.naming("InstanceId").message)
DISKS_CONFLICT = Refusal(
    "InvalidParam.ExcludeDiskIdsAndDiskIds.Conflict", 400, "ExcludeDiskId.N and DiskId.N cannot both be given."
)
OTHER_ZONE = Refusal("InvalidDiskIds.NotInSameZone", 400, "The specified disks are not in the same zone.")
TOO_MANY_DISKS = Refusal("NumberExceed.TooManyDisks", 403, "The number of disks exceeds the limit of a group.")
TOO_LARGE = Refusal("CapacityExceed.TooManyDisks", 403, "The capacity of the disks exceeds the limit of a group.")
MULTI_ATTACH = Refusal("InvalidOperation.MultiAttachDisk", 403, "Multi-attach disks cannot be in a snapshot group.")
NO_DISK = Refusal("InvalidInstance.NoDisk", 403, "The specified instance has no disk to create a snapshot of.")
MIXED_CATEGORIES = Refusal(
    "InvalidDisk.DiskCategoryInconsistent", 403, "Regional disks and others cannot be in one snapshot group."
)
_REGIONAL = "cloud_regional_disk_auto"


def check_choice_of_disks(parameters: Parameters) -> None:
    """Raise EcsError for a request that names no disks, or names them in two ways."""
    if "DiskId" in parameters and "ExcludeDiskId" in parameters:
        raise DISKS_CONFLICT.error()
    if "DiskId" not in parameters and not parameters.text("InstanceId"):
        raise MISSING_INSTANCE.error()


@action("CreateSnapshotGroup", check_choice_of_disks, GROUP_NAME, GROUP_DESCRIPTION, tag_format, mutating=True)
def create_snapshot_group(call: Call) -> Response:
    """Begin to create snapshots of several disks at one moment: of named disks, or of an instance's."""
    disks = _chosen_disks(call)
    resource_group_id = requested_group(call)
    _check_together(call, disks)
    for disk in disks:
        check_snapshot_can_be_created(call.world, disk)
    group_id, sequence = call.world.new_identity("ssg", call.region_id)
    instance_ids = {disk.instance_id for disk in disks}
    group = SnapshotGroup(
        id=group_id,
        sequence=sequence,
        region_id=call.region_id,
        name=call.parameters.text("Name"),
        description=call.parameters.text("Description"),
        instance_id=instance_ids.pop() if len(instance_ids) == 1 else "",
        resource_group_id=resource_group_id,
        tags=requested_tags(call.parameters),
    )
    snapshot_groups.create(call.world, group, disks, call.now)
    return {"SnapshotGroupId": group_id}


def _chosen_disks(call: Call) -> list[Disk]:
    parameters = call.parameters
    named = parameters.texts("DiskId")
    if not parameters.text("InstanceId"):
        return [_named_disk(call, disk_id) for disk_id in dict.fromkeys(named or ())]
    own = {disk.id: disk for disk in call.world.disks.by("instance", existing_instance(call).id)}
    if named is None:
        excluded = parameters.texts("ExcludeDiskId") or ()
        return [disk for disk in own.values() if disk.id not in excluded]
    if not own.keys() >= set(named):
        raise refusals.DISK_NOT_FOUND.error()
    return [own[disk_id] for disk_id in dict.fromkeys(named)]


def _named_disk(call: Call, disk_id: str) -> Disk:
    disk = call.world.disks.get(disk_id)
    if disk is None or disk.region_id != call.region_id:
        raise refusals.DISK_NOT_FOUND.error()
    return disk


def _check_together(call: Call, disks: Sequence[Disk]) -> None:
    rules = call.world.settings.rules
    if not disks:
        raise NO_DISK.error()
    if len(disks) > rules.disks_per_snapshot_group:
        raise TOO_MANY_DISKS.error()
    if sum(disk.size for disk in disks) > rules.gib_per_snapshot_group:
        raise TOO_LARGE.error()
    if len({disk.zone_id for disk in disks}) > 1:
        raise OTHER_ZONE.error()
    _check_kinds(call, disks)


def _check_kinds(call: Call, disks: Sequence[Disk]) -> None:
    categories = call.world.settings.lifecycle.categories
    if not all(categories[disk.category].supports_groups for disk in disks):
        raise CATEGORY_NOT_SUPPORTED.error()
    if len({disk.category == _REGIONAL for disk in disks}) > 1:
        raise MIXED_CATEGORIES.error()
    if any(disk.multi_attach == "Enabled" for disk in disks):
        raise MULTI_ATTACH.error()
