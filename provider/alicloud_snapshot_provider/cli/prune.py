"""`alicloud-snapshot prune`: removes the older snapshots of a series, and says why."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from ..errors import InvalidInput
from ..ledger.intent import generation_of
from ..ledger.retention import Verdict
from ..ledger.run import Rules
from ..overview.catalogue import Filters
from ..overview.pruning import Plan, plan_pruning
from ..overview.storage import full_gib
from ..region import Region
from .cells import series_text
from .context import Context
from .exit_codes import Exit
from .list import chosen_entries
from .pruning import JUDGEMENT, Judged, Order, Proposal
from .screen import Column

_COLUMNS = (Column("SNAPSHOT"), Column("GEN", right=True), *JUDGEMENT, Column("SERIES", fold=True))


async def prune_series(context: Context, order: Order) -> Exit:
    """Show what stays and goes, ask, and remove. Raises InvalidInput if no series or no keep_last is known."""
    if order.series is None and context.target.stack is None:
        raise InvalidInput(
            "--series", "no series is known here", remedy="Give --series, or run it in a stack's folder."
        )
    order.check_rules()
    plans = await _plans(context, order)
    judged = [_judged(context, plan, verdict) for plan in plans for verdict in plan.verdicts]
    return await Proposal(plans, judged, _COLUMNS, nothing="no series to prune").settle(context, order)


async def _plans(context: Context, order: Order) -> list[Plan]:
    entries = await chosen_entries(context, Filters(series=order.series))
    found = sorted({(entry.region, entry.series) for entry in entries if entry.series})
    if order.series is not None and not found:
        remedy = "Look it up with `alicloud-snapshot list`, or give --region with the series' own."
        raise InvalidInput("--series", f"there is no series {order.series} in {context.place}", remedy=remedy)
    kept = {(region, series): _rules(context, order, series) for region, series in found}
    for (_, series), kept_by in kept.items():
        if kept_by is None:
            _leave_alone(context, order, series)
    regions = {region.name: region for region in context.regions}
    plans = [
        _plan(context, order, regions[region], series, kept_by)
        for (region, series), kept_by in kept.items()
        if kept_by is not None
    ]
    return list(await asyncio.gather(*plans))


def _rules(context: Context, order: Order, series: str) -> Rules | None:
    declared: Mapping[str, Rules] = context.target.stack.series if context.target.stack else {}
    return order.rules or declared.get(series)


def _leave_alone(context: Context, order: Order, series: str) -> None:
    """Say that a series is not judged. If the user named this series, that is an error."""
    text = f"nothing says how many snapshots of series {series} stay"
    if order.series is not None:
        raise InvalidInput("--keep-last", text, remedy="Give --keep-last.")
    context.screen.warn(f"{text}, so it is left alone; give --keep-last to prune it too")


async def _plan(context: Context, order: Order, region: Region, series: str, kept_by: Rules) -> Plan:
    stack = context.target.stack
    held = stack.claims.held if stack else ()
    lineages = stack.lineages if stack else ()
    return await plan_pruning(region, series, kept_by, held, lineages=lineages, by_name=order.series is not None)


def _judged(context: Context, plan: Plan, verdict: Verdict[Any]) -> Judged:
    member, snapshots = verdict.member, plan.snapshots[verdict.member.record_id]
    return Judged(
        verdict,
        member.cut_at,
        sum(full_gib(each) for each in snapshots if not each.failed),
        before=(member.record_id, str(generation_of(member))),
        after=(series_text(plan.series, context.scopes),),
        facts={
            "id": member.record_id,
            "snapshot_ids": [each.snapshot_id for each in snapshots],
            "region": plan.region,
            "series": plan.series,
            "generation": generation_of(member),
        },
    )
