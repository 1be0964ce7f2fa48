"""Checks a snapshot-consistent group for the preview: why ECS would refuse it, and the plan facts. Read-only.

Source: the description and error list of CreateSnapshotGroup.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..ecs.models import DiskInfo, SnapshotGroupInfo
from ..region import Region
from ..snapshots.create import adoptable
from ..snapshots.estimate import Price, estimate
from ..snapshots.plan import adoption_text, automatic_facts
from ..snapshots.preflight import ESSD_CATEGORIES, run_preflight, violations
from ..snapshots.situation import Situation
from ..snapshots.spec import SnapshotSpec
from ..waiting.progress import duration_text
from .create import GroupSpec

MOST_DISKS = 16
MOST_GIB = 32 * 1024
_REGIONAL = "cloud_regional_disk_auto"


@dataclass(frozen=True, slots=True)
class GroupSituation:
    """What a check finds: the situation of each disk, and the unfinished group that will be adopted."""

    region: str
    spec: GroupSpec
    each: Sequence[Situation]
    unfinished: SnapshotGroupInfo | None = None

    @property
    def disks(self) -> list[DiskInfo]:
        return [situation.disk for situation in self.each if situation.disk]


async def survey_group(region: Region, spec: GroupSpec) -> GroupSituation:
    """Return the situation of the group. Raises what the calls raise."""
    disk_ids = await _chosen(region, spec)
    alone = [SnapshotSpec(disk_id=disk_id, attributes=spec.attributes, replace_inputs={}) for disk_id in disk_ids]
    looks = await asyncio.gather(*(run_preflight(region.surveyor, each) for each in alone))
    members = await region.groups.ledger.members(spec.attributes.series)
    return GroupSituation(region.name, spec, [look[0] for look in looks], adoptable(spec, members))


async def _chosen(region: Region, spec: GroupSpec) -> list[str]:
    if spec.instance_id is None:
        return list(spec.disk_ids)
    attached = await region.client.disks_of_instance(spec.instance_id)
    return [disk.disk_id for disk in attached if disk.disk_id not in spec.exclude_disk_ids]


def group_violations(situation: GroupSituation) -> list[str]:
    """Return why ECS would refuse the group, with the remedies; empty if it would not."""
    if situation.unfinished is not None:
        return []
    alone = [reason for each in situation.each for reason in violations(each)]
    return alone + [reason for rule in _RULES if (reason := rule(situation))]


def group_facts(situation: GroupSituation, price: Price) -> list[str]:
    """Return the plan facts, one line each. `price` is per GiB and month."""
    if situation.unfinished is not None:
        return [adoption_text(situation.unfinished)]
    estimates = [estimate(each, each.disk, price) for each in situation.each if each.disk]
    gib, cost = sum(each.gib for each in estimates), sum(each.monthly_cost for each in estimates)
    longest = max((each.seconds for each in estimates), default=0.0)
    named = ", ".join(f"{disk.disk_id} ({disk.size} GiB)" for disk in situation.disks)
    return [
        f"crash-consistent group of {len(estimates)} disks, about {duration_text(longest)}, "
        f"at most {gib:g} GiB and {price.text(cost)}",
        f"all cut at the same moment: {named}",
        "keep the state of their instances unchanged meanwhile: no stop, no restart; the disks' I/O is slightly slower",
        *(fact for each in situation.each for fact in automatic_facts(each, situation.spec.min_age)),
    ]


def _nothing(situation: GroupSituation) -> str | None:
    if situation.each:
        return None
    return (
        f"leave no disk of instance {situation.spec.instance_id!r} in region {situation.region}: "
        "correct the instance, or exclude fewer disks"
    )


def _number(situation: GroupSituation) -> str | None:
    if len(situation.each) <= MOST_DISKS:
        return None
    return (
        f"would be {len(situation.each)} disks, and a group takes {MOST_DISKS}: "
        "exclude some, or declare a group for each volume"
    )


def _capacity(situation: GroupSituation) -> str | None:
    gib = sum(disk.size for disk in situation.disks)
    if gib <= MOST_GIB:
        return None
    return f"would be {gib} GiB in all, and a group takes {MOST_GIB} GiB: declare a group for each volume"


def _family(situation: GroupSituation) -> str | None:
    others = [f"{each.disk_id} ({each.category})" for each in situation.disks if each.category not in ESSD_CATEGORIES]
    if not others:
        return None
    return f"include {', '.join(others)}, and a group takes ESSD disks only: leave them out, or change their category"


def _regional(situation: GroupSituation) -> str | None:
    regional = [disk.disk_id for disk in situation.disks if disk.category == _REGIONAL]
    if not regional or len(regional) == len(situation.disks):
        return None
    return f"mix regional disks ({', '.join(regional)}) with others: declare a group for each kind"


def _zone(situation: GroupSituation) -> str | None:
    zones = {disk.zone_id: disk.disk_id for disk in situation.disks if disk.category != _REGIONAL}
    if len(zones) <= 1:
        return None
    named = ", ".join(f"{disk_id} in {zone_id}" for zone_id, disk_id in sorted(zones.items()))
    return f"are in several zones ({named}), and a group takes disks of one: declare a group for each zone"


def _multi_attach(situation: GroupSituation) -> str | None:
    shared = [disk.disk_id for disk in situation.disks if disk.multi_attach == "Enabled"]
    if not shared:
        return None
    return f"include {', '.join(shared)} with multi-attach, which a group does not take: leave them out"


_RULES: tuple[Callable[[GroupSituation], str | None], ...] = (
    _nothing,
    _number,
    _capacity,
    _family,
    _regional,
    _zone,
    _multi_attach,
)
