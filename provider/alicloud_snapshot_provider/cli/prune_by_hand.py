"""`alicloud-snapshot prune --by-hand`: the older snapshots that somebody made by hand go, each with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..ecs.models import SnapshotInfo
from ..errors import InvalidInput
from ..ledger.retention import Fate, Verdict
from ..ledger.run import Rules
from ..nouns import rules as property_rules
from ..overview.made_by_hand import HandPlan, plan_made_by_hand
from ..overview.storage import full_gib
from .cells import age_text, gib_text
from .context import Context, check_argument
from .exit_codes import Exit
from .prune import Order, check_rules, counted
from .screen import Column

NOBODY_KNOWS = (
    "No tag tells whose these are: the state of another tool or stack may hold one, by an alicloud.ecs.EcsSnapshot, "
    "by Terraform or by an import, and would miss it. Look at each."
)
_COLUMNS = (
    Column("SNAPSHOT"),
    Column("DISK"),
    Column("NAME", fold=True),
    Column("AGE"),
    Column("SIZE", right=True),
    Column("FATE"),
    Column("WHY", fold=True),
)
_PAIR = tuple[HandPlan, Verdict[SnapshotInfo]]


async def prune_made_by_hand(context: Context, order: Order, disk_ids: Sequence[str]) -> Exit:
    """Show what was made by hand, what stays and goes, ask, and remove. Raises InvalidInput without rules."""
    kept_by = _rules(order, disk_ids)
    held = context.target.stack.named if context.target.stack else frozenset[str]()
    plans = await context.in_every_region(lambda region: plan_made_by_hand(region, kept_by, held, disk_ids))
    pairs = [(plan, verdict) for plan in plans for verdict in plan.verdicts]
    removed = [pair for pair in pairs if pair[1].fate is Fate.REMOVE]
    if not context.screen.for_programs:
        _show(context, pairs)
    if removed:
        context.screen.warn(NOBODY_KNOWS)
    if removed and not order.dry_run:
        if not order.sure and not context.screen.agrees(f"Remove {counted(len(removed))} made by hand?"):
            context.screen.say("nothing was changed")
            return Exit.FINE
        for plan in plans:
            await plan.carry_out(context.screen.say)
    if context.screen.for_programs:
        context.screen.json([_record(*pair) for pair in pairs])
    return Exit.FINE


def _rules(order: Order, disk_ids: Sequence[str]) -> Rules:
    """Return the rules, which have to be given: nobody has declared any for these."""
    if order.series is not None:
        raise InvalidInput("--by-hand", "what was made by hand is of no series", remedy="Give --by-hand or --series.")
    for disk_id in disk_ids:
        check_argument("--disk", property_rules.disk_id, disk_id)
    check_rules(order)
    if order.rules is None:
        raise InvalidInput(
            "--keep-last",
            "how many snapshots that were made by hand are to stay is not known",
            remedy="Give --keep-last or another --keep option: the newest of each disk always stays.",
        )
    return order.rules


def _show(context: Context, pairs: Sequence[_PAIR]) -> None:
    if not pairs:
        context.screen.say(f"nothing that was made by hand in {context.place}")
        return
    context.screen.table(_COLUMNS, [_row(context, verdict) for _, verdict in pairs])
    gone = [verdict.member for _, verdict in pairs if verdict.fate is Fate.REMOVE]
    gib = sum(full_gib(each) for each in gone)
    context.screen.say("")
    context.screen.say(
        f"{len(pairs) - len(gone)} stay, {len(gone)} go: at most {gib_text(gib)} and "
        f"{context.price.text(context.price.of(gib))} less"
    )


def _row(context: Context, verdict: Verdict[SnapshotInfo]) -> tuple[str, ...]:
    snapshot = verdict.member
    age = max(0.0, context.clock.now() - snapshot.cut_at.timestamp()) if snapshot.cut_at else None
    return (
        snapshot.snapshot_id,
        snapshot.source_disk_id,
        snapshot.snapshot_name or "-",
        age_text(age),
        gib_text(full_gib(snapshot)),
        verdict.fate.value,
        verdict.reason,
    )


def _record(plan: HandPlan, verdict: Verdict[SnapshotInfo]) -> dict[str, Any]:
    snapshot = verdict.member
    return {
        "id": snapshot.snapshot_id,
        "name": snapshot.snapshot_name,
        "disk_id": snapshot.source_disk_id,
        "region": plan.region.name,
        "fate": verdict.fate.value,
        "why": verdict.reason,
        "gib_at_most": round(full_gib(snapshot), 2),
    }
