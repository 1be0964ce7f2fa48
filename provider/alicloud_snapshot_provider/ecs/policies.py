"""Automatic snapshot policies of ECS, and which disks they are applied to. Only read: pulumi_alicloud declares them."""

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
    """Return the texts of a JSON array, or the one text that is none."""
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
    """One policy as DescribeAutoSnapshotPolicyEx shows it.

    `time_points` are hours from 0 to 23 and `repeat_weekdays` days from 1 (Monday) to 7, both in UTC+8. Days of
    retention are -1 for ever.
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
        """Whether it is in force; an account in arrears has policies that are not."""
        return self.status in _NORMAL

    @property
    def copied_to(self) -> str:
        """The region to which each snapshot is copied, empty for none."""
        return ", ".join(self.target_copy_regions) if self.enable_cross_region_copy else ""


@dataclass(frozen=True, slots=True)
class AppliedPolicy:
    """A policy is applied to a disk."""

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
    """Return which policies are applied to a disk."""
    return await client.all_pages(_APPLIED, f"disk {disk_id}", {"DiskId": disk_id})


async def applied_by_policy(client: EcsClient, policy_id: str) -> list[AppliedPolicy]:
    """Return to which disks a policy is applied."""
    return await client.all_pages(_APPLIED, policy_id, {"AutoSnapshotPolicyId": policy_id})
