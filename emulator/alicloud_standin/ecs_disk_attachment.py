"""`alicloud.ecs.EcsDiskAttachment`: a disk attached to an instance."""

from __future__ import annotations

from alicloud_standin.ecs import Ecs
from alicloud_standin.ecs_disk import EcsDisk
from alicloud_standin.ecs_resource import parameters, properties
from alicloud_standin.noun import Change, Noun, Properties

_NAMES = {"deleteWithInstance": "DeleteWithInstance", "diskId": "DiskId", "instanceId": "InstanceId"}
_DISK = EcsDisk()
_SNAPSHOT_UNDER_WAY = "IncorrectDiskStatus.CreatingSnapshot"


class EcsDiskAttachment(Noun):
    """An attachment. Its id is `d-…:i-…`, and every change replaces it."""

    pulumi_type = "alicloud:ecs/ecsDiskAttachment:EcsDiskAttachment"
    settable = frozenset(_NAMES)
    replacing = settable
    changing = frozenset()

    async def create(self, ecs: Ecs, inputs: Properties) -> str:
        await ecs.call("AttachDisk", **parameters(inputs, _NAMES))
        await _DISK.wait_until(ecs, inputs["diskId"], "In_use")
        return f"{inputs['diskId']}:{inputs['instanceId']}"

    async def read(self, ecs: Ecs, resource_id: str) -> Properties | None:
        disk_id, instance_id = resource_id.split(":")
        disk = await _DISK.find(ecs, disk_id)
        if disk is None or disk["InstanceId"] != instance_id:
            return None
        return properties(disk, _NAMES | {"device": "Device"})

    async def update(self, ecs: Ecs, resource_id: str, change: Change) -> None:
        """Does nothing, because the engine replaces an attachment instead."""

    async def delete(self, ecs: Ecs, resource_id: str) -> None:
        """Detaches the disk when no snapshot of it is in progress. A guard may take one of its instance.

        The engine may delete the disk at the same time.
        """
        disk_id, instance_id = resource_id.split(":")
        await ecs.when_free("DetachDisk", _SNAPSHOT_UNDER_WAY, DiskId=disk_id, InstanceId=instance_id)
        await _DISK.wait_until(ecs, disk_id, "Available", or_gone=True)
