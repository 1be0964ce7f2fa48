"""`alicloud-snapshot rollback`: rolls a disk back to one of its snapshots now, as `DiskRollback` does."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from ..ecs.models import DiskInfo, InstanceInfo, SnapshotInfo
from ..errors import InvalidInput, SnapshotError
from ..ledger.ownership import ownership_of
from ..nouns import rules
from ..region import Region
from ..rollbacks.fields import DEFAULT_KEEP_LAST
from ..rollbacks.preflight import (
    RollbackSituation,
    rollback_facts,
    rollback_violations,
    rollback_warnings,
    survey_rollback,
)
from ..rollbacks.rollback import RESTART_TAG, ROLLED_BACK_TAG, Rollback, RollbackSpec, SafetyRecord
from ..waiting.progress import duration_text
from .context import Context, check_argument, in_terms_of_the_command_line
from .exit_codes import Exit
from .progress import board_for


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asks for. If `sure`, the command asks no question."""

    disk_id: str
    snapshot_id: str
    stop_instance: bool = False
    sure: bool = False

    @property
    def series(self) -> str:
        """The series of the safety snapshots. It belongs to no stack."""
        return f"rollback-of-{self.disk_id}"


async def roll_back(context: Context, wish: Wish) -> Exit:
    """Explain the rollback, ask, and carry it out. Raises InvalidInput if ECS would refuse it."""
    check_argument("DISK", rules.disk_id, wish.disk_id)
    check_argument("--to", rules.snapshot_id, wish.snapshot_id)
    region, _ = await context.find("disk", wish.disk_id, lambda each: each.disks.get(wish.disk_id))
    situation = await survey_rollback(region, _spec(wish))
    _refuse(situation)
    _explain(context, situation)
    if not wish.sure and not context.screen.agrees(f"Roll disk {wish.disk_id} back to {wish.snapshot_id}?"):
        context.screen.say("nothing was changed")
        return Exit.FINE
    with board_for(context.screen) as board:
        say = context.screen.say
        spec = replace(_spec(wish), progress=board.hear, tell=say, step=say)
        safety = await _carry_out(context, region, spec)
    _report(context, region, spec, safety)
    return Exit.FINE


def _spec(wish: Wish) -> RollbackSpec:
    return RollbackSpec(
        disk_id=wish.disk_id,
        snapshot_id=wish.snapshot_id,
        series=wish.series,
        stop_instance=wish.stop_instance,
        keep_last=DEFAULT_KEEP_LAST,
    )


def _refuse(situation: RollbackSituation) -> None:
    """Raise InvalidInput if ECS would refuse the rollback and has not already accepted it."""
    reasons = list(rollback_violations(situation).values())
    if reasons and not _is_accepted(situation):
        text = "; ".join(in_terms_of_the_command_line(reason) for reason in reasons)
        raise InvalidInput("disk_id", f"nothing was changed: {text}")


def _is_accepted(situation: RollbackSituation) -> bool:
    return situation.disk is not None and situation.disk.tags.get(ROLLED_BACK_TAG) == situation.spec.key


def _explain(context: Context, situation: RollbackSituation) -> None:
    say = context.screen.say
    if _is_accepted(situation):
        say("an earlier run was interrupted once ECS had rolled the disk back: this one only brings it to its end")
        return
    for warning in rollback_warnings(situation.spec, situation.snapshot):
        say(warning)
    for fact in rollback_facts(situation):
        say(f"  {fact}")
    cut = situation.snapshot.cut_at if situation.snapshot else None
    if cut is not None:
        say(f"  the snapshot is {duration_text(max(0.0, context.clock.now() - cut.timestamp()))} old")
    left_stopped = situation.disk.tags.get(RESTART_TAG) if situation.disk else None
    if left_stopped:
        say(f"  instance {left_stopped}, which an earlier run stopped, is started again at the end")


async def _carry_out(context: Context, region: Region, spec: RollbackSpec) -> SafetyRecord | None:
    """Carry the act out. If it ends early, say exactly what state everything is in."""
    rollback = Rollback(region, spec)
    try:
        return await rollback.run()
    except (asyncio.CancelledError, SnapshotError) as end:
        if rollback.is_rolled_back and isinstance(end, asyncio.CancelledError):
            await rollback.close()  # no `pulumi up` will repeat it later
        for line in await _state(region, spec, rollback.is_rolled_back):
            context.screen.warn(line)
        raise


async def _state(region: Region, spec: RollbackSpec, is_rolled_back: bool) -> list[str]:
    """Return a line each about the disk, its instance and the safety snapshot. Remove what failed."""
    try:
        disk = await region.disks.get(spec.disk_id)
        instance = await region.instances.get(disk.instance_id) if disk and disk.instance_id else None
        members = await region.ledger.members(spec.series)
        await region.taker.discard_failed(members)
    except SnapshotError as error:
        return [f"what state disk {spec.disk_id} is in could not be read: {error.problem}"]
    lines = [_disk_state(spec, disk, is_rolled_back)]
    if disk is not None and instance is not None:
        lines.append(_instance_state(disk, instance))
    return lines + [_safety_state(each) for each in members if ownership_of(each).being_created]


def _safety_state(safety: SnapshotInfo) -> str:
    if safety.failed:
        return f"safety snapshot {safety.snapshot_id} was cut off and is removed"
    if safety.accomplished:
        return f"safety snapshot {safety.snapshot_id} is complete and stays"
    return f"safety snapshot {safety.snapshot_id} goes on in the cloud and stays"


def _disk_state(spec: RollbackSpec, disk: DiskInfo | None, is_rolled_back: bool) -> str:
    if is_rolled_back:
        return (
            f"ECS had accepted the rollback, so it was brought to its end: disk {spec.disk_id} is at {spec.snapshot_id}"
        )
    if disk is not None and disk.tags.get(ROLLED_BACK_TAG) == spec.key:
        return f"ECS has accepted the rollback of disk {spec.disk_id}: run the same command again to finish it"
    return f"disk {spec.disk_id} was not rolled back: run the same command again to begin anew"


def _instance_state(disk: DiskInfo, instance: InstanceInfo) -> str:
    if RESTART_TAG in disk.tags and instance.status != "Running":
        return (
            f"instance {instance.instance_id} was stopped for it and is {instance.status}: start it by "
            f"`aliyun ecs StartInstance --InstanceId {instance.instance_id}`, or run the same command again"
        )
    return f"instance {instance.instance_id} is {instance.status}"


def _report(context: Context, region: Region, spec: RollbackSpec, safety: SafetyRecord | None) -> None:
    kept = safety.record_id if safety else ""
    if context.screen.for_programs:
        context.screen.json(
            {
                "disk_id": spec.disk_id,
                "snapshot_id": spec.snapshot_id,
                "region": region.name,
                "safety_snapshot_id": kept,
            }
        )
        return
    context.screen.say(f"disk {spec.disk_id} is back at {spec.snapshot_id}")
    if kept:
        undo = f"alicloud-snapshot rollback {spec.disk_id} --to {kept} --region {region.name}"
        context.screen.say(f"{kept} keeps what the disk held before; to undo: {undo}")
