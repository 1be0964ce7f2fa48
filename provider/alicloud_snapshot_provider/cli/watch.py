"""`alicloud-snapshot watch`: shows the progress of snapshots until all have ended."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ..ecs.models import SnapshotInfo
from ..errors import SnapshotError
from ..nouns import rules
from ..overview.catalogue import Filters
from ..region import Region
from .context import Context, check_argument
from .exit_codes import Exit
from .list import chosen_entries
from .progress import Board, board_for


@dataclass(frozen=True, slots=True)
class Watched:
    """One snapshot and its region."""

    region: Region
    snapshot: SnapshotInfo


async def watch_snapshots(context: Context, snapshot_ids: Sequence[str], series: str | None) -> Exit:
    """Show the progress of the named snapshots, of a series, or of all unfinished ones. A region shares one poll."""
    for snapshot_id in snapshot_ids:
        check_argument("SNAPSHOT", rules.snapshot_id, snapshot_id)
    watched = await _watched(context, snapshot_ids, series)
    if not watched and not context.screen.for_programs:
        context.screen.say(f"nothing is in progress in {context.place}")
        return Exit.FINE
    with board_for(context.screen) as board:
        try:
            outcomes = await asyncio.gather(*(_watch(each, board) for each in watched))
        except asyncio.CancelledError:
            context.screen.warn("the snapshots themselves go on in the cloud")
            raise
    if context.screen.for_programs:
        context.screen.json([_record(each, outcome) for each, outcome in zip(watched, outcomes, strict=True)])
    return Exit.FAILED if any(isinstance(outcome, SnapshotError) for outcome in outcomes) else Exit.FINE


async def _watched(context: Context, snapshot_ids: Sequence[str], series: str | None) -> list[Watched]:
    if snapshot_ids:
        found = await asyncio.gather(*(_named(context, snapshot_id) for snapshot_id in dict.fromkeys(snapshot_ids)))
        return list(found)
    if series is not None:
        regions = {region.name: region for region in context.regions}
        entries = await chosen_entries(context, Filters(series=series))
        return [Watched(regions[each.region], each.snapshot) for each in entries if _in_progress(each.snapshot)]
    listed = await context.in_every_region(lambda region: region.client.snapshots_in_progress())
    pairs = zip(context.regions, listed, strict=True)
    return [Watched(region, snapshot) for region, snapshots in pairs for snapshot in snapshots]


async def _named(context: Context, snapshot_id: str) -> Watched:
    return Watched(*await context.find("snapshot", snapshot_id, lambda region: region.snapshots.get(snapshot_id)))


def _in_progress(snapshot: SnapshotInfo) -> bool:
    return not snapshot.accomplished and not snapshot.failed


async def _watch(watched: Watched, board: Board) -> SnapshotInfo | SnapshotError:
    """Return the accomplished snapshot, or the reason why it failed."""
    snapshot = watched.snapshot
    board.begin(snapshot)
    try:
        ended = await watched.region.watcher.wait(
            snapshot.snapshot_id, ready=lambda info: info.accomplished, progress=board.hear, known=snapshot
        )
    except SnapshotError as error:
        board.lose(
            snapshot.snapshot_id, error.headline
        )  # the error's remedy is for the taker of the snapshot, not for the watcher
        return error
    board.finish(ended)
    return ended


def _record(watched: Watched, outcome: SnapshotInfo | SnapshotError) -> dict[str, object]:
    lost = isinstance(outcome, SnapshotError)
    return {
        "snapshot_id": watched.snapshot.snapshot_id,
        "region": watched.region.name,
        "disk_id": watched.snapshot.source_disk_id,
        "accomplished": not lost,
        "error": outcome.headline if isinstance(outcome, SnapshotError) else "",
    }
