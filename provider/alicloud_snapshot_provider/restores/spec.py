"""What a restore is to make: a new disk from a snapshot, or one from each of a group's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..ecs.models import DiskRequest
from ..ledger.intent import Intent
from ..ledger.ownership import TAG_PREFIX

Tell = Callable[[str], None]

RESTORED_FROM_TAG = TAG_PREFIX + "restored-from"
"""On each disk that a restore made: its snapshot."""
RESTORING_TAG = TAG_PREFIX + "restoring"
"""On each disk whose restore has not ended: the restore's key. The next run of the same restore adopts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskSpec:
    """A disk with the content of a snapshot. `size` is in GiB; without `instance_id` it is attached to nothing."""

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
        """The hash by which the restore is recognised on a disk that an earlier run of it began."""
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
        """Return what ECS is asked for; `attempt` goes up where a token answers with another restore's disk."""
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
    """The disks to make, all or none. `step` hears of each step that begins, `tell` of what the user has to know."""

    disks: Sequence[DiskSpec]
    tell: Tell = field(default=lambda _note: None)
    step: Tell = field(default=lambda _step: None)
