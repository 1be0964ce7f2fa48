"""CreateAutoSnapshotPolicy, ModifyAutoSnapshotPolicyEx, DeleteAutoSnapshotPolicy, DescribeAutoSnapshotPolicyEx."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

from ecs_emulator.actions.fields import has_tags, is_same, requested_group, requested_tags, tags_field, time_field
from ecs_emulator.actions.formats import tag_format
from ecs_emulator.actions.paging import page_response
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.gateway.parameters import Parameters
from ecs_emulator.lifecycle import auto_snapshot_policies
from ecs_emulator.records.auto_snapshot_policy import FOR_EVER, AutoSnapshotPolicy
from ecs_emulator.refusals import Refusal

WEEKDAYS_INVALID = Refusal("ParameterInvalid", 403, "The specified RepeatWeekDays parameter is invalid.")
HOURS_INVALID = Refusal("ParameterInvalid", 403, "The specified TimePoints parameter is invalid.")
RETENTION_INVALID = Refusal("ParameterInvalid", 403, "The specified RetentionDays parameter is invalid.")
POLICY_NOT_FOUND = Refusal("ParameterInvalid", 404, "The specified automatic snapshot policy does not exist.")
COPY_REGION_INVALID = Refusal("InvalidParameter.TargetCopyRegions", 403, "The specified TargetCopyRegions is invalid.")
COPY_RETENTION_INVALID = Refusal(
    "InvalidParameter.CopiedSnapshotsRetentionDays", 403, "The specified CopiedSnapshotsRetentionDays is invalid."
)
ONLY_DISKS = Refusal(
    "InvalidParameter.AssociationType", 403, "The embedded ECS applies policies to disks, not to the tags of instances."
)
TOO_MANY_POLICIES = Refusal(
    "QuotaExceed.AutoSnapshotPolicy", 403, "The number of automatic snapshot policies in the region exceeds the quota."
)
_MOST_DAYS = 65535


def check_times(parameters: Parameters) -> None:
    """Raise EcsError for hours, weekdays or days of retention that do not exist."""
    for name, read, first, last, refusal in _TIMES:
        if name in parameters and not _are_within(read(parameters.text(name)), first, last):
            raise refusal.error()
    for name, refusal in (
        ("retentionDays", RETENTION_INVALID),
        ("CopiedSnapshotsRetentionDays", COPY_RETENTION_INVALID),
    ):
        days = parameters.number(name)
        if days is not None and days != FOR_EVER and not 1 <= days <= _MOST_DAYS:
            raise refusal.error()


def check_association(parameters: Parameters) -> None:
    """Raise EcsError for a policy that finds its disks by tags."""
    if parameters.text("AssociationType") not in {"", "AssociatedWithDisk"} or "TargetTags" in parameters:
        raise ONLY_DISKS.error()


@action("CreateAutoSnapshotPolicy", check_times, check_association, tag_format, mutating=True)
def create_auto_snapshot_policy(call: Call) -> Response:
    """Add a policy. It is not applied to a disk yet."""
    world = call.world
    own = sum(policy.region_id == call.region_id for policy in world.auto_snapshot_policies)
    if own >= world.settings.rules.auto_snapshot_policies:
        raise TOO_MANY_POLICIES.error()
    resource_group_id = requested_group(call)
    copy_region = _copy_region(call, "")
    policy_id, sequence = world.new_identity("sp", call.region_id)
    policy = AutoSnapshotPolicy(
        id=policy_id,
        sequence=sequence,
        region_id=call.region_id,
        resource_group_id=resource_group_id,
        copy_region=copy_region,
        tags=requested_tags(call.parameters),
        creation_time=call.now,
    )
    auto_snapshot_policies.put(world, _changed(policy, call.parameters), call.now)
    world.emit("auto_snapshot_policy.created", policy_id, call.now)
    return {"AutoSnapshotPolicyId": policy_id}


@action("ModifyAutoSnapshotPolicyEx", check_times, check_association, mutating=True)
def modify_auto_snapshot_policy(call: Call) -> Response:
    """Change the given parameters. Existing snapshots keep their retention."""
    policy = existing_policy(call)
    moved = replace(policy, copy_region=_copy_region(call, policy.copy_region))
    auto_snapshot_policies.put(call.world, _changed(moved, call.parameters), call.now)
    return {}


@action("DeleteAutoSnapshotPolicy", mutating=True)
def delete_auto_snapshot_policy(call: Call) -> Response:
    """Remove a policy, also from its disks. Its snapshots stay."""
    auto_snapshot_policies.delete(call.world, existing_policy(call), call.now)
    return {}


@action("DescribeAutoSnapshotPolicyEx", tag_format)
def describe_auto_snapshot_policies(call: Call) -> Response:
    """List the policies of a region, filtered."""
    found = [policy for policy in call.world.auto_snapshot_policies if _passes(call, policy)]
    return page_response(call.parameters, found, lambda page: _list_field(call, page))


def existing_policy(call: Call, refusal: Refusal = POLICY_NOT_FOUND) -> AutoSnapshotPolicy:
    """Return the policy of `autoSnapshotPolicyId`, in any case of letters. Raises EcsError if the region has none."""
    parameters = call.parameters
    named = parameters.text("autoSnapshotPolicyId") or parameters.text("AutoSnapshotPolicyId")
    policy = call.world.auto_snapshot_policies.get(named)
    if policy is None or policy.region_id != call.region_id:
        raise refusal.error()
    return policy


def _changed(policy: AutoSnapshotPolicy, parameters: Parameters) -> AutoSnapshotPolicy:
    copied_for = parameters.number("CopiedSnapshotsRetentionDays")
    encryption = parameters.object("CopyEncryptionConfiguration")
    kept_for = parameters.number("retentionDays")
    return replace(
        policy,
        name=parameters.text("autoSnapshotPolicyName") or policy.name,
        time_points=_numbers(parameters.text("timePoints")) or policy.time_points,
        repeat_weekdays=_numbers(parameters.text("repeatWeekdays")) or policy.repeat_weekdays,
        retention_days=policy.retention_days if kept_for is None else kept_for,
        copy_retention_days=policy.copy_retention_days if copied_for is None else copied_for,
        copy_encrypted=encryption.values.get("Encrypted", policy.copy_encrypted),
        copy_kms_key_id=encryption.values.get("KMSKeyId", policy.copy_kms_key_id),
    )


def _copy_region(call: Call, before: str) -> str:
    """Return the one region of the copies, which may be a JSON array, or an empty text without copies."""
    parameters = call.parameters
    if parameters.flag("EnableCrossRegionCopy") is False:
        return ""
    named = _texts(parameters.text("TargetCopyRegions")) or ([before] if before else [])
    if not named:
        if parameters.flag("EnableCrossRegionCopy"):
            raise COPY_REGION_INVALID.error()
        return ""
    region_id, *more = named
    if more or region_id not in call.world.regions or region_id == call.region_id:
        raise COPY_REGION_INVALID.error()
    return region_id


def _texts(text: str) -> list[str]:
    """Return the texts of a JSON array, or the text itself if it is none."""
    try:
        values = json.loads(text)
    except ValueError:
        return [text] if text else []
    return [str(value) for value in values] if isinstance(values, list) else [text]


def _numbers(text: str) -> tuple[int, ...]:
    """Return the sorted numbers of a JSON array of texts, or none if it is no such array."""
    values = _texts(text)
    return tuple(sorted({int(value) for value in values})) if all(value.isdecimal() for value in values) else ()


def _are_within(numbers: Sequence[int], first: int, last: int) -> bool:
    return bool(numbers) and all(first <= number <= last for number in numbers)


_TIMES: Sequence[tuple[str, Callable[[str], Sequence[int]], int, int, Refusal]] = (
    ("repeatWeekdays", _numbers, 1, 7, WEEKDAYS_INVALID),
    ("timePoints", _numbers, 0, 23, HOURS_INVALID),
)


def _passes(call: Call, policy: AutoSnapshotPolicy) -> bool:
    wanted = {
        "AutoSnapshotPolicyId": policy.id,
        "AutoSnapshotPolicyName": policy.name,
        "ResourceGroupId": policy.resource_group_id,
    }
    return (
        policy.region_id == call.region_id
        and is_same(call.parameters, wanted)
        and has_tags(policy.tags, call.parameters)
    )


def _list_field(call: Call, page: Sequence[AutoSnapshotPolicy]) -> dict[str, object]:
    return {"AutoSnapshotPolicies": {"AutoSnapshotPolicy": [_render(call, policy) for policy in page]}}


def _render(call: Call, policy: AutoSnapshotPolicy) -> dict[str, object]:
    disks = len(call.world.policy_associations.by("policy", policy.id))
    return {
        "AutoSnapshotPolicyId": policy.id,
        "AutoSnapshotPolicyName": policy.name,
        "AssociationType": "AssociatedWithDisk",
        "RegionId": policy.region_id,
        "ResourceGroupId": policy.resource_group_id,
        "Status": "Normal",
        "Type": "Custom",
        "TimePoints": _json_field(policy.time_points),
        "RepeatWeekdays": _json_field(policy.repeat_weekdays),
        "RetentionDays": policy.retention_days,
        "DiskNums": disks,
        "VolumeNums": 0,
        "EnableCrossRegionCopy": bool(policy.copy_region),
        "TargetCopyRegions": json.dumps([policy.copy_region]) if policy.copy_region else "",
        "CopiedSnapshotsRetentionDays": policy.copy_retention_days,
        "CopyEncryptionConfiguration": {"Encrypted": policy.copy_encrypted, "KMSKeyId": policy.copy_kms_key_id},
        "CreationTime": time_field(policy.creation_time),
        "Tags": tags_field(policy.tags),
        "TargetTags": {"TargetTag": []},
    }


def _json_field(numbers: Sequence[int]) -> str:
    return json.dumps([str(number) for number in numbers])
