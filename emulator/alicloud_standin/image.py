"""`alicloud.ecs.Image`: a custom image from a snapshot or from an instance."""

from __future__ import annotations

from alicloud_standin.ecs_resource import EcsResource

_ATTRIBUTES = {"description": "Description", "imageFamily": "ImageFamily", "imageName": "ImageName"}
_FIXED = {
    "architecture": "Architecture",
    "imageVersion": "ImageVersion",
    "instanceId": "InstanceId",
    "platform": "Platform",
    "snapshotId": "SnapshotId",
}
_COMPUTED = {"createTime": "CreationTime", "status": "Status"}
# Without it, ECS describes only available images.
_ANY_STATUS = "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated"


class Image(EcsResource):
    """An image from a system disk's snapshot, or from an instance with all its disks."""

    pulumi_type = "alicloud:ecs/image:Image"
    kind = "Image"
    ready = "Available"
    attributes = _ATTRIBUTES
    created = _ATTRIBUTES | _FIXED | {"resourceGroupId": "ResourceGroupId"}
    described = created | _COMPUTED
    settable = frozenset(created) | {"tags"}
    replacing = frozenset(_FIXED)
    changing = frozenset(_ATTRIBUTES) | {"tags"}

    def filter_by_id(self, resource_id: str) -> dict[str, str]:
        return {"ImageId": resource_id, "Status": _ANY_STATUS}
