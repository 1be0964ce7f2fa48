"""`alicloud-snapshot orphans`: lists our snapshots that no intent claims, and what dead runs left behind."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from ..drills.left_disks import WHY as WHY_LEFT
from ..drills.left_disks import LeftDisk, find_left_disks
from ..ledger.intent import SERIES_TAG, generation_of
from ..overview.orphans import WHY, Orphan, find_orphans
from ..region import Region
from ..snapshots.estimate import Price
from ..verification.instances import WHY_STOPPED, StoppedInstance, find_stopped
from ..verification.made import WHY as WHY_MADE
from ..verification.made import MadeRecord, find_made
from ..waiting.progress import duration_text
from .context import Context
from .exit_codes import Exit
from .screen import Column

_COLUMNS = (
    Column("SNAPSHOT"),
    Column("KIND"),
    Column("AGE"),
    Column("GIB", right=True),
    Column("COST/MONTH", right=True),
    Column("GENERATION", right=True),
    Column("SERIES", fold=True),
)


@dataclass(frozen=True, slots=True)
class _Left:
    """What a run left behind that is no snapshot of a series; `undo` is the command that puts it right."""

    text: str
    why: str
    verb: str
    undo: str
    record: dict[str, Any]


async def report_orphans(context: Context) -> Exit:
    """Show the orphans."""
    claims = context.target.stack.claims if context.target.stack else None
    each = await context.in_every_region(lambda region: find_orphans(region, claims, context.price))
    found = [orphan for orphans in each for orphan in orphans]
    left = [one for several in await context.in_every_region(_left) for one in several]
    if claims is None:
        context.screen.warn(
            "No stack's state is known here, so only the tags count. Run it in a stack's folder, or give --state FILE."
        )
    if context.screen.for_programs:
        context.screen.json(
            [
                *(_record(orphan, context.price) for orphan in found),
                *(_left_record(one, context.price) for one in left),
            ]
        )
    else:
        _show(context, found, left)
    return Exit.FOUND if found or left else Exit.FINE


async def _left(region: Region) -> list[_Left]:
    """Return what drills and verifications left in a region that were killed, or what one at work has just made."""
    return [
        *map(_left_by_drill, await find_left_disks(region)),
        *map(_left_stopped, await find_stopped(region)),
        *map(_left_by_verification, await find_made(region)),
    ]


def _left_by_drill(left: LeftDisk) -> _Left:
    disk = left.disk
    record = {
        "disk_id": disk.disk_id,
        "region": left.region,
        "status": disk.status,
        "gib_at_most": disk.size,
        "usd_a_month_at_most": round(left.monthly_cost, 2),
        "kind": "temporary disk",
    }
    text = f"temporary disk {disk.disk_id}, {disk.size} GiB, {disk.status}"
    return _Left(text, WHY_LEFT, "delete", left.delete, record)


def _left_stopped(left: StoppedInstance) -> _Left:
    record = {"instance_id": left.instance_id, "region": left.region, "kind": "stopped by a verification"}
    return _Left(f"instance {left.instance_id}, stopped", WHY_STOPPED, "start", left.start, record)


def _left_by_verification(left: MadeRecord) -> _Left:
    record = {
        f"{left.what.replace(' ', '_')}_id": left.record_id,
        "region": left.region,
        "gib_at_most": left.gib,
        "kind": f"{left.what} of a verification",
    }
    size = f", {left.gib} GiB" if left.gib else ""
    return _Left(f"{left.what} {left.record_id}{size}", WHY_MADE, "delete", left.delete, record)


def _show(context: Context, found: Collection[Orphan], left: Collection[_Left]) -> None:
    screen = context.screen
    for each in left:
        screen.say(f"{each.text}: {each.why}")
        screen.say(f"  {each.verb}: {each.undo}")
    if not found:
        screen.say(f"no orphans in {context.place}" if not left else "no other orphans")
        return
    screen.table(_COLUMNS, [_row(orphan) for orphan in found])
    screen.say("")
    for line in (line for orphan in found for line in _advice(orphan)):
        screen.say(line)
    cost = sum(orphan.monthly_cost for orphan in found)
    screen.say(f"{len(found)} in all, at most {context.price.text(cost)}")


def _record(orphan: Orphan, price: Price) -> dict[str, Any]:
    return {
        "snapshot_id": None if orphan.is_group else orphan.record.record_id,
        "snapshot_group_id": orphan.record.record_id if orphan.is_group else None,
        "snapshot_ids": {each.source_disk_id: each.snapshot_id for each in orphan.snapshots},
        "region": orphan.region,
        "disk_id": None if orphan.is_group else orphan.snapshots[0].source_disk_id,
        "series": orphan.record.tags.get(SERIES_TAG, ""),
        "generation": generation_of(orphan.record),
        "status": orphan.record.status,
        "age_seconds": orphan.age,
        "gib_at_most": round(orphan.gib, 2),
        price.key("a_month_at_most"): round(orphan.monthly_cost, 2),
        "kind": orphan.kind.value,
        "why": WHY[orphan.kind],
        "adopt": orphan.adopt,
        "delete": orphan.delete,
    }


def _left_record(left: _Left, price: Price) -> dict[str, Any]:
    """Return the record of what a run left; its cost is known in USD only."""
    told = {name: value for name, value in left.record.items() if price.currency == "USD" or not name.startswith("usd")}
    nothing = {"snapshot_id": None, "snapshot_group_id": None, "disk_id": None}
    return {**nothing, **told, "why": left.why, "adopt": "", left.verb: left.undo}


def _row(orphan: Orphan) -> tuple[str, ...]:
    return (
        orphan.record.record_id,
        orphan.kind.value,
        "no cut yet" if orphan.age is None else duration_text(orphan.age),
        f"{orphan.gib:.3g}",
        f"{orphan.monthly_cost:.2f}",
        str(generation_of(orphan.record)),
        orphan.record.tags.get(SERIES_TAG, ""),
    )


def _advice(orphan: Orphan) -> list[str]:
    adopt = [f"  adopt:  {orphan.adopt}"] if orphan.adopt else []
    members = f" (group of {', '.join(each.snapshot_id for each in orphan.snapshots)})" if orphan.is_group else ""
    delete = [f"  delete: {orphan.delete}"] if orphan.delete else []
    return [f"{orphan.record.record_id}{members}: {WHY[orphan.kind]}", *adopt, *delete]
