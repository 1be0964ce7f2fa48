"""Temporary disks that exist: a dead run of a drill left them, or a run at work has just made them."""

from __future__ import annotations

from dataclasses import dataclass

from ..ecs.models import DiskInfo
from ..errors import PermissionDenied
from ..region import Region
from .preflight import DISK_PRICE
from .spec import DRILL_TAG, is_temporary

WHY = "a restore drill made it: its run died, or is still at work; the same drill removes it"


@dataclass(frozen=True, slots=True)
class LeftDisk:
    """A temporary disk that exists. `monthly_cost` is in USD."""

    disk: DiskInfo
    region: str

    @property
    def monthly_cost(self) -> float:
        return self.disk.size * DISK_PRICE

    @property
    def delete(self) -> str:
        """The command that detaches and deletes it."""
        instance_id, disk_id = self.disk.instance_id, self.disk.disk_id
        detach = f"aliyun ecs DetachDisk --region {self.region} --DiskId {disk_id} --InstanceId {instance_id}"
        delete = f"aliyun ecs DeleteDisk --region {self.region} --DiskId {disk_id}"
        return f"{detach} && {delete}" if instance_id else delete


async def find_left_disks(region: Region) -> list[LeftDisk]:
    """Return the temporary disks of a region; none if the account may not list disks."""
    try:
        found = await region.client.disks_by_tags({DRILL_TAG: ""})
    except PermissionDenied:
        return []
    return [LeftDisk(disk, region.name) for disk in found if is_temporary(disk)]
