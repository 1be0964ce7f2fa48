"""DescribeInstances, StartInstance, StopInstance, ModifyInstanceAttribute, DeleteInstance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from ecs_emulator import refusals
from ecs_emulator.actions.fields import has_tags, is_same
from ecs_emulator.actions.formats import description_format, name_format
from ecs_emulator.actions.instance_checks import existing_instance
from ecs_emulator.actions.instance_fields import render_instance
from ecs_emulator.actions.paging import Limits, page_response
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.lifecycle import disks, instances
from ecs_emulator.records.instance import Instance
from ecs_emulator.refusals import Refusal

NAME_MALFORMED = Refusal("InvalidInstanceName.Malformed", 400, "The specified parameter InstanceName is not valid.")
DELETION_PROTECTED = Refusal(
    "InvalidOperation.DeletionProtection",
    403,
    "The operation is not allowed due to deletion protection.",
)
DISK_NOT_READY = Refusal("DiskError", 403, "The status of a disk of the instance does not support this operation.")

INSTANCE_NAME = name_format("InstanceName", NAME_MALFORMED)
INSTANCE_DESCRIPTION = description_format(refusals.DESCRIPTION_MALFORMED_400)


@action("DescribeInstances")
def describe_instances(call: Call) -> Response:
    """List instances of a region, filtered."""
    call.end_of_checks()
    found = [instance for instance in _candidates(call) if _passes(call, instance)]
    return page_response(call.parameters, found, _list_field, Limits(10, 100))


@action("StartInstance", mutating=True)
def start_instance(call: Call) -> Response:
    """Begin to start a stopped instance."""
    instance = existing_instance(call)
    _check_unlocked(instance)
    if instance.status != "Stopped":
        raise refusals.INSTANCE_STATUS.error()
    if any(disk.status in {"ReIniting", "Creating"} for disk in call.world.disks.by("instance", instance.id)):
        raise DISK_NOT_READY.error()
    call.end_of_checks()
    instances.start(call.world, instance, call.now)
    return {}


@action("StopInstance", mutating=True)
def stop_instance(call: Call) -> Response:
    """Begin to stop a running instance. Snapshots of its disks that are in progress fail."""
    instance = existing_instance(call)
    _check_unlocked(instance)
    if instance.status != "Running":
        raise refusals.INSTANCE_STATUS.error()
    call.end_of_checks()
    mode = call.parameters.text("StoppedMode") or "KeepCharging"
    instances.stop(call.world, replace(instance, stopped_mode=mode), call.now)
    return {}


@action("ModifyInstanceAttribute", INSTANCE_NAME, INSTANCE_DESCRIPTION, mutating=True)
def modify_instance_attribute(call: Call) -> Response:
    """Change the name, description and protection of an instance. It goes on running."""
    instance, parameters = existing_instance(call), call.parameters
    if not set(parameters.values) - {"InstanceId", "RegionId"}:
        raise refusals.NOTHING_TO_MODIFY.error()
    call.world.put(
        replace(
            instance,
            name=parameters.text("InstanceName") or instance.name,
            description=parameters.values.get("Description", instance.description),
            host_name=parameters.values.get("HostName", instance.host_name),
            deletion_protection=parameters.values.get("DeletionProtection", instance.deletion_protection),
            security_group_ids=tuple(parameters.texts("SecurityGroupIds") or instance.security_group_ids),
        )
    )
    return {}


@action("DeleteInstance", mutating=True)
def delete_instance(call: Call) -> Response:
    """Release an instance with its system disk and the disks with DeleteWithInstance. Other disks are detached."""
    instance = existing_instance(call)
    if instance.deletion_protection:
        raise DELETION_PROTECTED.error()
    if instance.status != "Stopped" and not call.parameters.flag("Force"):
        raise refusals.INSTANCE_STATUS.error()
    call.end_of_checks()
    for disk in call.world.disks.by("instance", instance.id):
        if disk.type == "system" or disk.delete_with_instance:
            disks.delete(call.world, disk, call.now)
        else:
            disks.release(call.world, disk, call.now)
    call.world.remove(instance)
    call.world.emit("instance.deleted", instance.id, call.now)
    return {}


def _check_unlocked(instance: Instance) -> None:
    if "security" in instance.locks:
        raise refusals.INSTANCE_LOCKED.error()


def _candidates(call: Call) -> Iterable[Instance]:
    table = call.world.instances
    ids = call.parameters.texts("InstanceIds")
    if ids is None:
        return table
    return [instance for instance_id in dict.fromkeys(ids) if (instance := table.get(instance_id))]


def _passes(call: Call, instance: Instance) -> bool:
    parameters = call.parameters
    return (
        instance.region_id == call.region_id
        and fnmatchcase(instance.name, parameters.text("InstanceName") or "*")
        and parameters.text("LockReason") in {"", *instance.locks}
        and parameters.text("SecurityGroupId") in {"", *instance.security_group_ids}
        and is_same(parameters, _texts(instance))
        and has_tags(instance.tags, parameters)
    )


def _texts(instance: Instance) -> dict[str, str]:
    return {
        "Status": instance.status,
        "ImageId": instance.image_id,
        "InstanceType": instance.instance_type,
        "InstanceChargeType": instance.charge_type,
        "ResourceGroupId": instance.resource_group_id,
        "VpcId": instance.vpc_id,
        "VSwitchId": instance.vswitch_id,
        "ZoneId": instance.zone_id,
    }


def _list_field(page: Sequence[Instance]) -> dict[str, object]:
    return {"Instances": {"Instance": [render_instance(instance) for instance in page]}}
