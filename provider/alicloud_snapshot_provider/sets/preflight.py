"""Checks a set for the preview: why ECS would refuse it, and the plan facts. Read-only, with few calls."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ..region import Region
from ..snapshots.archive import encrypted_text
from ..snapshots.estimate import Price, estimate
from ..snapshots.plan import automatic_facts
from ..snapshots.preflight import violations
from ..snapshots.situation import Situation
from ..waiting.progress import duration_text
from .create import SetSpec, not_stopped, unfinished_set
from .records import SnapshotSetInfo
from .selection import find_disks

MOST_NAMED = 5
"""The most reasons that a message names."""


@dataclass(frozen=True, slots=True)
class SetSituation:
    """What a check finds. `running` are the reasons why `require_stopped` is not met."""

    spec: SetSpec
    each: Sequence[Situation]
    running: Sequence[str] = ()
    unfinished: SnapshotSetInfo | None = None


async def survey_set(region: Region, spec: SetSpec) -> SetSituation:
    """Return the situation of the set. Raises what the calls raise."""
    found = await find_disks(region.client, region.disks, spec.selection)
    disks = [disk for disk in found.values() if disk]
    attached = sorted({disk.instance_id for disk in disks if disk.instance_id})
    instances = dict(zip(attached, await asyncio.gather(*map(region.instances.get, attached)), strict=True))
    snapshots = await region.surveyor.snapshots.of_all(list(found))
    sets = await region.sets.ledger.members(spec.attributes.series)
    now = region.clock.now()
    each = [
        Situation(
            region=region.name,
            now=now,
            disk_id=disk_id,
            disk=disk,
            instance=instances.get(disk.instance_id) if disk else None,
            snapshots=snapshots[disk_id],
        )
        for disk_id, disk in found.items()
    ]
    running = await not_stopped(region.instances, disks) if spec.require_stopped else ()
    return SetSituation(spec, each, running, unfinished_set(spec, sets))


def set_violations(situation: SetSituation) -> dict[str, str]:
    """Return why ECS would refuse the set, by property, with the remedies; empty if it would not."""
    if situation.unfinished is not None:
        return {}
    if not situation.each:
        return {_chooser(situation): f"{situation.spec.selection}: there is none, so correct it, or the region"}
    reasons = [reason for each in situation.each for reason in violations(each)]
    failures = {_chooser(situation): _first(reasons)} if reasons else {}
    rest = {"require_stopped": _first(situation.running)} if situation.running else {}
    encrypted = next((each.disk_id for each in situation.each if each.disk and each.disk.encrypted), None)
    if encrypted and situation.spec.archived:
        failures["archive_after"] = encrypted_text(f"disk {encrypted}")
    return failures | rest


def set_facts(situation: SetSituation, price: Price) -> list[str]:
    """Return the plan facts, one line each. `price` is per GiB and month."""
    if situation.unfinished is not None:
        held = [member for member in situation.unfinished.members if not member.failed]
        return [
            f"completes {situation.unfinished.snapshot_set_id}: an earlier run began {len(held)} snapshots; "
            f"{max(0, len(situation.each) - len(held))} are missing"
        ]
    estimates = [estimate(each, each.disk, price) for each in situation.each if each.disk]
    gib, cost = sum(each.gib for each in estimates), sum(each.monthly_cost for each in estimates)
    longest = max((each.seconds for each in estimates), default=0.0)
    full = sum(each.full for each in estimates)
    automatic = [fact for each in situation.each for fact in automatic_facts(each, situation.spec.min_age)]
    return [
        f"set of {len(estimates)} snapshots, {full} of them full, about {duration_text(longest)}, "
        f"at most {gib:g} GiB and {price.text(cost)}",
        "each disk is cut on its own: a volume striped over several needs require_stopped, or a SnapshotGroup",
        "keep the state of their instances unchanged meanwhile: no stop, no restart; the disks' I/O is slightly slower",
        *([_first(automatic)] if automatic else []),
    ]


def _first(reasons: Sequence[str]) -> str:
    more = [f"and {len(reasons) - MOST_NAMED} more"] if len(reasons) > MOST_NAMED else []
    return "; ".join([*reasons[:MOST_NAMED], *more])


def _chooser(situation: SetSituation) -> str:
    selection = situation.spec.selection
    return "instance_id" if selection.instance_id else "disk_tags" if selection.disk_tags else "disk_ids"
