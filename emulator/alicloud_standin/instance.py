"""`alicloud.ecs.Instance`: a virtual machine."""

from __future__ import annotations

from typing import Any

from alicloud_standin.ecs import Ecs, EcsError, Item
from alicloud_standin.ecs_resource import EcsResource, parameters, tag_list
from alicloud_standin.noun import Change, Properties

_ATTRIBUTES = {"description": "Description", "hostName": "HostName", "instanceName": "InstanceName"}
_FIXED = {"availabilityZone": "ZoneId", "vswitchId": "VSwitchId"}
_OTHERS = {"imageId": "ImageId", "instanceType": "InstanceType", "securityGroups": "SecurityGroupIds"}
_SYSTEM_DISK = {"systemDiskCategory": "Category", "systemDiskSize": "Size"}
_STEERING = {"Running": "StartInstance", "Stopped": "StopInstance"}


class Instance(EcsResource):
    """Pay-as-you-go instance, `Running` or `Stopped` as its input `status` says."""

    pulumi_type = "alicloud:ecs/instance:Instance"
    kind = "Instance"
    ready = "Running"
    attributes = _ATTRIBUTES
    created = _ATTRIBUTES | _FIXED | _OTHERS
    described = _ATTRIBUTES | {
        "availabilityZone": "ZoneId",
        "imageId": "ImageId",
        "instanceType": "InstanceType",
        "status": "Status",
    }
    settable = frozenset(created) | _SYSTEM_DISK.keys() | {"status", "tags"}
    replacing = frozenset(_FIXED)
    changing = frozenset(_ATTRIBUTES) | {"status", "tags"}

    async def create(self, ecs: Ecs, inputs: Properties) -> str:
        given: dict[str, Any] = parameters(inputs, self.created)
        given["SystemDisk"] = {name: str(value) for name, value in parameters(inputs, _SYSTEM_DISK).items()}
        answer = await ecs.call("RunInstances", **given, Amount=1, Tag=tag_list(inputs.get("tags", {})))
        (instance_id,) = answer["InstanceIdSets"]["InstanceIdSet"]
        await self.wait_until(ecs, instance_id, self.ready)
        await self._steer(ecs, instance_id, Change(olds={"status": self.ready}, news=inputs))
        return str(instance_id)

    def outputs(self, item: Item) -> Properties:
        network = item["VpcAttributes"]
        return super().outputs(item) | {
            "privateIp": network["PrivateIpAddress"]["IpAddress"][0],
            "securityGroups": item["SecurityGroupIds"]["SecurityGroupId"],
            "vswitchId": network["VSwitchId"],
        }

    async def update(self, ecs: Ecs, resource_id: str, change: Change) -> None:
        await super().update(ecs, resource_id, change)
        await self._steer(ecs, resource_id, change)

    async def delete(self, ecs: Ecs, resource_id: str) -> None:
        await ecs.call("DeleteInstance", InstanceId=resource_id, Force=True)

    async def _steer(self, ecs: Ecs, instance_id: str, change: Change) -> None:
        status = change.news.get("status")
        if status is None or status == change.olds.get("status"):
            return
        if status not in _STEERING:
            raise EcsError(f"status must be Running or Stopped, got {status}")
        await ecs.call(_STEERING[status], InstanceId=instance_id)
        await self.wait_until(ecs, instance_id, status)
