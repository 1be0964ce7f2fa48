"""Describes a restore: the new disks, one for each snapshot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..ecs.models import DiskRequest
from ..ledger.intent import Intent
from ..ledger.ownership import TAG_PREFIX

Tell = Callable[[str], None]

RESTORED_FROM_TAG = TAG_PREFIX + "restored-from"
"""The tag with the snapshot on each disk that a restore made."""
RESTORING_TAG = TAG_PREFIX + "restoring"
"""The tag with the key of the restore on each disk until it ends. The next run of the same restore adopts the disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskSpec:
    """A disk with the data of a snapshot. `size` is in GiB. Without `instance_id` it is not attached."""

    snapshot_id: str
    source_disk_id: str
    zone_id: str
    category: str
    performance_level: str
    size: int
    encrypted: bool
    kms_key_id: str
    instance_id: str = ""

    @property
    def key(self) -> str:
        """The hash that identifies the restore in the tags."""
        inputs = {
            "zone": self.zone_id,
            "category": self.category,
            "performance_level": self.performance_level,
            "size": self.size,
            "encrypted": self.encrypted,
            "kms_key": self.kms_key_id,
            "instance": self.instance_id,
        }
        return Intent(f"restore-of-{self.snapshot_id}", inputs, 0).key

    def request(self, attempt: int) -> DiskRequest:
        """Return the request to ECS. `attempt` is raised if a token returns the disk of another restore."""
        return DiskRequest(
            snapshot_id=self.snapshot_id,
            zone_id=self.zone_id,
            category=self.category,
            performance_level=self.performance_level,
            size=self.size,
            encrypted=self.encrypted,
            kms_key_id=self.kms_key_id,
            name=f"restored-from-{self.snapshot_id}"[:128],
            client_token=f"par-{self.key}-{attempt}",
            tags={RESTORED_FROM_TAG: self.snapshot_id, RESTORING_TAG: self.key},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreSpec:
    """The disks to make, all or none. `step` is called with each step, `tell` with what the user must read."""

    disks: Sequence[DiskSpec]
    tell: Tell = field(default=lambda _note: None)
    step: Tell = field(default=lambda _step: None)
