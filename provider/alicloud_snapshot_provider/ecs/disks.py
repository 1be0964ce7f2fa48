"""The actions on disks that last for a moment only: made of a snapshot, attached, detached and deleted."""

from __future__ import annotations

from ..errors import NotFound, Unavailable
from .client import EcsClient
from .models import DiskRequest, text


class DiskActions:
    """Disks in the region of a client, as its account."""

    def __init__(self, client: EcsClient) -> None:
        self._client = client

    async def create_disk(self, wanted: DiskRequest) -> str:
        """Begin to make a disk and return its id. A repeated `client_token` answers with the first call's disk."""
        models = self._client.models
        request = models.CreateDiskRequest(
            region_id=self._client.region,
            zone_id=wanted.zone_id,
            snapshot_id=wanted.snapshot_id,
            disk_category=wanted.category,
            performance_level=wanted.performance_level,
            disk_name=wanted.name,
            description=wanted.description,
            client_token=wanted.client_token,
            tag=[models.CreateDiskRequestTag(key=key, value=value) for key, value in wanted.tags.items()],
        )
        body = await self._client.call("CreateDisk", wanted.snapshot_id, request)
        if not text(body.disk_id):
            raise Unavailable("CreateDisk answered without a DiskId", remedy="Run `pulumi up` again.")
        return text(body.disk_id)

    async def attach_disk(self, disk_id: str, instance_id: str) -> None:
        """Begin to attach a disk, which goes when its instance is released. Made once: see `Caller`."""
        request = self._client.models.AttachDiskRequest(
            disk_id=disk_id, instance_id=instance_id, delete_with_instance=True
        )
        await self._client.call("AttachDisk", disk_id, request, repeated=False)

    async def detach_disk(self, disk_id: str, instance_id: str) -> None:
        """Begin to detach a disk. Made once: see `Caller`."""
        request = self._client.models.DetachDiskRequest(disk_id=disk_id, instance_id=instance_id)
        await self._client.call("DetachDisk", disk_id, request, repeated=False)

    async def delete_disk(self, disk_id: str) -> None:
        """Delete a disk that is attached to nothing. One that does not exist counts as deleted."""
        try:
            await self._client.call("DeleteDisk", disk_id, self._client.models.DeleteDiskRequest(disk_id=disk_id))
        except NotFound:
            return
