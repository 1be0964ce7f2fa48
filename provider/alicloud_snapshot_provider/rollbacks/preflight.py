"""Checks a rollback for the preview: why ECS would refuse it, and what the user should know. Read-only.

Source: the preconditions and error lists of ResetDisk and ResetDisks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ..ecs.models import DiskInfo, InstanceInfo, SnapshotInfo
from ..ledger.intent import SERIES_TAG
from ..region import Region
from .spec import RollbackSpec, conflict_remedy


@dataclass(frozen=True, slots=True)
class DiskSituation:
    """What a check of one disk finds. ECS resets no disk while it has `unfinished` snapshots."""

    disk_id: str
    snapshot_id: str
    disk: DiskInfo | None
    snapshot: SnapshotInfo | None
    instance: InstanceInfo | None = None
    unfinished: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class RollbackSituation:
    """What a check of the rollback finds. `of_one_group` tells whether all snapshots are members of one group."""

    spec: RollbackSpec
    region: str
    each: Sequence[DiskSituation]
    of_one_group: bool = True

    @property
    def disk(self) -> DiskInfo | None:
        """The first disk that exists."""
        return next((each.disk for each in self.each if each.disk), None)

    @property
    def snapshot(self) -> SnapshotInfo | None:
        """The first snapshot that exists. The snapshots of several disks were all cut at the same moment."""
        return next((each.snapshot for each in self.each if each.snapshot), None)

    @property
    def instances(self) -> list[InstanceInfo]:
        """The instances of the disks, without repetitions."""
        return list({each.instance.instance_id: each.instance for each in self.each if each.instance}.values())

    def stops(self, instance: InstanceInfo) -> bool:
        """Tell whether the rollback stops the instance."""
        return self.spec.stop_instance and instance.status == "Running"


async def survey_rollback(region: Region, spec: RollbackSpec) -> RollbackSituation:
    """Read the disks, their instances and their snapshots from ECS. Raises what the calls raise."""
    own = await _own_safety(region, spec) if spec.grouped else set()
    each = await asyncio.gather(*(_look(region, spec, disk_id, own) for disk_id in spec.targets))
    return RollbackSituation(spec, region.name, each, not spec.grouped or await _are_of_one_group(region, spec))


async def _own_safety(region: Region, spec: RollbackSpec) -> set[str]:
    """Return the members of the safety groups. They have no tags of the series themselves."""
    return {each for group in await region.groups.ledger.members(spec.series) for each in group.snapshot_ids.values()}


async def _are_of_one_group(region: Region, spec: RollbackSpec) -> bool:
    wanted = set(spec.targets.values())
    groups = await region.client.all_snapshot_groups()
    return any(wanted <= set(group.snapshot_ids.values()) for group in groups)


async def _look(region: Region, spec: RollbackSpec, disk_id: str, own: set[str]) -> DiskSituation:
    snapshot_id = spec.targets[disk_id]
    disk, snapshot = await asyncio.gather(region.disks.get(disk_id), region.snapshots.get(snapshot_id))
    if disk is None:
        return DiskSituation(disk_id, snapshot_id, disk, snapshot)
    snapshots = [each for each in await region.client.snapshots_of_disk(disk_id) if each.snapshot_id not in own]
    instance = await region.instances.get(disk.instance_id) if disk.instance_id else None
    return DiskSituation(disk_id, snapshot_id, disk, snapshot, instance, unfinished(snapshots, spec.series))


def unfinished(snapshots: Iterable[SnapshotInfo], series: str) -> list[str]:
    """Return the snapshots in progress, without those of the rollback's own series: it adopts these."""
    return [
        each.snapshot_id for each in snapshots if each.status == "progressing" and each.tags.get(SERIES_TAG) != series
    ]


def rollback_violations(situation: RollbackSituation) -> dict[str, str]:
    """Return why ECS would refuse the rollback, by property, with the remedy."""
    disks, snapshots = _reasons(situation, _of_disk), _reasons(situation, _of_snapshot)
    if situation.spec.grouped:
        reasons = {"snapshot_ids": disks + (snapshots or _of_group(situation))}
    else:
        reasons = {"disk_id": disks, "snapshot_id": snapshots}
    reasons["stop_instance"] = [reason for each in situation.instances if (reason := _of_instance(situation, each))]
    return {name: "; ".join(each) for name, each in reasons.items() if each}


_Rule = Callable[[RollbackSituation, DiskSituation], str | None]


def _reasons(situation: RollbackSituation, rule: _Rule) -> list[str]:
    return [reason for each in situation.each if (reason := rule(situation, each))]


def _of_disk(situation: RollbackSituation, each: DiskSituation) -> str | None:
    disk = each.disk
    if disk is None:
        named = "snapshot_ids" if situation.spec.grouped else "disk_id"
        return (
            f"disk {each.disk_id!r} is not in region {situation.region}: "
            f"correct {named}, or set region to the disk's own"
        )
    if other := situation.spec.conflict_on(disk):
        return f"{other}: {conflict_remedy(disk, situation.region)}"
    if disk.status not in {"In_use", "Available"}:
        return f"disk {disk.disk_id!r} is {disk.status}: wait until it is In_use or Available"
    if each.unfinished:
        return (
            f"disk {disk.disk_id!r} has unfinished snapshots ({', '.join(each.unfinished[:3])}), during which ECS "
            "resets no disk: wait until they are accomplished"
        )
    return None


def _of_snapshot(situation: RollbackSituation, each: DiskSituation) -> str | None:
    snapshot = each.snapshot
    if snapshot is None:
        named = "snapshot_ids" if situation.spec.grouped else "snapshot_id"
        return f"snapshot {each.snapshot_id!r} is not in region {situation.region}: correct {named}"
    if snapshot.source_snapshot_id:
        return (
            f"snapshot {each.snapshot_id!r} is a copy of {snapshot.source_snapshot_id}, and a copy rolls no disk back: "
            "make a disk from it instead"
        )
    if snapshot.source_disk_id != each.disk_id:
        return (
            f"snapshot {each.snapshot_id!r} is of disk {snapshot.source_disk_id}, and only a snapshot of "
            f"{each.disk_id} itself rolls it back: name one of those, or make a disk from this one"
        )
    if not snapshot.accomplished:
        return f"snapshot {each.snapshot_id!r} is {snapshot.status}: name one that is accomplished"
    return None


def _of_group(situation: RollbackSituation) -> list[str]:
    if situation.of_one_group:
        return []
    return [
        f"{', '.join(situation.spec.targets.values())} are not snapshots of one group, and ECS rolls several disks "
        "back to one group only: take snapshot_ids of a SnapshotGroup, or declare a DiskRollback for each disk"
    ]


def _of_instance(situation: RollbackSituation, instance: InstanceInfo) -> str | None:
    if instance.status == "Stopped" or situation.stops(instance):
        return None
    disk_ids = [each.disk_id for each in situation.each if each.instance == instance]
    named = f"{_subject(disk_ids)} attached to instance {instance.instance_id}, which is {instance.status}"
    if instance.status == "Running":
        return f"{named}: stop it, or set stop_instance = True, which stops it and starts it again"
    return f"{named}: wait until it is Stopped"


def _subject(disk_ids: Sequence[str]) -> str:
    shown = ", ".join(map(repr, disk_ids))
    return f"disk {shown} is" if len(disk_ids) == 1 else f"disks {shown} are"


def rollback_facts(situation: RollbackSituation) -> list[str]:
    """Return the plan facts, one line each."""
    spec = situation.spec
    if any(each.disk is None or each.snapshot is None for each in situation.each):
        return []
    facts = [_fact(each.disk, each.snapshot) for each in situation.each if each.disk and each.snapshot]
    if spec.safety_snapshot:
        kind = "snapshot group" if spec.grouped else "snapshot"
        facts.append(f"takes a safety {kind} first; the newest {spec.keep_last} of them are kept")
    stopped = [each.instance_id for each in situation.instances if situation.stops(each)]
    if stopped:
        facts.append(f"stops {_instances(stopped)} meanwhile, and starts {'them' if len(stopped) > 1 else 'it'} again")
    return facts


def _fact(disk: DiskInfo, snapshot: SnapshotInfo) -> str:
    return (
        f"rolls {disk.disk_type} disk {disk.disk_id}, {disk.size} GiB, back to {snapshot.snapshot_id} "
        f"as of {snapshot.creation_time}"
    )


def _instances(instance_ids: Iterable[str]) -> str:
    named = sorted(instance_ids)
    return f"instance{'s' if len(named) > 1 else ''} {', '.join(named)}"


def rollback_warnings(spec: RollbackSpec, snapshot: SnapshotInfo | None) -> list[str]:
    """Return what the user must know first. `snapshot` is None if it is not known yet."""
    since = snapshot.creation_time if snapshot is not None else "the snapshot was taken"
    kept = "only the safety snapshot keeps it" if spec.safety_snapshot else "nothing keeps it, safety_snapshot is False"
    return [f"EVERYTHING written to {spec.disks} after {since} is lost by the rollback; {kept}"]
