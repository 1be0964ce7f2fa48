"""ApplyAutoSnapshotPolicy, CancelAutoSnapshotPolicy, DescribeAutoSnapshotPolicyAssociations."""

from __future__ import annotations

from collections.abc import Sequence

from ecs_emulator import refusals
from ecs_emulator.actions.auto_snapshot_policies import existing_policy
from ecs_emulator.actions.paging import Limits, token_page_response
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.gateway.parameters import Parameters
from ecs_emulator.lifecycle import auto_snapshot_policies
from ecs_emulator.lifecycle.snapshot_checks import CATEGORY_NOT_SUPPORTED
from ecs_emulator.records.auto_snapshot_policy import PolicyAssociation
from ecs_emulator.records.disk import Disk
from ecs_emulator.refusals import Refusal

SOME_NOT_SUPPORTED = Refusal(
    "PartofDiskCategory.OperationNotSupported",
    400,
    "The types of some disks in the disk list do not support creating snapshots.",
)
DISKS_INVALID = Refusal("ParameterInvalid", 403, "The specified DiskIds are invalid.")
OTHER_REGION = refusals.DISK_NOT_FOUND.with_status(404)
TOO_MANY_APPLIED = Refusal(
    "QuotaExceed.AppliedAutoSnapshotPolicyQuota",
    403,
    "The number of auto snapshot policies applied to the specified disk {disk} has exceeded the quota {quota}. "
    "Please cancel any unused policies and try again.",
)
SEVERAL_APPLIED = Refusal(
    "OperationDenied.TooManyAutoSnapshotPolicies",
    403,
    "The disk has more than one automatic snapshot policy; name the one to cancel by autoSnapshotPolicyId.",
)
NEITHER = Refusal(
    "MissingParameter.AutoSnapshotPolicyIdOrDiskId",
    403,
    "The AutoSnapshotPolicyId and DiskId parameters cannot both be empty. Please specify one of them.",
)
BOTH = Refusal(
    "ParameterConflict.AutoSnapshotPolicyIdAndDiskId",
    403,
    "The AutoSnapshotPolicyId and DiskId parameters cannot be specified at the same time.",
)
POLICY_NOT_FOUND = Refusal(
    "InvalidAutoSnapshotPolicyId.NotFound", 404, "Specified parameter AutoSnapshotPolicyId not found."
)


def check_named(parameters: Parameters) -> None:
    """Raise EcsError unless exactly one of policy and disk is given."""
    named = [bool(parameters.text(name)) for name in ("AutoSnapshotPolicyId", "DiskId")]
    if not any(named):
        raise NEITHER.error()
    if all(named):
        raise BOTH.error()


@action("ApplyAutoSnapshotPolicy", mutating=True)
def apply_auto_snapshot_policy(call: Call) -> Response:
    """Apply a policy to all of the disks or to none. Their other policies stay."""
    policy, disks = existing_policy(call), _named_disks(call)
    _check_categories(call, disks)
    for disk in disks:
        _check_quota(call, disk, policy.id)
    for disk in disks:
        auto_snapshot_policies.apply(call.world, policy, disk)
    return {}


@action("CancelAutoSnapshotPolicy", mutating=True)
def cancel_auto_snapshot_policy(call: Call) -> Response:
    """Remove a policy, or the only one, from disks. A policy that is not applied is no error."""
    wanted = existing_policy(call).id if call.parameters.text("autoSnapshotPolicyId") else ""
    applied = [call.world.policy_associations.by("disk", disk.id) for disk in _named_disks(call)]
    if not wanted and any(len(each) > 1 for each in applied):
        raise SEVERAL_APPLIED.error()
    for association in (each for associations in applied for each in associations):
        if wanted in {"", association.policy_id}:
            call.world.remove(association)
    return {}


@action("DescribeAutoSnapshotPolicyAssociations", check_named)
def describe_associations(call: Call) -> Response:
    """List the disks of a policy, or the policies of a disk."""
    table, disk_id = call.world.policy_associations, call.parameters.text("DiskId")
    if disk_id and _disk(call, disk_id) is None:
        raise refusals.DISK_NOT_FOUND.error()
    found = table.by("disk", disk_id) if disk_id else table.by("policy", existing_policy(call, POLICY_NOT_FOUND).id)
    return token_page_response(call.parameters, found, _list_field, Limits(10, 100))


def _named_disks(call: Call) -> list[Disk]:
    ids = call.parameters.texts("diskIds") or []
    if not ids:
        raise DISKS_INVALID.error()
    disks = [_disk(call, disk_id) for disk_id in dict.fromkeys(ids)]
    if None in disks:
        raise OTHER_REGION.error()
    return [disk for disk in disks if disk is not None]


def _disk(call: Call, disk_id: str) -> Disk | None:
    disk = call.world.disks.get(disk_id)
    return disk if disk is not None and disk.region_id == call.region_id else None


def _check_categories(call: Call, disks: Sequence[Disk]) -> None:
    categories = call.world.settings.lifecycle.categories
    without = [disk for disk in disks if not categories[disk.category].supports_snapshots]
    if without:
        raise (CATEGORY_NOT_SUPPORTED if len(without) == len(disks) else SOME_NOT_SUPPORTED).error()


def _check_quota(call: Call, disk: Disk, policy_id: str) -> None:
    quota = call.world.settings.rules.auto_snapshot_policies_per_disk
    others = [each for each in call.world.policy_associations.by("disk", disk.id) if each.policy_id != policy_id]
    if len(others) >= quota:
        raise TOO_MANY_APPLIED.error(disk=disk.id, quota=quota)


def _list_field(page: Sequence[PolicyAssociation]) -> dict[str, object]:
    rows = [{"AutoSnapshotPolicyId": each.policy_id, "DiskId": each.disk_id} for each in page]
    return {"AutoSnapshotPolicyAssociations": {"AutoSnapshotPolicyAssociation": rows}}
