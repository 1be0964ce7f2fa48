"""Snapshots, and their progress at a given time."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ecs_emulator.records.disk import DiskType
from ecs_emulator.records.snapshot_lock import SnapshotLock
from ecs_emulator.records.step import Step

SnapshotStatus = Literal["progressing", "accomplished", "failed"]
SnapshotType = Literal["user", "auto", "timer"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of one disk.

    `creation_time` is None until the cut. `stored_gib` is what the snapshot itself stores: all used blocks for the
    first of a disk, and the changed ones for the next. `full_gib` is the data of a disk that is made from it.
    From `listed_from` on, Describe calls show it. A copy has its original in `source_snapshot_id` and
    `source_region_id`, a member its group in `group_id`, and an automatic snapshot its policy in `policy_id`. The data
    of a `damaged` snapshot fails a guest's checks.
    """

    id: str
    disk_id: str
    region_id: str = ""
    disk_type: DiskType = "data"
    disk_size: int = 40
    disk_category: str = "cloud_essd"
    instance_id: str = ""
    group_id: str = ""
    policy_id: str = ""
    source_snapshot_id: str = ""
    source_region_id: str = ""
    name: str = ""
    description: str = ""
    status: SnapshotStatus = "accomplished"
    type: SnapshotType = "user"
    category: Literal["standard", "flash", "archive"] = "standard"
    available: bool = True
    instant_access: bool = False
    encrypted: bool = False
    kms_key_id: str = ""
    stored_gib: float = 0.0
    full_gib: float = 0.0
    content_version: int = 1
    damaged: bool = False
    retention_days: int | None = None
    lock: SnapshotLock | None = None
    resource_group_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    start_time: float = 0.0
    creation_time: float | None = None
    last_modified_time: float = 0.0
    planned_end: float | None = None
    end_time: float | None = None
    listed_from: float = 0.0
    sequence: int = 0
    pending: tuple[Step, ...] = ()

    @property
    def is_progressing(self) -> bool:
        """Whether the snapshot is still being created."""
        return self.status == "progressing"

    @property
    def is_copy(self) -> bool:
        """Whether the snapshot is a copy from another region."""
        return bool(self.source_snapshot_id)

    def is_locked(self, now: float) -> bool:
        """Return whether a lock prevents the deletion at `now`."""
        return self.lock is not None and self.lock.status(now) != "expired"

    @property
    def chain_id(self) -> str:
        """The chain of all snapshots of the disk. Copies have one in each region."""
        return chain_id_of(f"{self.disk_id}@{self.region_id}" if self.is_copy else self.disk_id)

    def progress_percent(self, now: float) -> int:
        """Return the progress at `now`, from 0 to 100. 100 means accomplished."""
        if self.status == "accomplished":
            return 100
        if self.planned_end is None or self.planned_end <= self.start_time:
            return 0
        elapsed = min(now, now if self.end_time is None else self.end_time) - self.start_time
        return max(0, min(99, int(100 * elapsed / (self.planned_end - self.start_time))))

    def remaining_seconds(self, now: float) -> int:
        """Return the remaining seconds at `now`: 0 at its end, and -1 while they are unknown."""
        if not self.is_progressing:
            return 0
        return -1 if self.planned_end is None else max(1, math.ceil(self.planned_end - now))


def chain_id_of(disk_id: str) -> str:
    """Return the id of the chain of all snapshots of a disk."""
    return f"sl-{hashlib.sha256(disk_id.encode()).hexdigest()[:20]}"
