"""Automatic snapshot policies of ECS and their disks. The provider only reads them; pulumi_alicloud declares them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .client import EcsClient
from .transport import Listing
from .wire_format import text, whole, wire

FOR_EVER = -1
_NORMAL = frozenset({"", "Normal", "Available"})


def _texts(value: Any) -> Sequence[str]:
    """Return the texts in a JSON array. Any other text is returned as the only one."""
    try:
        listed = json.loads(text(value))
    except ValueError:
        return (text(value),) if value else ()
    return tuple(map(str, listed)) if isinstance(listed, list) else (text(value),)


def _numbers(value: Any) -> tuple[int, ...]:
    return tuple(sorted({int(each) for each in _texts(value) if each.isdecimal()}))


def _days(value: Any) -> int:
    days = whole(value)
    return FOR_EVER if days is None else days


@dataclass(frozen=True, slots=True)
class PolicyInfo:
    """One policy of DescribeAutoSnapshotPolicyEx.

    `time_points` are hours from 0 to 23. `repeat_weekdays` are days from 1, Monday, to 7. Both are in UTC+8.
    `retention_days` is -1 if the snapshots stay for ever.
    """

    policy_id: str = field(metadata=wire("AutoSnapshotPolicyId"))
    name: str = field(default="", metadata=wire("AutoSnapshotPolicyName"))
    status: str = ""
    time_points: tuple[int, ...] = field(default=(), metadata=wire("TimePoints", _numbers))
    repeat_weekdays: tuple[int, ...] = field(default=(), metadata=wire("RepeatWeekdays", _numbers))
    retention_days: int = field(default=FOR_EVER, metadata=wire("RetentionDays", _days))
    enable_cross_region_copy: bool = False
    target_copy_regions: Sequence[str] = field(default=(), metadata=wire("TargetCopyRegions", _texts))
    disk_count: int = field(default=0, metadata=wire("DiskNums"))

    @property
    def runs(self) -> bool:
        """Whether the policy is active. It is not if the account is in arrears."""
        return self.status in _NORMAL

    @property
    def copied_to(self) -> str:
        """The regions to which each snapshot is copied, "" for none."""
        return ", ".join(self.target_copy_regions) if self.enable_cross_region_copy else ""


@dataclass(frozen=True, slots=True)
class AppliedPolicy:
    """The application of a policy to a disk."""

    policy_id: str = field(metadata=wire("AutoSnapshotPolicyId"))
    disk_id: str


_POLICIES = Listing("DescribeAutoSnapshotPolicyEx", ("AutoSnapshotPolicies", "AutoSnapshotPolicy"), PolicyInfo)
_APPLIED = Listing(
    "DescribeAutoSnapshotPolicyAssociations",
    ("AutoSnapshotPolicyAssociations", "AutoSnapshotPolicyAssociation"),
    AppliedPolicy,
)


async def all_policies(client: EcsClient) -> list[PolicyInfo]:
    """Return the policies of the region."""
    found = await client.numbered_pages(_POLICIES, f"region {client.region}")
    return [policy for policy in found or () if policy.policy_id]


async def applied_to_disk(client: EcsClient, disk_id: str) -> list[AppliedPolicy]:
    """Return the policies of a disk."""
    return await client.all_pages(_APPLIED, f"disk {disk_id}", {"DiskId": disk_id})


async def applied_by_policy(client: EcsClient, policy_id: str) -> list[AppliedPolicy]:
    """Return the disks of a policy."""
    return await client.all_pages(_APPLIED, policy_id, {"AutoSnapshotPolicyId": policy_id})
