"""`alicloud-snapshot restore`: makes new disks from a snapshot or a group. The old disks stay."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..ecs.models import DiskInfo, SnapshotInfo
from ..errors import InvalidInput
from ..nouns import rules
from ..region import Region
from ..restores.preflight import RestoreOptions, RestoreSituation, restore_facts, restore_violations, survey_restore
from ..restores.restore import Restore
from ..restores.spec import RestoreSpec
from .context import Context, check_argument
from .exit_codes import Exit


@dataclass(frozen=True, slots=True)
class Order:
    """What the user asks for. If `sure`, the command asks no question."""

    record_id: str
    options: RestoreOptions = field(default_factory=RestoreOptions)
    sure: bool = False

    @property
    def of_group(self) -> bool:
        """Whether it restores a group."""
        return self.record_id.startswith("ssg-")


async def restore_disks(context: Context, order: Order) -> Exit:
    """Explain the restore, ask, and carry it out. Raises InvalidInput if ECS would refuse it."""
    if not order.of_group:
        check_argument("SNAPSHOT", rules.snapshot_id, order.record_id)
    check_argument("--attach", rules.instance_id, order.options.instance_id or None)
    region, snapshots = await _found(context, order)
    situations = await asyncio.gather(*(survey_restore(region, each, order.options) for each in snapshots))
    _refuse(situations)
    _explain(context, situations)
    if not order.sure and not context.screen.agrees(f"Restore {_named(situations)}?"):
        context.screen.say("nothing was changed")
        return Exit.FINE
    made = await _carry_out(context, region, situations)
    _report(context, region, situations, made)
    return Exit.FINE


async def _found(context: Context, order: Order) -> tuple[Region, Sequence[SnapshotInfo]]:
    if not order.of_group:
        region, snapshot = await context.find(
            "snapshot", order.record_id, lambda each: each.snapshots.get(order.record_id)
        )
        return region, [snapshot]
    region, group = await context.find(
        "snapshot group", order.record_id, lambda each: each.groups.records.get(order.record_id)
    )
    wanted = list(group.snapshot_ids.values())
    members = [each for each in await asyncio.gather(*map(region.snapshots.get, wanted)) if each is not None]
    gone = sorted(set(wanted) - {each.snapshot_id for each in members})
    if gone:
        raise InvalidInput(
            "SNAPSHOT",
            f"nothing was changed: {', '.join(gone)} of group {order.record_id} is not there, and a group is restored "
            "whole or not at all",
            remedy="Restore the snapshots that you need one by one.",
        )
    return region, members


def _refuse(situations: Sequence[RestoreSituation]) -> None:
    reasons = list(dict.fromkeys(reason for each in situations for reason in restore_violations(each)))
    if reasons:
        raise InvalidInput("SNAPSHOT", f"nothing was changed: {'; '.join(reasons)}")


def _named(situations: Sequence[RestoreSituation]) -> str:
    if len(situations) == 1:
        return f"{situations[0].snapshot.snapshot_id} to a new disk"
    return f"{len(situations)} snapshots to {len(situations)} new disks"


def _explain(context: Context, situations: Sequence[RestoreSituation]) -> None:
    for situation in situations:
        first, *others = restore_facts(situation)
        context.screen.say(first)
        for fact in others:
            context.screen.say(f"  {fact}")


async def _carry_out(context: Context, region: Region, situations: Sequence[RestoreSituation]) -> dict[str, DiskInfo]:
    disks = [each.spec for each in situations]
    restore = Restore(region, RestoreSpec(disks=disks, tell=context.screen.warn, step=context.screen.say))
    try:
        return await restore.run()
    except asyncio.CancelledError:
        begun = f" ({', '.join(restore.made.values())})" if restore.made else ""
        context.screen.warn(f"what was begun goes on in the cloud{begun}: run the same command again to go on with it")
        raise


def _report(
    context: Context, region: Region, situations: Sequence[RestoreSituation], made: dict[str, DiskInfo]
) -> None:
    if context.screen.for_programs:
        context.screen.json([_record(region, each, made[each.snapshot.snapshot_id]) for each in situations])
        return
    for each in situations:
        disk = made[each.snapshot.snapshot_id]
        where = f", attached to {disk.instance_id}" if disk.instance_id else ""
        context.screen.say(f"disk {disk.disk_id} holds {each.snapshot.snapshot_id}{where}")


def _record(region: Region, situation: RestoreSituation, disk: DiskInfo) -> dict[str, object]:
    return {
        "disk_id": disk.disk_id,
        "snapshot_id": situation.snapshot.snapshot_id,
        "source_disk_id": situation.snapshot.source_disk_id,
        "region": region.name,
        "zone_id": disk.zone_id,
        "category": disk.category,
        "size_gib": disk.size,
        "encrypted": disk.encrypted,
        "instance_id": disk.instance_id,
    }
