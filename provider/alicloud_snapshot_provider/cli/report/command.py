"""Gathers the data of `alicloud-snapshot report`, judges it, and writes the page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...clock import SECONDS_PER_DAY
from ...overview.inventory import take_inventory
from ..context import Context
from ..exit_codes import Exit
from ..files import check_writable, put_in_place
from .contents import Overview, Question, overview_of
from .formats import counted, money_text
from .page import render


@dataclass(frozen=True, slots=True)
class ReportWriter:
    """Writes a report to a file. `max_age_days` is the greatest age of a protected disk's newest snapshot."""

    file: Path
    max_age_days: int

    async def write(self, context: Context) -> Exit:
        """Look at all regions, write the page and say where it is. Raises InvalidInput if it cannot write."""
        check_writable("--html", self.file)
        inventories = await context.in_every_region(take_inventory)
        claims = context.target.stack.claims if context.target.stack else None
        overview = overview_of(inventories, Question(self.max_age_days * SECONDS_PER_DAY, context.price, claims))
        put_in_place("--html", self.file, render(overview))
        if context.screen.for_programs:
            context.screen.json(_record(overview, self.file))
        else:
            context.screen.say(_summary(overview, self.file))
        return Exit.FINE


def _record(overview: Overview, file: Path) -> dict[str, object]:
    """Return the summary of the page for the JSON output."""
    return {
        "html": str(file),
        "regions": [region.name for region in overview.regions],
        "disks": [
            {
                "disk_id": disk.chain.disk_id,
                "region": disk.chain.region,
                "cover": disk.cover.value,
                "reason": disk.protection.reason,
                "newest_age_seconds": disk.protection.age,
                "snapshots": len(disk.chain.snapshots),
                "schedules": [each.record for each in disk.schedules],
                "gib": round(disk.gib, 2),
                overview.question.price.key("a_month"): round(disk.cost, 2),
            }
            for disk in overview.disks
        ],
        "orphans": [line.orphan.record.record_id for line in overview.orphans],
        overview.question.price.key("a_month"): round(overview.cost, 2),
    }


def _summary(overview: Overview, file: Path) -> str:
    disks = [disk for disk in overview.disks if disk.is_a_disk]
    bare = sum(not disk.is_protected for disk in disks)
    cost = money_text(overview.cost, overview.question.price)
    return (
        f"{file}: {counted(len(disks), 'disk')}, {bare} not protected; "
        f"{counted(overview.snapshots(), 'snapshot')} for {cost} a month; "
        f"{counted(len(overview.orphans), 'orphan')}"
    )
