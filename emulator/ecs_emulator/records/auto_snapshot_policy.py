"""Automatic snapshot policies, and their disks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ecs_emulator.records.step import Step

FOR_EVER = -1
"""The retention of a snapshot that stays until somebody deletes it."""


@dataclass(frozen=True, slots=True)
class AutoSnapshotPolicy:
    """The times at which the clock takes snapshots of a policy's disks, and their retention.

    `time_points` are hours from 0 to 23 and `repeat_weekdays` days from 1 (Monday) to 7, both in UTC+8. -1 days
    of retention mean for ever. If `copy_region` is given, each snapshot is copied there.
    """

    id: str
    region_id: str = ""
    name: str = ""
    time_points: tuple[int, ...] = (0,)
    repeat_weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    retention_days: int = FOR_EVER
    copy_region: str = ""
    copy_retention_days: int = FOR_EVER
    copy_encrypted: bool = False
    copy_kms_key_id: str = ""
    resource_group_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    creation_time: float = 0.0
    sequence: int = 0
    pending: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyAssociation:
    """A policy that is applied to a disk. `id` is made from both ids."""

    id: str
    policy_id: str
    disk_id: str
    sequence: int = 0
