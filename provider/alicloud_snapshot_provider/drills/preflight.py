"""Whether a drill can run, what it makes, what it costs and how long it takes: said before it begins. Read-only."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ..ecs.cloud_assistant import CloudAssistant
from ..ecs.models import AgentInfo, InstanceInfo, SnapshotInfo
from ..region import Region
from ..waiting.progress import duration_text
from .run import zone_of
from .spec import Drill

DISK_PRICE = 0.15
"""USD a month for a GiB of a temporary disk: about the price of an ESSD. One with PL0 costs less."""
HOURS_A_MONTH = 730.0
_MAKING = 20.0
_MOVING = 120.0
"""About how many seconds ECS takes to make a disk, and to attach and detach one."""


@dataclass(frozen=True, slots=True)
class DrillSituation:
    """What a drill finds before it begins."""

    drill: Drill
    region: str
    snapshots: Sequence[SnapshotInfo | None]
    zone_id: str = ""
    instance: InstanceInfo | None = None
    agent: AgentInfo | None = None
    sources: frozenset[str] = frozenset()
    """The instances that have the snapshots' disks."""


async def survey_drill(region: Region, drill: Drill) -> DrillSituation:
    """Look at the snapshots, their disks, the helper and its agent. Raises what the calls raise."""
    snapshots = await asyncio.gather(*map(region.snapshots.get, drill.snapshot_ids))
    known = [each for each in snapshots if each]
    disks = await asyncio.gather(*(region.disks.get(each.source_disk_id) for each in known if each.source_disk_id))
    sources = frozenset(disk.instance_id for disk in disks if disk and disk.instance_id)
    instance = await region.instances.get(drill.instance_id) if drill.instance_id else None
    if drill.instance_id:
        agents = await CloudAssistant(region.client).agents([drill.instance_id]) if instance else []
        agent = next(iter(agents), None)
        return DrillSituation(drill, region.name, snapshots, instance=instance, agent=agent, sources=sources)
    zone_id = await zone_of(region, drill, known) if known else ""
    return DrillSituation(drill, region.name, snapshots, zone_id, sources=sources)


def drill_violations(situation: DrillSituation) -> dict[str, str]:
    """Return why the drill cannot run, by property. Each reason has its remedy."""
    named = "snapshot_ids" if len(situation.drill.snapshot_ids) > 1 else "snapshot_id"
    pairs = zip(situation.drill.snapshot_ids, situation.snapshots, strict=True)
    reasons = [reason for each, found in pairs if (reason := _of_snapshot(each, found, situation.region))]
    failures = {named: "; ".join(reasons)} if reasons else {}
    helper = _of_helper(situation)
    if helper:
        failures["instance_id"] = helper
    return failures


def _of_snapshot(snapshot_id: str, snapshot: SnapshotInfo | None, region: str) -> str | None:
    if snapshot is None:
        return f"snapshot {snapshot_id!r} is not in region {region}: correct it, or set region to the snapshot's own"
    if snapshot.failed:
        return f"snapshot {snapshot_id!r} has failed and holds nothing: name another one"
    if snapshot.category == "archive":
        return f"snapshot {snapshot_id!r} is an archive, and no disk can be made from an archive: name another one"
    return None


def _of_helper(situation: DrillSituation) -> str | None:
    drill, instance = situation.drill, situation.instance
    if not drill.instance_id:
        if situation.zone_id or not any(situation.snapshots):
            return None
        return "is required, since the snapshot's disk is gone: name an instance that checks, or give zone_id"
    if instance is None:
        return f"instance {drill.instance_id!r} is not in region {situation.region}: correct it"
    if instance.status != "Running":
        return f"instance {drill.instance_id} is {instance.status}: start it, since it has to run the checks"
    return _of_agent(drill.instance_id, situation.agent)


def _of_agent(instance_id: str, agent: AgentInfo | None) -> str | None:
    if agent is None or not agent.online:
        return (
            f"instance {instance_id} cannot run the checks, since its Cloud Assistant agent does not answer: "
            "start or install the agent there"
        )
    if agent.os_type == "Windows":
        return f"instance {instance_id} is a Windows one, and the checks are shell scripts: name a Linux one"
    return None


def drill_facts(situation: DrillSituation, currency: str) -> list[str]:
    """Return the plan facts, a line each. The cost of disks is known in USD only, so no other currency is told."""
    drill = situation.drill
    found = [each for each in situation.snapshots if each]
    if len(found) < len(drill.snapshot_ids):
        return []
    gib = sum(each.source_disk_size for each in found)
    made = "1 temporary disk" if len(found) == 1 else f"{len(found)} temporary disks"
    hours = (seconds_of(drill) + 3_599) // 3_600
    cost = gib * DISK_PRICE / HOURS_A_MONTH * hours
    dear = f"at most about USD {cost:.2f} for {hours:.0f} h" if currency == "USD" else f"for {hours:.0f} h at most"
    return [
        f"makes {made} of {drill.named}, {gib} GiB {drill.category}, {dear}",
        _checking(drill),
        f"about {duration_text(_MAKING + (_MOVING if drill.instance_id else 0))}, at most "
        f"{duration_text(seconds_of(drill))} with every check; nothing that it makes stays",
    ]


def seconds_of(drill: Drill) -> float:
    """Return the most seconds that a drill takes."""
    return _MAKING + (_MOVING + drill.checking_seconds if drill.instance_id else 0.0)


def _checking(drill: Drill) -> str:
    if not drill.instance_id:
        return "deletes them as soon as they are there: without instance_id nobody reads what is on them"
    names = ", ".join(check.name for check in drill.checks) or "none: it is only attached"
    return f"attaches to {drill.instance_id}, checks there ({names}), detaches and deletes"


def drill_warnings(situation: DrillSituation) -> list[str]:
    """Return what the user should think about first, a line each."""
    if situation.drill.instance_id not in situation.sources:
        return []
    return [
        f"{situation.drill.instance_id} has the original disk too: a volume of LVM, RAID or btrfs is there twice then, "
        "so better name another instance"
    ]
