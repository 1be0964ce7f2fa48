"""Disks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from ecs_emulator.records.step import Step

DiskStatus = Literal["Creating", "Available", "Attaching", "In_use", "Detaching", "ReIniting"]
DiskType = Literal["system", "data"]


@dataclass(frozen=True, slots=True)
class Disk:
    """One block device.

    Sizes are in GiB: `size` is the bought size, `used_gib` everything ever written, and `changed_gib` everything
    written since the last snapshot. `content_version` is the version of the data. A write makes a new version, the next
    one after `newest_version`, and a reset brings an old one back. The data of a `damaged` disk fails a guest's checks.
    `attached_time` stays after the disk is detached, because it is the attachment history.
    """

    id: str
    region_id: str = ""
    zone_id: str = ""
    name: str = ""
    description: str = ""
    type: DiskType = "data"
    category: str = "cloud_essd"
    performance_level: str = ""
    size: int = 40
    used_gib: float = 0.0
    changed_gib: float = 0.0
    content_version: int = 1
    newest_version: int = 1
    damaged: bool = False
    status: DiskStatus = "Available"
    instance_id: str = ""
    device: str = ""
    attached_time: float | None = None
    detached_time: float | None = None
    delete_with_instance: bool = True
    delete_auto_snapshot: bool = False
    enable_auto_snapshot: bool = True
    encrypted: bool = False
    kms_key_id: str = ""
    charge_type: Literal["PostPaid", "PrePaid"] = "PostPaid"
    multi_attach: Literal["Disabled", "Enabled"] = "Disabled"
    image_id: str = ""
    source_snapshot_id: str = ""
    locks: tuple[str, ...] = ()
    resource_group_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    creation_time: float = 0.0
    sequence: int = 0
    pending: tuple[Step, ...] = ()

    def written(self, gib: float) -> Disk:
        """Return the disk after a write of `gib` GiB. The write first replaces old data."""
        changed = min(float(self.size), self.changed_gib + gib)
        version = max(self.content_version, self.newest_version) + 1
        return replace(
            self,
            changed_gib=changed,
            used_gib=max(self.used_gib, changed),
            content_version=version,
            newest_version=version,
        )
