"""Checks a restore for the command line: what it will make, and why ECS would refuse it. Read-only."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ..ecs.models import DiskInfo, InstanceInfo, SnapshotInfo
from ..region import Region
from .restore import unfinished_disks
from .spec import DiskSpec

_STABLE = frozenset({"Running", "Stopped"})


@dataclass(frozen=True, slots=True)
class RestoreOptions:
    """The options of a restore. Empty ones are taken from the snapshot's disk, the zone from `instance_id`."""

    instance_id: str = ""
    zone_id: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class RestoreSituation:
    """What a check of one new disk finds. `old` is the disk of the snapshot, None if it is gone.

    `begun` are the disks that an earlier run of the same restore made.
    """

    region: str
    spec: DiskSpec
    options: RestoreOptions
    snapshot: SnapshotInfo
    old: DiskInfo | None
    instance: InstanceInfo | None
    begun: Sequence[DiskInfo] = ()


async def survey_restore(region: Region, snapshot: SnapshotInfo, options: RestoreOptions) -> RestoreSituation:
    """Return the situation of a new disk from the snapshot. Raises what the calls raise."""
    old, instance = await asyncio.gather(region.disks.get(snapshot.source_disk_id), _instance(region, options))
    spec = _spec(snapshot, options, old, instance)
    begun = await unfinished_disks(region, spec)
    return RestoreSituation(region.name, spec, options, snapshot, old, instance, begun)


async def _instance(region: Region, options: RestoreOptions) -> InstanceInfo | None:
    return await region.instances.get(options.instance_id) if options.instance_id else None


def _spec(
    snapshot: SnapshotInfo, options: RestoreOptions, old: DiskInfo | None, instance: InstanceInfo | None
) -> DiskSpec:
    like = old or DiskInfo("")
    category = options.category or like.category
    return DiskSpec(
        snapshot_id=snapshot.snapshot_id,
        source_disk_id=snapshot.source_disk_id,
        zone_id=options.zone_id or (instance.zone_id if instance else like.zone_id),
        category=category,
        performance_level=like.performance_level if category == like.category else "",
        size=max(like.size, snapshot.source_disk_size),
        encrypted=like.encrypted or snapshot.encrypted,
        kms_key_id=like.kms_key_id or snapshot.kms_key_id,
        instance_id=options.instance_id,
    )


def restore_violations(situation: RestoreSituation) -> list[str]:
    """Return why the restore cannot work, with the remedies; empty if it can."""
    return [*_of_snapshot(situation.snapshot), *_of_place(situation), *_of_instance(situation)]


def _of_snapshot(snapshot: SnapshotInfo) -> list[str]:
    if snapshot.failed:
        return [f"snapshot {snapshot.snapshot_id} failed and holds nothing: name another one"]
    if not snapshot.accomplished and not snapshot.available:
        return [f"snapshot {snapshot.snapshot_id} is {snapshot.status} ({snapshot.progress}): wait until it is done"]
    return []


def _of_place(situation: RestoreSituation) -> list[str]:
    missing = [
        option
        for option, value in (("--zone", situation.spec.zone_id), ("--category", situation.spec.category))
        if not value
    ]
    if not missing:
        return []
    gone = f"disk {situation.snapshot.source_disk_id} is not in {situation.region} any more"
    return [f"{gone}, so nobody knows what the new disk should be like: give {' and '.join(missing)}"]


def _of_instance(situation: RestoreSituation) -> list[str]:
    instance, instance_id = situation.instance, situation.options.instance_id
    if not instance_id:
        return []
    if instance is None:
        return [f"instance {instance_id} is not in {situation.region}: correct --attach"]
    if "security" in instance.locks:
        return [f"instance {instance_id} is locked for security: resolve the lock in the ECS console"]
    if instance.status not in _STABLE:
        return [f"instance {instance_id} is {instance.status}: bring the instance into state Running or Stopped"]
    if instance.zone_id != situation.spec.zone_id:
        return [f"instance {instance_id} is in {instance.zone_id}, not {situation.spec.zone_id}: leave --zone out"]
    return []


def restore_facts(situation: RestoreSituation) -> list[str]:
    """Return what will happen, one line each."""
    spec, snapshot = situation.spec, situation.snapshot
    like = " ".join(filter(None, (f"{spec.size} GiB", spec.category, spec.performance_level)))
    encryption = ", encrypted" if spec.encrypted else ""
    new = f"new disk of {like}{encryption} in {spec.zone_id}, from {spec.snapshot_id} as of {snapshot.creation_time}"
    if situation.begun:
        begun = situation.begun[0].disk_id
        new = f"adopts disk {begun}, which an earlier run of this restore began from {spec.snapshot_id}"
    return [new, *_old(situation), _attachment(situation)]


def _old(situation: RestoreSituation) -> list[str]:
    old = situation.old
    boots = ["it becomes a data disk: to boot from the snapshot, make an image of it"]
    of_system = boots if situation.snapshot.source_disk_type == "system" else []
    if old is None:
        return of_system
    where = f"{old.status} on {old.instance_id}" if old.instance_id else old.status
    return [f"disk {old.disk_id} stays as it is, {where}", *of_system]


def _attachment(situation: RestoreSituation) -> str:
    if not situation.options.instance_id:
        return "it is attached to nothing; it is billed until it is deleted"
    return f"attached to {situation.options.instance_id}, to be mounted there; it is billed until it is deleted"
