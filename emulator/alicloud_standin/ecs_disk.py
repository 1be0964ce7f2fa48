"""`alicloud.ecs.EcsDisk`: a data disk, empty or made from a snapshot."""

from __future__ import annotations

from alicloud_standin.ecs import Ecs
from alicloud_standin.ecs_resource import EcsResource
from alicloud_standin.noun import Change

_ATTRIBUTES = {"description": "Description", "diskName": "DiskName"}
_FIXED = {"encrypted": "Encrypted", "kmsKeyId": "KMSKeyId", "snapshotId": "SnapshotId", "zoneId": "ZoneId"}
_OTHERS = {
    "category": "DiskCategory",
    "performanceLevel": "PerformanceLevel",
    "resourceGroupId": "ResourceGroupId",
    "size": "Size",
}
_DIFFERENTLY_DESCRIBED = {"category": "Category", "snapshotId": "SourceSnapshotId"}
_COMPUTED = {"createTime": "CreationTime", "regionId": "RegionId", "status": "Status"}


class EcsDisk(EcsResource):
    """A pay-as-you-go data disk."""

    pulumi_type = "alicloud:ecs/ecsDisk:EcsDisk"
    kind = "Disk"
    ready = "Available"
    attributes = _ATTRIBUTES
    created = _ATTRIBUTES | _FIXED | _OTHERS
    described = created | _DIFFERENTLY_DESCRIBED | _COMPUTED
    settable = frozenset(created) | {"tags"}
    replacing = frozenset(_FIXED)
    changing = frozenset(_ATTRIBUTES) | {"size", "tags"}

    async def update(self, ecs: Ecs, resource_id: str, change: Change) -> None:
        await super().update(ecs, resource_id, change)
        if "size" in change.properties():
            await ecs.call("ResizeDisk", DiskId=resource_id, NewSize=change.news["size"], Type="online")

    async def delete(self, ecs: Ecs, resource_id: str) -> None:
        """Deletes the disk when it is detached. The engine may delete its attachment at the same time."""
        await ecs.when_free("DeleteDisk", "IncorrectDiskStatus", DiskId=resource_id)
