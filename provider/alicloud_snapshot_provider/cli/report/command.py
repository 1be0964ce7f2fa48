"""`alicloud-snapshot report`: gathers, judges and writes the page."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from ...clock import SECONDS_PER_DAY
from ...errors import InvalidInput
from ...lifecycle.inventory import take_inventory
from ..context import Context
from ..exits import Exit
from .overview import Overview, Question, overview_of
from .page import render
from .words import counted, usd_text


@dataclass(frozen=True, slots=True)
class ReportWriter:
    """Writes a report to a file; `max_age_days` is how old the newest snapshot of a protected disk may be."""

    file: Path
    max_age_days: int

    async def write(self, context: Context) -> Exit:
        """Look at all regions, write the page and say where it is. Raises InvalidInput where it cannot be written."""
        self._check_folder()
        inventories = await context.in_every_region(take_inventory)
        claims = context.where.stack.claims if context.where.stack else None
        overview = overview_of(inventories, Question(self.max_age_days * SECONDS_PER_DAY, context.price, claims))
        self._replace(render(overview))
        if context.screen.for_programs:
            context.screen.json(_record(overview, self.file))
        else:
            context.screen.say(_summary(overview, self.file))
        return Exit.FINE

    def _check_folder(self) -> None:
        """Say at once what would only be found out after all the listing."""
        folder = self.file.resolve().parent
        if not folder.is_dir():
            raise _unwritable(f"there is no folder {folder}")
        if self.file.is_dir():
            raise _unwritable(f"{self.file} is a folder")

    def _replace(self, page: str) -> None:
        """Put the page in place whole, or leave what is there."""
        try:
            with tempfile.TemporaryDirectory(dir=self.file.resolve().parent, prefix=".report-") as unfinished:
                written = Path(unfinished) / "page"
                written.write_text(page, encoding="utf-8")
                written.replace(self.file)
        except OSError as error:
            raise _unwritable(f"{self.file} cannot be written ({error.strerror})") from None


def _unwritable(problem: str) -> InvalidInput:
    return InvalidInput("--html", f"--html: {problem}", remedy="Name a file in a folder that you can write to.")


def _record(overview: Overview, file: Path) -> dict[str, object]:
    """Return what the page says first, for programs."""
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
                "gib": round(disk.gib, 2),
                "usd_a_month": round(disk.usd, 2),
            }
            for disk in overview.disks
        ],
        "orphans": [line.orphan.record.record_id for line in overview.orphans],
        "usd_a_month": round(overview.usd, 2),
    }


def _summary(overview: Overview, file: Path) -> str:
    disks = [disk for disk in overview.disks if disk.is_a_disk]
    bare = sum(not disk.is_protected for disk in disks)
    return (
        f"{file}: {counted(len(disks), 'disk')}, {bare} not protected; "
        f"{counted(overview.snapshots(), 'snapshot')} for {usd_text(overview.usd)} a month; "
        f"{counted(len(overview.orphans), 'orphan')}"
    )
