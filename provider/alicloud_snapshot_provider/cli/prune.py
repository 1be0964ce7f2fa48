"""`alicloud-snapshot prune`: the older snapshots of a series go, each with the reason."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import InvalidInput
from ..ledger.intent import generation_of
from ..ledger.retention import Fate, Verdict
from ..ledger.run import Rules
from ..nouns import rules
from ..nouns.fields import check_fields
from ..nouns.keep_fields import KEEP_FIELD, keep_of
from ..overview.catalogue import Filters
from ..overview.pruning import Plan, plan_pruning
from ..overview.storage import full_gib
from ..region import Region
from .cells import age_text, gib_text, series_text
from .context import Context
from .exit_codes import Exit
from .list import chosen_entries
from .screen import Column

_COLUMNS = (
    Column("SNAPSHOT"),
    Column("GEN", right=True),
    Column("AGE"),
    Column("SIZE", right=True),
    Column("FATE"),
    Column("WHY", fold=True),
    Column("SERIES", fold=True),
)


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody at a prompt asks for; `sure` means that nobody is asked again."""

    series: str | None = None
    keep_last: int | None = None
    keep: Mapping[str, int | str | None] = field(default_factory=dict)
    dry_run: bool = False
    sure: bool = False

    @property
    def rules(self) -> Rules | None:
        """The rules that are given, None where those that are declared count."""
        given = {name: value for name, value in self.keep.items() if value is not None}
        if self.keep_last is None and not given:
            return None
        return Rules(keep_last=self.keep_last or 1, keep=keep_of({"keep": given}))


async def prune_series(context: Context, order: Order) -> Exit:
    """Show what stays and goes, ask, and remove. Raises InvalidInput where no series or no keep_last is known."""
    _check(context, order)
    plans = await _plans(context, order)
    removed = [verdict for plan in plans for verdict in plan.removed]
    if not context.screen.for_programs:
        _show(context, plans)
    if removed and not order.dry_run:
        if not order.sure and not context.screen.agrees(f"Remove {counted(len(removed))}?"):
            context.screen.say("nothing was changed")
            return Exit.FINE
        for plan in plans:
            await plan.carry_out(context.screen.say)
    if context.screen.for_programs:
        context.screen.json([_record(plan, verdict) for plan in plans for verdict in plan.verdicts])
    return Exit.FINE


def _check(context: Context, order: Order) -> None:
    if order.series is None and context.target.stack is None:
        raise InvalidInput(
            "--series", "no series is known here", remedy="Give --series, or run it in a stack's folder."
        )
    check_rules(order)


def check_rules(order: Order) -> None:
    """Judge the rules that the options give. Raises InvalidInput."""
    reason = rules.keep_last(order.keep_last) if order.keep_last is not None else None
    if reason:
        raise InvalidInput("--keep-last", f"--keep-last {reason}")
    given = {name: value for name, value in order.keep.items() if value is not None}
    wrong = check_fields([KEEP_FIELD], {"keep": given}) if given else {}
    if wrong:
        option, text = "--keep", wrong["keep"].replace("keep.", "--keep-", 1)
        raise InvalidInput(option, text if text.startswith(option) else f"{option} {text}")


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
    """Say that a series is not judged; where it is the one that was asked for, that is an error."""
    text = f"nothing says how many snapshots of series {series} stay"
    if order.series is not None:
        raise InvalidInput("--keep-last", text, remedy="Give --keep-last.")
    context.screen.warn(f"{text}, so it is left alone; give --keep-last to prune it too")


async def _plan(context: Context, order: Order, region: Region, series: str, kept_by: Rules) -> Plan:
    stack = context.target.stack
    held = stack.claims.held if stack else ()
    lineages = stack.lineages if stack else ()
    return await plan_pruning(region, series, kept_by, held, lineages=lineages, by_name=order.series is not None)


def _show(context: Context, plans: Sequence[Plan]) -> None:
    verdicts = [(plan, verdict) for plan in plans for verdict in plan.verdicts]
    if not verdicts:
        context.screen.say(f"no series to prune in {context.place}")
        return
    context.screen.table(_COLUMNS, [_row(context, plan, verdict) for plan, verdict in verdicts])
    gone = [pair for pair in verdicts if pair[1].fate is Fate.REMOVE]
    gib = sum(_gib(plan, verdict) for plan, verdict in gone)
    context.screen.say("")
    context.screen.say(
        f"{len(verdicts) - len(gone)} stay, {len(gone)} go: at most {gib_text(gib)} and "
        f"{context.price.text(context.price.of(gib))} less"
    )


def _row(context: Context, plan: Plan, verdict: Verdict[Any]) -> tuple[str, ...]:
    return (
        verdict.member.record_id,
        str(generation_of(verdict.member)),
        age_text(_age(context, verdict)),
        gib_text(_gib(plan, verdict)),
        verdict.fate.value,
        verdict.reason,
        series_text(plan.series, context.scopes),
    )


def _age(context: Context, verdict: Verdict[Any]) -> float | None:
    cut = verdict.member.cut_at
    return max(0.0, context.clock.now() - cut.timestamp()) if cut else None


def _gib(plan: Plan, verdict: Verdict[Any]) -> float:
    return sum(full_gib(each) for each in plan.snapshots[verdict.member.record_id] if not each.failed)


def _record(plan: Plan, verdict: Verdict[Any]) -> dict[str, Any]:
    return {
        "id": verdict.member.record_id,
        "snapshot_ids": [each.snapshot_id for each in plan.snapshots[verdict.member.record_id]],
        "region": plan.region,
        "series": plan.series,
        "generation": generation_of(verdict.member),
        "fate": verdict.fate.value,
        "why": verdict.reason,
        "gib_at_most": round(_gib(plan, verdict), 2),
    }


def counted(count: int) -> str:
    """Return so many snapshots in words."""
    return "1 snapshot" if count == 1 else f"{count} snapshots"
