"""Images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ecs_emulator.records.disk import DiskType
from ecs_emulator.records.step import Step

ImageStatus = Literal["Creating", "Waiting", "Available", "UnAvailable", "CreateFailed", "Deprecated"]


@dataclass(frozen=True, slots=True)
class ImageDisk:
    """One disk of the image, with the snapshot of its data. `size` is in GiB."""

    snapshot_id: str = ""
    type: DiskType = "system"
    size: int = 40
    device: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """One template for instances. `owner` is `self` for custom images, and `system` for public ones."""

    id: str
    region_id: str = ""
    name: str = ""
    description: str = ""
    family: str = ""
    version: str = ""
    status: ImageStatus = "Available"
    owner: Literal["self", "system"] = "self"
    architecture: str = "x86_64"
    boot_mode: str = "BIOS"
    platform: str = "Aliyun"
    os_type: Literal["linux", "windows"] = "linux"
    os_name: str = "Alibaba Cloud Linux  3.2104 LTS 64-bit"
    disks: tuple[ImageDisk, ...] = (ImageDisk(),)
    resource_group_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    creation_time: float = 0.0
    sequence: int = 0
    pending: tuple[Step, ...] = ()

    @property
    def snapshot_ids(self) -> tuple[str, ...]:
        """The snapshots of the image."""
        return tuple(disk.snapshot_id for disk in self.disks if disk.snapshot_id)

    @property
    def size(self) -> int:
        """The size of the system disk in GiB."""
        return next((disk.size for disk in self.disks if disk.type == "system"), 0)
