"""`alicloud-snapshot orphans`: lists paid snapshots and groups of this provider that no intent claims."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..drills.left_disks import WHY as WHY_LEFT
from ..drills.left_disks import LeftDisk, find_left_disks
from ..ledger.intent import SERIES_TAG, generation_of
from ..overview.orphans import WHY, Orphan, find_orphans
from ..snapshots.estimate import Price
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


async def report_orphans(context: Context) -> Exit:
    """Show the orphans."""
    claims = context.target.stack.claims if context.target.stack else None
    each = await context.in_every_region(lambda region: find_orphans(region, claims, context.price))
    found = [orphan for orphans in each for orphan in orphans]
    disks = [disk for left in await context.in_every_region(find_left_disks) for disk in left]
    if claims is None:
        context.screen.warn(
            "No stack's state is known here, so only the tags count. Run it in a stack's folder, or give --state FILE."
        )
    if context.screen.for_programs:
        context.screen.json(
            [
                *(_record(orphan, context.price) for orphan in found),
                *(_disk_record(each, context.price) for each in disks),
            ]
        )
    else:
        _show(context, found, disks)
    return Exit.FOUND if found or disks else Exit.FINE


def _show(context: Context, found: Collection[Orphan], disks: Collection[LeftDisk]) -> None:
    screen = context.screen
    for left in disks:
        screen.say(f"temporary disk {left.disk.disk_id}, {left.disk.size} GiB, {left.disk.status}: {WHY_LEFT}")
        screen.say(f"  delete: {left.delete}")
    if not found:
        screen.say(f"no orphans in {context.place}" if not disks else "no other orphans")
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


def _disk_record(left: LeftDisk, price: Price) -> dict[str, Any]:
    return {
        "snapshot_id": None,
        "snapshot_group_id": None,
        "disk_id": left.disk.disk_id,
        "region": left.region,
        "status": left.disk.status,
        "gib_at_most": left.disk.size,
        **({"usd_a_month_at_most": round(left.monthly_cost, 2)} if price.currency == "USD" else {}),
        "kind": "temporary disk",
        "why": WHY_LEFT,
        "adopt": "",
        "delete": left.delete,
    }


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
