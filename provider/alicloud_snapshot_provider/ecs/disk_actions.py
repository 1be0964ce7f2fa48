"""The actions that create, attach, detach and delete disks."""

from __future__ import annotations

from .client import EcsClient, created_id
from .models import DiskRequest
from .wire_format import parameters


class DiskActions:
    """The disks in the region of a client, as its account."""

    def __init__(self, client: EcsClient) -> None:
        self._client = client

    async def create_disk(self, wanted: DiskRequest) -> str:
        """Begin to create a disk and return its id. A repeated `client_token` answers with the first call's disk."""
        given = {name: None if value in ("", False) else value for name, value in parameters(wanted).items()}
        body = await self._client.call("CreateDisk", f"snapshot {wanted.snapshot_id}", given)
        return created_id("CreateDisk", body, "DiskId")

    async def attach_disk(self, disk_id: str, instance_id: str, *, with_instance: bool) -> None:
        """Begin to attach a disk to an instance; `with_instance` says whether the disk goes when that is released."""
        given = {"DiskId": disk_id, "InstanceId": instance_id, "DeleteWithInstance": with_instance}
        await self._client.call("AttachDisk", f"disk {disk_id}", given)

    async def detach_disk(self, disk_id: str, instance_id: str) -> None:
        """Begin to detach a disk from an instance."""
        given = {"DiskId": disk_id, "InstanceId": instance_id}
        await self._client.call("DetachDisk", f"disk {disk_id}", given)

    async def delete_disk(self, disk_id: str) -> None:
        """Delete a disk that is attached to nothing. One that does not exist counts as deleted."""
        await self._client.remove("DeleteDisk", f"disk {disk_id}", {"DiskId": disk_id})
