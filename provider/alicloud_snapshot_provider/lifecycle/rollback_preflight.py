"""What ECS would refuse of a rollback, and what a preview says of it. Read-only.

Source: the preconditions and error list of ResetDisk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ..ecs.models import DiskInfo, InstanceInfo, SnapshotInfo
from .intent import SERIES_TAG
from .region import Region
from .rollback import Act


@dataclass(frozen=True, slots=True)
class RollbackSituation:
    """What is there before a disk is rolled back; `snapshots` are all of the disk."""

    act: Act
    region: str
    disk: DiskInfo | None
    snapshot: SnapshotInfo | None
    instance: InstanceInfo | None = None
    snapshots: Sequence[SnapshotInfo] = ()

    @property
    def stops(self) -> bool:
        """Whether the rollback stops the instance."""
        return self.act.stop_instance and self.instance is not None and self.instance.status == "Running"


async def survey_rollback(region: Region, act: Act) -> RollbackSituation:
    """Look at the disk, its instance and its snapshots. Raises what the calls raise."""
    disk, snapshot = await asyncio.gather(region.disks.get(act.disk_id), region.snapshots.get(act.snapshot_id))
    if disk is None:
        return RollbackSituation(act, region.name, disk, snapshot)
    snapshots = await region.client.snapshots_of_disk(act.disk_id)
    instance = await region.instances.get(disk.instance_id) if disk.instance_id else None
    return RollbackSituation(act, region.name, disk, snapshot, instance, snapshots)


def rollback_violations(situation: RollbackSituation) -> dict[str, str]:
    """Return why ECS would refuse the rollback, by property, each reason with the remedy."""
    reasons = {
        "disk_id": _of_disk(situation),
        "snapshot_id": _of_snapshot(situation),
        "stop_instance": _of_instance(situation),
    }
    return {name: reason for name, reason in reasons.items() if reason}


def _of_disk(situation: RollbackSituation) -> str | None:
    act, disk = situation.act, situation.disk
    if disk is None:
        return (
            f"disk {act.disk_id!r} is not in region {situation.region}: "
            "correct disk_id, or set region to the disk's own"
        )
    if disk.status not in {"In_use", "Available"}:
        return f"disk {disk.disk_id!r} is {disk.status}: wait until it is In_use or Available"
    unfinished = [
        each.snapshot_id
        for each in situation.snapshots
        if each.status == "progressing" and each.tags.get(SERIES_TAG) != act.series
    ]
    if unfinished:
        return (
            f"disk {disk.disk_id!r} has unfinished snapshots ({', '.join(unfinished[:3])}), during which ECS resets "
            "no disk: wait until they are accomplished"
        )
    return None


def _of_snapshot(situation: RollbackSituation) -> str | None:
    act, snapshot = situation.act, situation.snapshot
    if snapshot is None:
        return f"snapshot {act.snapshot_id!r} is not in region {situation.region}: correct snapshot_id"
    if snapshot.source_snapshot_id:
        return (
            f"snapshot {act.snapshot_id!r} is a copy of {snapshot.source_snapshot_id}, and a copy rolls no disk back: "
            "make a disk from it instead"
        )
    if snapshot.source_disk_id != act.disk_id:
        return (
            f"snapshot {act.snapshot_id!r} is of disk {snapshot.source_disk_id}, and only a snapshot of "
            f"{act.disk_id} itself rolls it back: name one of those, or make a disk from this one"
        )
    if not snapshot.accomplished:
        return f"snapshot {act.snapshot_id!r} is {snapshot.status}: name one that is accomplished"
    return None


def _of_instance(situation: RollbackSituation) -> str | None:
    instance = situation.instance
    if instance is None or instance.status == "Stopped" or situation.stops:
        return None
    named = f"disk {situation.act.disk_id!r} is attached to instance {instance.instance_id}, which is {instance.status}"
    if instance.status == "Running":
        return f"{named}: stop it, or set stop_instance = True, which stops it and starts it again"
    return f"{named}: wait until it is Stopped"


def rollback_facts(situation: RollbackSituation) -> list[str]:
    """Return the plan facts, a line each."""
    act, disk, snapshot = situation.act, situation.disk, situation.snapshot
    if disk is None or snapshot is None:
        return []
    facts = [
        f"rolls {disk.disk_type} disk {disk.disk_id}, {disk.size} GiB, back to {snapshot.snapshot_id} "
        f"as of {snapshot.creation_time}"
    ]
    if act.safety_snapshot:
        facts.append(f"takes a safety snapshot first; the newest {act.keep_last} of them are kept")
    if situation.stops:
        facts.append(f"stops instance {disk.instance_id} meanwhile, and starts it again")
    return facts


def rollback_warnings(act: Act, snapshot: SnapshotInfo | None) -> list[str]:
    """Return what the user has to know before anything else; `snapshot` is None where it is not known yet."""
    since = snapshot.creation_time if snapshot is not None else "the snapshot was taken"
    kept = "only the safety snapshot keeps it" if act.safety_snapshot else "nothing keeps it, safety_snapshot is False"
    return [f"EVERYTHING written to disk {act.disk_id} after {since} is lost by the rollback; {kept}"]
