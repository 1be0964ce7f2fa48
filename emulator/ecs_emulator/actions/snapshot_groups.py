"""DescribeSnapshotGroups, ModifySnapshotGroup, DeleteSnapshotGroup."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial

from ecs_emulator import refusals
from ecs_emulator.actions.fields import has_tags, is_same, plain_tags_field, time_field
from ecs_emulator.actions.formats import description_format, name_format, tag_format
from ecs_emulator.actions.operation_progress import operation_progress_set
from ecs_emulator.actions.paging import token_page_response
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.actions.snapshot_deletion import check_can_be_deleted
from ecs_emulator.gateway.parameters import Parameters
from ecs_emulator.lifecycle import snapshot_groups, snapshots
from ecs_emulator.records.snapshot import Snapshot, SnapshotStatus
from ecs_emulator.records.snapshot_group import SnapshotGroup
from ecs_emulator.refusals import Refusal

NAME_MALFORMED = Refusal("InvalidParameter.Name", 400, "The specified Name is wrongly formed.")
DESCRIPTION_MALFORMED = Refusal("InvalidParameter.Description", 400, "The specified Description is wrongly formed.")
GROUP_NOT_FOUND = Refusal(
    "InvalidSnapshotGroup.NotFound", 404, "The SnapshotGroupId provided does not exist in our records."
)
INVALID_STATUS = Refusal("InvalidStatus.ValueNotSupported", 403, "The specified status is not supported.")

GROUP_NAME = name_format("Name", NAME_MALFORMED)
GROUP_DESCRIPTION = description_format(DESCRIPTION_MALFORMED)
_STATUSES = frozenset({"progressing", "accomplished", "failed"})
_MAXIMUM_IDS = 10


def check_group_filters(parameters: Parameters) -> None:
    """Raise EcsError for a status that groups do not have, or for too many ids."""
    if not _STATUSES.issuperset(parameters.texts("Status") or ()):
        raise INVALID_STATUS.error()
    if len(parameters.texts("SnapshotGroupId") or ()) > _MAXIMUM_IDS:
        raise refusals.INVALID_PARAMETER.error(name="SnapshotGroupId")


@action("DescribeSnapshotGroups", check_group_filters, tag_format)
def describe_snapshot_groups(call: Call) -> Response:
    """List snapshot-consistent groups of a region with their members, filtered."""
    found = [group for group in _candidates(call) if _passes(call, group)]
    return token_page_response(call.parameters, found, lambda page: _list_field(call, page))


@action("ModifySnapshotGroup", GROUP_NAME, GROUP_DESCRIPTION, mutating=True)
def modify_snapshot_group(call: Call) -> Response:
    """Change the name and description of a group."""
    group, parameters = _existing_group(call), call.parameters
    call.world.put(
        replace(
            group,
            name=parameters.text("Name") or group.name,
            description=parameters.values.get("Description", group.description),
        )
    )
    return {}


@action("DeleteSnapshotGroup", mutating=True)
def delete_snapshot_group(call: Call) -> Response:
    """Delete a group with its members. A member that cannot be deleted stays as a single snapshot."""
    group = _existing_group(call)
    members = _members(call, group)
    parts = [({"SnapshotId": member.id}, partial(_delete_member, call, member)) for member in members]
    answer = operation_progress_set(parts, call.part_refusal)
    snapshot_groups.dissolve(call.world, group, call.now)
    return answer


def _delete_member(call: Call, member: Snapshot) -> None:
    check_can_be_deleted(call, member, force=True)
    snapshots.delete(call.world, member, call.now)


def _existing_group(call: Call) -> SnapshotGroup:
    group = call.world.snapshot_groups.get(call.parameters.text("SnapshotGroupId"))
    if group is None or group.region_id != call.region_id:
        raise GROUP_NOT_FOUND.error()
    return group


def _members(call: Call, group: SnapshotGroup) -> list[Snapshot]:
    return call.world.snapshots.by("group", group.id)


def _candidates(call: Call) -> Iterable[SnapshotGroup]:
    table = call.world.snapshot_groups
    ids = call.parameters.texts("SnapshotGroupId")
    if ids is None:
        return table
    return [group for group_id in dict.fromkeys(ids) if (group := table.get(group_id))]


def _passes(call: Call, group: SnapshotGroup) -> bool:
    parameters = call.parameters
    members = _members(call, group)
    wanted = {"InstanceId": group.instance_id, "Name": group.name, "ResourceGroupId": group.resource_group_id}
    return (
        group.region_id == call.region_id
        and all(member.listed_from <= call.now for member in members)
        and _status(members) in (parameters.texts("Status") or _STATUSES)
        and is_same(parameters, wanted)
        and has_tags(group.tags, parameters)
    )


def _status(members: Collection[Snapshot]) -> SnapshotStatus:
    states = {member.status for member in members}
    if "progressing" in states:
        return "progressing"
    return "failed" if "failed" in states else "accomplished"


def _list_field(call: Call, page: Sequence[SnapshotGroup]) -> dict[str, object]:
    return {"SnapshotGroups": {"SnapshotGroup": [_render(call, group) for group in page]}}


def _render(call: Call, group: SnapshotGroup) -> dict[str, object]:
    members = _members(call, group)
    return {
        "SnapshotGroupId": group.id,
        "Name": group.name,
        "Description": group.description,
        "InstanceId": group.instance_id,
        "Status": _status(members),
        "ProgressStatus": "",
        "CreationTime": time_field(group.creation_time),
        "ResourceGroupId": group.resource_group_id,
        "Snapshots": {"Snapshot": [_render_member(call, member) for member in members]},
        "Tags": plain_tags_field(group.tags),
    }


def _render_member(call: Call, member: Snapshot) -> dict[str, object]:
    return {
        "SnapshotId": member.id,
        "SourceDiskId": member.disk_id,
        "SourceDiskType": member.disk_type,
        "Progress": f"{member.progress_percent(call.now)}%",
        "Available": member.available,
        "InstantAccess": member.instant_access,
        "Tags": plain_tags_field(member.tags),
    }
