"""`alicloud-snapshot orphans`: the paid snapshots of ours that no intent claims."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..clock import system_clock
from ..ecs.settings import Settings, resolve_settings
from ..errors import SnapshotError
from ..lifecycle.intent import SERIES_TAG, generation_of
from ..lifecycle.orphans import WHY, Claims, Orphan, find_orphans
from ..lifecycle.progress import duration_text
from ..lifecycle.region import Regions
from ..resources.preferences import Preferences, resolve_preferences
from .stack_state import StackState, current_config, current_state, project_file, state_file

NONE_FOUND, BAD_INPUT, FOUND = 0, 2, 3
"""Exit codes."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where to look, as whom, and what is claimed there; `claims` is None where no state is known."""

    settings: Settings
    preferences: Preferences
    regions: Sequence[str]
    claims: Claims | None


def report_orphans(
    regions: Sequence[str], state: Path | None, output: str, say: Callable[[str], None], warn: Callable[[str], None]
) -> int:
    """Print the orphans and return the exit code; a mistake is one sentence to `warn`."""
    try:
        where = _where(regions, state)
        found = asyncio.run(_find(where))
    except SnapshotError as error:
        warn(f"error: {error.problem}. {error.remedy}")
        return BAD_INPUT
    if where.claims is None:
        warn("No stack's state is known here: judged by tags only. Run it in a stack's folder, or give --state FILE.")
    say(_as_json(found) if output == "json" else _as_table(found, where.regions))
    return FOUND if found else NONE_FOUND


def _where(regions: Sequence[str], state: Path | None) -> Where:
    project = project_file(Path.cwd())
    config = current_config() if project else {}
    settings = resolve_settings(lambda key: config.get(f"alicloud:{key}"), os.environ)
    known = _state(state, project)
    wanted = regions or sorted({settings.region, *(known.regions if known else ())} - {""}) or [""]
    return Where(settings, resolve_preferences(config.get), wanted, known.claims if known else None)


def _state(state: Path | None, project: Path | None) -> StackState | None:
    if state is not None:
        return state_file(state)
    return current_state(project) if project else None


async def _find(where: Where) -> list[Orphan]:
    regions = Regions(system_clock())
    price = where.preferences.price_per_gib_month
    each = [find_orphans(regions.of(where.settings.in_region(name)), where.claims, price) for name in where.regions]
    return [orphan for found in await asyncio.gather(*each) for orphan in found]


def _as_json(found: Collection[Orphan]) -> str:
    return json.dumps([_record(orphan) for orphan in found], indent=2)


def _record(orphan: Orphan) -> dict[str, Any]:
    return {
        "snapshot_id": orphan.snapshot.snapshot_id,
        "region": orphan.region,
        "disk_id": orphan.snapshot.source_disk_id,
        "series": orphan.snapshot.tags.get(SERIES_TAG, ""),
        "generation": generation_of(orphan.snapshot),
        "status": orphan.snapshot.status,
        "age_seconds": orphan.age,
        "gib_at_most": round(orphan.gib, 2),
        "usd_a_month_at_most": round(orphan.monthly_cost, 2),
        "kind": orphan.kind.value,
        "why": WHY[orphan.kind],
        "adopt": orphan.adopt,
        "delete": orphan.delete,
    }


def _as_table(found: Collection[Orphan], regions: Sequence[str]) -> str:
    if not found:
        return f"no orphans in {', '.join(regions)}"
    rows = [_HEADINGS, *(_row(orphan) for orphan in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    cost = sum(orphan.monthly_cost for orphan in found)
    advice = [line for orphan in found for line in _advice(orphan)]
    return "\n".join([*lines, "", *advice, f"{len(found)} in all, at most USD {cost:.2f} a month"])


_HEADINGS = ("SNAPSHOT", "KIND", "AGE", "GIB", "USD/MONTH", "GENERATION", "SERIES")


def _row(orphan: Orphan) -> tuple[str, ...]:
    return (
        orphan.snapshot.snapshot_id,
        orphan.kind.value,
        "no cut yet" if orphan.age is None else duration_text(orphan.age),
        f"{orphan.gib:.3g}",
        f"{orphan.monthly_cost:.2f}",
        str(generation_of(orphan.snapshot)),
        orphan.snapshot.tags.get(SERIES_TAG, ""),
    )


def _advice(orphan: Orphan) -> list[str]:
    adopt = [f"  adopt:  {orphan.adopt}"] if orphan.adopt else []
    return [f"{orphan.snapshot.snapshot_id}: {WHY[orphan.kind]}", *adopt, f"  delete: {orphan.delete}"]
