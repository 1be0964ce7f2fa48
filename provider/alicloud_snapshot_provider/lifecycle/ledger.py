"""The ledger of intents: which snapshots a series has, read from and written to the snapshots' own tags."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from ..clock import Clock
from ..ecs.client import TAGGED_LIMIT, EcsClient
from ..ecs.models import SnapshotInfo
from .gathering import Gathering
from .intent import BEING_CREATED_TAG, RELEASED_TAG, SCOPE_TAG, SERIES_TAG, generation_of, scope_of

Members = dict[str, list[SnapshotInfo]]


class Ledger:
    """The series of one region. Questions that come at the same moment share one listing of their stack."""

    def __init__(self, client: EcsClient, clock: Clock) -> None:
        self._client = client
        self._gathering = Gathering(clock)
        self._asked: dict[str, set[str]] = defaultdict(set)
        self._listings: dict[str, asyncio.Task[Members]] = {}

    async def members(self, series: str) -> list[SnapshotInfo]:
        """Return the snapshots of a series, oldest generation first."""
        scope = scope_of(series)
        self._asked[scope].add(series)
        if scope not in self._listings:
            self._listings[scope] = asyncio.create_task(self._list(scope))
        listed = await asyncio.shield(self._listings[scope])
        return sorted(listed.get(series, []), key=generation_of)

    async def hand_over(self, snapshot_id: str) -> None:
        """Record that a snapshot is complete: from here on, Pulumi's state holds its id."""
        await self._client.untag_snapshot(snapshot_id, [BEING_CREATED_TAG, RELEASED_TAG])

    async def _list(self, scope: str) -> Members:
        await self._gathering.pause()
        del self._listings[scope]
        asked = self._asked.pop(scope)
        if len(asked) == 1:
            return await self._one_by_one(asked)
        listed = await self._client.snapshots_by_tags({SCOPE_TAG: scope})
        return await self._one_by_one(asked) if len(listed) >= TAGGED_LIMIT else _by_series(listed)

    async def _one_by_one(self, asked: set[str]) -> Members:
        names = sorted(asked)
        listings = await asyncio.gather(*(self._client.snapshots_by_tags({SERIES_TAG: name}) for name in names))
        return dict(zip(names, listings, strict=True))


def _by_series(listed: Sequence[SnapshotInfo]) -> Members:
    members: Members = defaultdict(list)
    for snapshot in listed:
        members[snapshot.tags.get(SERIES_TAG, "")].append(snapshot)
    return members
