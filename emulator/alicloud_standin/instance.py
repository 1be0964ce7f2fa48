"""`alicloud.ecs.Instance`: a virtual machine."""

from __future__ import annotations

from typing import Any

from alicloud_standin.ecs import Ecs, EcsError, Item
from alicloud_standin.ecs_disk import EcsDisk
from alicloud_standin.ecs_resource import EcsResource, parameters, tag_list
from alicloud_standin.noun import Change, Properties

_ATTRIBUTES = {"description": "Description", "hostName": "HostName", "instanceName": "InstanceName"}
_FIXED = {"availabilityZone": "ZoneId"}
_OTHERS = {
    "imageId": "ImageId",
    "instanceType": "InstanceType",
    "securityGroups": "SecurityGroupIds",
    "vswitchId": "VSwitchId",
}
_SYSTEM_DISK = {"systemDiskCategory": "Category", "systemDiskSize": "Size"}
_DISK = EcsDisk()
_STEERING = {"Running": "StartInstance", "Stopped": "StopInstance"}


class Instance(EcsResource):
    """A pay-as-you-go instance. Its input `status` says if it is `Running` or `Stopped`."""

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
    changing = frozenset(_ATTRIBUTES) | {"imageId", "status", "tags"}

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
            "privateIp": next(iter(network["PrivateIpAddress"]["IpAddress"]), ""),
            "securityGroups": item["SecurityGroupIds"]["SecurityGroupId"],
            "vswitchId": network["VSwitchId"],
        }

    async def update(self, ecs: Ecs, resource_id: str, change: Change) -> None:
        await super().update(ecs, resource_id, change)
        if "imageId" in change.properties():
            await self._replace_system_disk(ecs, resource_id, change)
        await self._steer(ecs, resource_id, change)

    async def delete(self, ecs: Ecs, resource_id: str) -> None:
        await ecs.call("DeleteInstance", InstanceId=resource_id, Force=True)

    async def _replace_system_disk(self, ecs: Ecs, instance_id: str, change: Change) -> None:
        """Do as the official plugin: stop the instance, put the image on a new disk, and start it again."""
        size = change.news.get("systemDiskSize")
        was_running = change.olds.get("status", "Running") == "Running"
        if was_running:
            await ecs.call("StopInstance", InstanceId=instance_id)
            await self.wait_until(ecs, instance_id, "Stopped")
        wanted = {"SystemDisk": {"Size": size}} if size else {}
        answer = await ecs.call("ReplaceSystemDisk", InstanceId=instance_id, ImageId=change.news["imageId"], **wanted)
        await _DISK.wait_until(ecs, answer["DiskId"], "In_use")
        if was_running:
            await ecs.call("StartInstance", InstanceId=instance_id)
            await self.wait_until(ecs, instance_id, "Running")

    async def _steer(self, ecs: Ecs, instance_id: str, change: Change) -> None:
        status = change.news.get("status")
        if status is None or status == change.olds.get("status"):
            return
        if status not in _STEERING:
            raise EcsError(f"status must be Running or Stopped, got {status}")
        await ecs.call(_STEERING[status], InstanceId=instance_id)
        await self.wait_until(ecs, instance_id, status)
