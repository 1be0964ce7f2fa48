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

    Sizes are in GiB: `size` is what was bought, `used_gib` what was ever written, `changed_gib` what was
    written since the last snapshot. `content_version` tells which state a disk or a snapshot holds: a write
    makes a new one, counted on from `newest_version`, and a reset brings an old one back. What a `damaged` one holds
    fails the checks of a guest. `attached_time`
    stays when the disk is detached: it is the attachment history.
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
        """Return the disk after `gib` GiB were written, over old content as far as there is any."""
        changed = min(float(self.size), self.changed_gib + gib)
        version = max(self.content_version, self.newest_version) + 1
        return replace(
            self,
            changed_gib=changed,
            used_gib=max(self.used_gib, changed),
            content_version=version,
            newest_version=version,
        )
