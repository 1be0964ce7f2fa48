"""`alicloud.ecs.EcsSnapshot`: the plain snapshot of pulumi_alicloud."""

from __future__ import annotations

from alicloud_standin.ecs_resource import EcsResource

_ATTRIBUTES = {"description": "Description", "retentionDays": "RetentionDays", "snapshotName": "SnapshotName"}
_FIXED = {"category": "Category", "diskId": "DiskId"}
_COMPUTED = {
    "available": "Available",
    "createTime": "CreationTime",
    "regionId": "RegionId",
    "status": "Status",
}


class EcsSnapshot(EcsResource):
    """A snapshot. Its creation waits until it is accomplished."""

    pulumi_type = "alicloud:ecs/ecsSnapshot:EcsSnapshot"
    kind = "Snapshot"
    ready = "accomplished"
    attributes = _ATTRIBUTES
    created = _ATTRIBUTES | _FIXED | {"resourceGroupId": "ResourceGroupId"}
    described = created | {"diskId": "SourceDiskId"} | _COMPUTED
    settable = frozenset(created) | {"tags"}
    replacing = frozenset(_FIXED)
    changing = frozenset(_ATTRIBUTES) | {"tags"}
