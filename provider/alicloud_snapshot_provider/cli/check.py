"""`alicloud-snapshot check`: says if every disk has a recent snapshot, for cron, CI and Prometheus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..ecs.wire_format import written_moment
from ..errors import InvalidInput
from ..nouns import rules
from ..nouns.durations import duration_seconds
from ..overview.freshness import Freshness, State, freshness_of
from ..overview.inventory import Inventory, take_inventory
from ..overview.orphans import orphans_in
from ..waiting.progress import duration_text
from .context import Context, check_argument
from .exit_codes import Exit
from .files import check_writable, put_in_place
from .prometheus import textfile_of
from .screen import Column


@dataclass(frozen=True, slots=True)
class Demand:
    """What the user demands: the named disks, or those of an instance, or all.

    `max_age` is a duration such as "1d". The metrics go into `textfile`.
    """

    max_age: str
    disk_ids: Sequence[str] = ()
    instance_id: str | None = None
    textfile: Path | None = None


async def check_freshness(context: Context, demand: Demand) -> Exit:
    """Judge the disks. Returns FOUND if one has no recent success. Raises InvalidInput if a named disk is missing."""
    max_age = _checked(demand)
    inventories = await context.in_every_region(take_inventory)
    judged = _chosen(context, demand, [each for found in inventories for each in freshness_of(found, max_age)])
    orphans = {found.region: _orphans(context, found) for found in inventories}
    if demand.textfile:
        put_in_place("--textfile", demand.textfile, textfile_of(judged, orphans))
    if context.screen.for_programs:
        context.screen.json(_record(judged, orphans, max_age))
    else:
        _show(context, judged, max_age)
    return Exit.FINE if all(each.state is State.FRESH for each in judged) else Exit.FOUND


def _checked(demand: Demand) -> float:
    check_argument("--max-age", rules.min_age, demand.max_age)
    check_argument("--instance", rules.instance_id, demand.instance_id)
    for disk_id in demand.disk_ids:
        check_argument("--disk", rules.disk_id, disk_id)
    if demand.textfile:
        check_writable("--textfile", demand.textfile)
    return duration_seconds(demand.max_age) or 0.0


def _chosen(context: Context, demand: Demand, judged: Sequence[Freshness]) -> list[Freshness]:
    """Return the demanded disks. A check that looks at nothing must not pass."""
    known = {each.disk.disk_id for each in judged}
    missing = [disk_id for disk_id in demand.disk_ids if disk_id not in known]
    if missing:
        raise InvalidInput(
            "--disk",
            f"no disk {', '.join(missing)} that can have snapshots is in {context.place}",
            remedy="Correct the id, or give --region with the disk's own.",
        )
    chosen = [
        each
        for each in judged
        if (not demand.disk_ids or each.disk.disk_id in demand.disk_ids)
        and (demand.instance_id is None or each.disk.instance_id == demand.instance_id)
    ]
    if demand.instance_id and not chosen:
        raise InvalidInput(
            "--instance",
            f"no disk of instance {demand.instance_id} that can have snapshots is in {context.place}",
            remedy="Correct the id, or give --region with the instance's own.",
        )
    return chosen


def _orphans(context: Context, found: Inventory) -> int:
    claims = context.target.stack.claims if context.target.stack else None
    return len(orphans_in(found, claims, context.price))


def _show(context: Context, judged: Sequence[Freshness], max_age: float) -> None:
    late = [each for each in judged if each.state is not State.FRESH]
    if late:
        columns = [Column("DISK"), Column("REGION"), Column("INSTANCE"), Column("STATE"), Column("WHY", fold=True)]
        context.screen.table(columns, [_row(each) for each in late])
        context.screen.say("")
    context.screen.say(
        f"{len(late)} of {len(judged)} disks in {context.place} without a success in the last {duration_text(max_age)}"
    )


def _row(each: Freshness) -> tuple[str, ...]:
    return (each.disk.disk_id, each.region, each.disk.instance_id or "-", each.state.value, each.reason)


def _record(judged: Sequence[Freshness], orphans: dict[str, int], max_age: float) -> dict[str, Any]:
    return {
        "fresh": all(each.state is State.FRESH for each in judged),
        "max_age_seconds": max_age,
        "disks": [
            {
                "disk_id": each.disk.disk_id,
                "region": each.region,
                "instance_id": each.disk.instance_id,
                "state": each.state.value,
                "reason": each.reason,
                "last_success": written_moment(each.last_success.timestamp()) if each.last_success else None,
                "age_seconds": each.age,
                "gib": round(each.gib, 2),
            }
            for each in judged
        ],
        "orphans": orphans,
    }
