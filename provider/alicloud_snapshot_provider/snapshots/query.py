"""Finds snapshots by filters, for `get_snapshots` and the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..ecs.models import SnapshotInfo
from ..ledger.intent import SCOPE_TAG, SERIES_TAG
from ..ledger.tagged_snapshots import tagged_snapshots
from ..region import Region


@dataclass(frozen=True, slots=True)
class Query:
    """The filters. A snapshot must pass all of them; None and empty ones do not count.

    `scope` is a stack. `guarded` is the name of a resource in it whose guard took the snapshots.
    """

    ids: Sequence[str] = ()
    disk_id: str | None = None
    series: str | None = None
    scope: str | None = None
    guarded: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    status: str | None = None

    def matches(self, info: SnapshotInfo) -> bool:
        """Tell whether a snapshot passes every filter."""
        series = info.tags.get(SERIES_TAG, "")
        return all(
            (
                not self.ids or info.snapshot_id in self.ids,
                not self.disk_id or info.source_disk_id == self.disk_id,
                not self.series or series == self.series,
                not self.guarded or series.startswith(f"{self.scope}/{self.guarded}:"),
                all(info.tags.get(key) == value for key, value in self.tags.items()),
                not self.status or info.status == self.status,
            )
        )


async def find_snapshots(region: Region, query: Query) -> list[SnapshotInfo]:
    """Return the matching snapshots, newest first. Raises ValueError if there is no filter."""
    candidates = await _candidates(region, query)
    matching = [info for info in candidates if query.matches(info)]
    return sorted(matching, key=lambda info: info.creation_time, reverse=True)


async def _candidates(region: Region, query: Query) -> list[SnapshotInfo]:
    """Ask ECS for the smallest list that one of the filters allows."""
    tags = dict(query.tags)
    if query.series:
        tags[SERIES_TAG] = query.series
    if query.scope:
        tags[SCOPE_TAG] = query.scope
    if query.ids:
        found = await asyncio.gather(*(region.snapshots.get(snapshot_id) for snapshot_id in query.ids))
        return [info for info in found if info is not None]
    if query.disk_id and not query.series:
        return await region.client.snapshots_of_disk(query.disk_id)
    if tags:
        return list(await tagged_snapshots(region.client, tags))
    raise ValueError("no filter is given: give ids, disk_id, series, guarded or tags")
