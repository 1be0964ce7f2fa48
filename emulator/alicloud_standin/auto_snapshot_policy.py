"""`alicloud.ecs.AutoSnapshotPolicy`, and `EcsAutoSnapshotPolicyAttachment`, which applies one to a disk."""

from __future__ import annotations

import json
from typing import Any

from alicloud_standin.ecs import Ecs, EcsError
from alicloud_standin.ecs_resource import parameters, properties, tag_list, update_tags
from alicloud_standin.noun import Change, Noun, Properties

_PLAIN = {
    "autoSnapshotPolicyName": "autoSnapshotPolicyName",
    "copiedSnapshotsRetentionDays": "CopiedSnapshotsRetentionDays",
    "enableCrossRegionCopy": "EnableCrossRegionCopy",
    "retentionDays": "retentionDays",
}
_LISTS = {"repeatWeekdays": "repeatWeekdays", "targetCopyRegions": "TargetCopyRegions", "timePoints": "timePoints"}
_LISTS_DESCRIBED = {
    "repeatWeekdays": "RepeatWeekdays",
    "targetCopyRegions": "TargetCopyRegions",
    "timePoints": "TimePoints",
}
_DESCRIBED = {
    "autoSnapshotPolicyName": "AutoSnapshotPolicyName",
    "copiedSnapshotsRetentionDays": "CopiedSnapshotsRetentionDays",
    "createTime": "CreationTime",
    "enableCrossRegionCopy": "EnableCrossRegionCopy",
    "regionId": "RegionId",
    "retentionDays": "RetentionDays",
    "status": "Status",
}


class AutoSnapshotPolicy(Noun):
    """A policy. Its attachments say to which disks it is applied."""

    pulumi_type = "alicloud:ecs/autoSnapshotPolicy:AutoSnapshotPolicy"
    settable = frozenset(_PLAIN) | frozenset(_LISTS) | {"tags"}
    replacing = frozenset()
    changing = settable

    async def create(self, ecs: Ecs, inputs: Properties) -> str:
        tags = tag_list(inputs.get("tags", {}))
        answer = await ecs.call("CreateAutoSnapshotPolicy", **_region(ecs), **_wanted(inputs), Tag=tags)
        return str(answer["AutoSnapshotPolicyId"])

    async def read(self, ecs: Ecs, resource_id: str) -> Properties | None:
        answer = await ecs.call("DescribeAutoSnapshotPolicyEx", AutoSnapshotPolicyId=resource_id)
        item = next(iter(answer["AutoSnapshotPolicies"]["AutoSnapshotPolicy"]), None)
        if item is None:
            return None
        read = {name: json.loads(item[known]) for name, known in _LISTS_DESCRIBED.items() if item.get(known)}
        tags = {tag["TagKey"]: tag["TagValue"] for tag in item.get("Tags", {}).get("Tag", [])}
        return properties(item, _DESCRIBED) | read | {"tags": tags}

    async def update(self, ecs: Ecs, resource_id: str, change: Change) -> None:
        changed = change.properties() - {"tags"}
        if changed:
            wanted = _wanted({name: value for name, value in change.news.items() if name in changed})
            await ecs.call("ModifyAutoSnapshotPolicyEx", **_named(ecs, resource_id), **wanted)
        await update_tags(ecs, "snapshotpolicy", resource_id, change)

    async def delete(self, ecs: Ecs, resource_id: str) -> None:
        await ecs.call("DeleteAutoSnapshotPolicy", **_named(ecs, resource_id))


class EcsAutoSnapshotPolicyAttachment(Noun):
    """An association of a policy and a disk. Its id is `sp-…:d-…`, and every change replaces it."""

    pulumi_type = "alicloud:ecs/ecsAutoSnapshotPolicyAttachment:EcsAutoSnapshotPolicyAttachment"
    settable = frozenset({"autoSnapshotPolicyId", "diskId"})
    replacing = settable
    changing = frozenset()

    async def create(self, ecs: Ecs, inputs: Properties) -> str:
        policy_id, disk_id = inputs["autoSnapshotPolicyId"], inputs["diskId"]
        await ecs.call("ApplyAutoSnapshotPolicy", **_named(ecs, policy_id), diskIds=json.dumps([disk_id]))
        return f"{policy_id}:{disk_id}"

    async def read(self, ecs: Ecs, resource_id: str) -> Properties | None:
        policy_id, disk_id = resource_id.split(":")
        try:
            answer = await ecs.call("DescribeAutoSnapshotPolicyAssociations", DiskId=disk_id)
        except EcsError as error:
            if error.code != "InvalidDiskId.NotFound":
                raise
            return None
        applied = answer["AutoSnapshotPolicyAssociations"]["AutoSnapshotPolicyAssociation"]
        if not any(each["AutoSnapshotPolicyId"] == policy_id for each in applied):
            return None
        return {"autoSnapshotPolicyId": policy_id, "diskId": disk_id}

    async def update(self, ecs: Ecs, resource_id: str, change: Change) -> None:
        """Does nothing, because the engine replaces an attachment instead."""

    async def delete(self, ecs: Ecs, resource_id: str) -> None:
        policy_id, disk_id = resource_id.split(":")
        await ecs.call("CancelAutoSnapshotPolicy", **_named(ecs, policy_id), diskIds=json.dumps([disk_id]))


def _wanted(inputs: Properties) -> dict[str, Any]:
    """Returns the inputs in ECS's format: lists as JSON arrays of texts, and whole numbers."""
    lists = {known: json.dumps([*map(str, inputs[name])]) for name, known in _LISTS.items() if name in inputs}
    whole = {name: int(value) if isinstance(value, float) else value for name, value in inputs.items()}
    return parameters(whole, _PLAIN) | lists


def _region(ecs: Ecs) -> dict[str, str]:
    return {"regionId": ecs.region}


def _named(ecs: Ecs, policy_id: str) -> dict[str, str]:
    return {**_region(ecs), "autoSnapshotPolicyId": policy_id}
