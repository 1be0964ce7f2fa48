"""Snapshot-consistent groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SnapshotGroup:
    """Snapshots of several disks, cut at one moment; each member names the group in its `group_id`.

    `instance_id` is empty when the disks belong to several instances. Progress is that of the members.
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
