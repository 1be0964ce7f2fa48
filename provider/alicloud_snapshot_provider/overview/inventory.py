"""Lists everything that an overview of a region needs: snapshots, disks, images, locks and more. Read-only."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ..ecs.models import ChainInfo, DiskInfo, ImageInfo, InstanceInfo, LockInfo, SnapshotGroupInfo, SnapshotInfo
from ..ecs.policies import PolicyInfo
from ..errors import PermissionDenied
from ..region import Region
from ..snapshots.schedules import UNREAD, Schedules

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Inventory:
    """What is in a region at `now`. Locks are by snapshot, chains by their link id, policies by disk.

    `unread` has a sentence for each list that the account has no permission for. The overview is then not complete.
    """

    region: str
    now: float
    snapshots: Sequence[SnapshotInfo] = ()
    disks: Sequence[DiskInfo] = ()
    instances: Mapping[str, InstanceInfo] = field(default_factory=dict)
    images: Sequence[ImageInfo] = ()
    locks: Mapping[str, LockInfo] = field(default_factory=dict)
    chains: Mapping[str, ChainInfo] = field(default_factory=dict)
    groups: Sequence[SnapshotGroupInfo] = ()
    policies: Mapping[str, Sequence[PolicyInfo]] = field(default_factory=dict)
    unread: Sequence[str] = ()


async def take_inventory(region: Region) -> Inventory:
    """List what is in the region. Raises the errors of listing snapshots and disks; the rest may be forbidden."""
    client, unread = region.client, list[str]()
    snapshots, disks, instances, images, locks, chains = await asyncio.gather(
        client.all_snapshots(),
        client.all_disks(),
        _allowed(client.all_instances(), "DescribeInstances", "instances' names", unread),
        _allowed(client.all_images(), "DescribeImages", "images that hold snapshots", unread),
        _allowed(client.all_locks(), "DescribeLockedSnapshots", "locks", unread),
        _allowed(client.all_chains(), "DescribeSnapshotLinks", "measured sizes", unread),
    )
    groups = await _allowed(
        region.groups.records.with_tags({}), "DescribeSnapshotGroups", "groups that are orphans", unread
    )
    policies = await _policies(region, disks or (), unread)
    return Inventory(
        region=region.name,
        now=region.clock.now(),
        snapshots=sorted(snapshots or (), key=lambda each: each.snapshot_id),
        disks=sorted(disks or (), key=lambda each: each.disk_id),
        instances={each.instance_id: each for each in instances or ()},
        images=sorted(images or (), key=lambda each: each.image_id),
        locks={each.snapshot_id: each for each in locks or () if each.lock_status != "expired"},
        chains={each.snapshot_link_id: each for each in chains or ()},
        groups=sorted(groups or (), key=lambda each: each.snapshot_group_id),
        policies=policies,
        unread=sorted(unread),
    )


async def _policies(region: Region, disks: Sequence[DiskInfo], unread: list[str]) -> Mapping[str, Sequence[PolicyInfo]]:
    """Return the automatic snapshot policies of the disks."""
    try:
        return await Schedules(region.client, region.clock).of(disks)
    except PermissionDenied:
        unread.append(UNREAD)
        return {}


async def _allowed(listing: Awaitable[T], action: str, what: str, unread: list[str]) -> T | None:
    """Return the list, or None with a sentence in `unread` if the account has no permission."""
    try:
        return await listing
    except PermissionDenied:
        unread.append(f"{what} are not shown: allow ecs:{action} to this RAM user or role")
        return None
