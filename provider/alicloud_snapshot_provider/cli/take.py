"""`alicloud-snapshot take`: takes snapshots of disks now. Each disk has its own series, which no state holds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..ecs.models import DiskInfo, SnapshotInfo
from ..errors import InvalidInput, SnapshotError
from ..nouns import rules
from ..region import Region
from ..snapshots.by_hand import ADOPT_WITHIN, spec_by_hand
from ..snapshots.plan import plan_facts, plan_warnings
from ..snapshots.preflight import run_preflight
from ..snapshots.situation import Situation
from ..snapshots.spec import SnapshotSpec
from ..waiting.progress import duration_text
from .context import Context, check_argument, in_terms_of_the_command_line, sentence
from .exit_codes import Exit
from .progress import Board, board_for


@dataclass(frozen=True, slots=True)
class Order:
    """What the user asks for. If `sure`, the command asks no question."""

    disk_ids: Sequence[str]
    retention_days: int | None = None
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """One snapshot to take, its region, and the disk's snapshots before it."""

    region: Region
    disk: DiskInfo
    spec: SnapshotSpec
    situation: Situation
    reasons: Sequence[str]


async def take_snapshots(context: Context, order: Order) -> Exit:
    """Explain the snapshots, ask, take them at the same time and wait. Raises InvalidInput if ECS would refuse one."""
    for disk_id in order.disk_ids:
        check_argument("DISK", rules.disk_id, disk_id)
    if order.retention_days is not None:
        check_argument("--retention-days", lambda _text: rules.retention_days(order.retention_days or 0), "")
    wishes = [_planned(context, disk_id, order.retention_days) for disk_id in dict.fromkeys(order.disk_ids)]
    plans = list(await asyncio.gather(*wishes))
    _refuse(plans)
    _explain(context, plans)
    if not order.sure and not context.screen.agrees(_question(plans)):
        context.screen.say("nothing was taken")
        return Exit.FINE
    with board_for(context.screen) as board:
        outcomes = await _take_all(context, plans, board)
    return _report(context, plans, outcomes)


async def _planned(context: Context, disk_id: str, retention_days: int | None) -> Planned:
    region, disk = await context.find("disk", disk_id, lambda each: each.disks.get(disk_id))
    spec = spec_by_hand(disk, retention_days)
    situation, reasons = await run_preflight(region.surveyor, spec)
    begun = situation.unfinished
    if begun is not None and spec.is_stale(begun, region.client.cloud_now()):
        situation = replace(situation, unfinished=None)
    return Planned(region, disk, spec, situation, reasons)


def _refuse(plans: Sequence[Planned]) -> None:
    reasons = [reason for plan in plans for reason in plan.reasons]
    if reasons:
        raise InvalidInput("DISK", f"nothing was taken: {in_terms_of_the_command_line('; '.join(reasons))}")


def _explain(context: Context, plans: Sequence[Planned]) -> None:
    covered = {plan.disk.disk_id for plan in plans}
    for plan in plans:
        first, *others = plan_facts(plan.situation, plan.disk, context.price)
        context.screen.say(f"{plan.disk.disk_id}: {first}")
        for fact in others:
            context.screen.say(f"  {fact}")
        for warning in plan_warnings(plan.situation, plan.disk, None, covered):
            context.screen.warn(f"warning: {warning}")


def _question(plans: Sequence[Planned]) -> str:
    if len(plans) == 1:
        return f"Take a snapshot of {plans[0].disk.disk_id}?"
    return f"Take snapshots of {len(plans)} disks?"


async def _take_all(context: Context, plans: Sequence[Planned], board: Board) -> list[SnapshotInfo | SnapshotError]:
    try:
        return await asyncio.gather(*(_take(context, plan, board) for plan in plans))
    except asyncio.CancelledError:
        context.screen.warn(
            "what was begun goes on in the cloud: run the same command again within "
            f"{duration_text(ADOPT_WITHIN)} to take it over"
        )
        raise


async def _take(context: Context, plan: Planned, board: Board) -> SnapshotInfo | SnapshotError:
    """Return the accomplished snapshot, or the reason why there is none. The other disks' snapshots go on."""
    try:
        taken = await plan.region.taker.take(replace(plan.spec, progress=board.hear, warn=context.screen.warn))
    except SnapshotError as error:
        return error
    board.hear(taken)
    board.finish(taken)
    return taken


def _report(context: Context, plans: Sequence[Planned], outcomes: Sequence[SnapshotInfo | SnapshotError]) -> Exit:
    pairs = list(zip(plans, outcomes, strict=True))
    for plan, outcome in pairs:
        if isinstance(outcome, SnapshotError):
            context.screen.warn(f"error: disk {plan.disk.disk_id}: {sentence(outcome)}")
        elif not context.screen.for_programs:
            context.screen.say(f"{outcome.snapshot_id} keeps {plan.disk.disk_id} as of {outcome.creation_time}")
    if context.screen.for_programs:
        context.screen.json([_record(plan, outcome) for plan, outcome in pairs])
    return Exit.FAILED if any(isinstance(outcome, SnapshotError) for outcome in outcomes) else Exit.FINE


def _record(plan: Planned, outcome: SnapshotInfo | SnapshotError) -> dict[str, object]:
    lost = isinstance(outcome, SnapshotError)
    return {
        "snapshot_id": "" if isinstance(outcome, SnapshotError) else outcome.snapshot_id,
        "region": plan.region.name,
        "disk_id": plan.disk.disk_id,
        "series": plan.spec.attributes.series,
        "creation_time": "" if isinstance(outcome, SnapshotError) else outcome.creation_time,
        "accomplished": not lost,
        "error": outcome.headline if isinstance(outcome, SnapshotError) else "",
    }
