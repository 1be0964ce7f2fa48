"""Snapshot-consistent groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SnapshotGroup:
    """Snapshots of several disks, cut at one moment. Each member has the group in its `group_id`.

    If the disks belong to several instances, `instance_id` is empty. The members have the progress.
    """

    id: str
    region_id: str = ""
    name: str = ""
    description: str = ""
    instance_id: str = ""
    resource_group_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    creation_time: float = 0.0
    sequence: int = 0
