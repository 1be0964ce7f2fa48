"""The ledger of intents: which records a series has, read from and written to the records' own tags."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Generic

from ..clock import Clock
from ..ecs.client import TAGGED_LIMIT
from .gathering import Gathering
from .intent import BEING_CREATED_TAG, RELEASED_TAG, SCOPE_TAG, SERIES_TAG, generation_of, scope_of
from .records import R, Records

MOST_TAGGED_AT_ONCE = 50


class Ledger(Generic[R]):
    """The series of one region. Questions that come at the same moment share one listing of their stack."""

    def __init__(self, records: Records[R], clock: Clock) -> None:
        self._records = records
        self._gathering = Gathering(clock)
        self._asked: dict[str, set[str]] = defaultdict(set)
        self._listings: dict[str, asyncio.Task[dict[str, list[R]]]] = {}

    async def members(self, series: str) -> list[R]:
        """Return the records of a series, oldest generation first."""
        scope = scope_of(series)
        self._asked[scope].add(series)
        if scope not in self._listings:
            self._listings[scope] = asyncio.create_task(self._list(scope))
        listed = await asyncio.shield(self._listings[scope])
        return sorted(listed.get(series, []), key=generation_of)

    async def hand_over(self, *record_ids: str) -> None:
        """Record that a resource is complete: from here on, Pulumi's state holds its id."""
        for start in range(0, len(record_ids), MOST_TAGGED_AT_ONCE):
            page = record_ids[start : start + MOST_TAGGED_AT_ONCE]
            await self._records.untag(page, [BEING_CREATED_TAG, RELEASED_TAG])

    async def _list(self, scope: str) -> dict[str, list[R]]:
        await self._gathering.pause()
        del self._listings[scope]
        asked = self._asked.pop(scope)
        if len(asked) == 1:
            return await self._one_by_one(asked)
        listed = await self._records.with_tags({SCOPE_TAG: scope})
        return await self._one_by_one(asked) if len(listed) >= TAGGED_LIMIT else _by_series(listed)

    async def _one_by_one(self, asked: set[str]) -> dict[str, list[R]]:
        names = sorted(asked)
        listings = await asyncio.gather(*(self._records.with_tags({SERIES_TAG: name}) for name in names))
        return dict(zip(names, listings, strict=True))


def _by_series(listed: Sequence[R]) -> dict[str, list[R]]:
    members: dict[str, list[R]] = defaultdict(list)
    for record in listed:
        members[record.tags.get(SERIES_TAG, "")].append(record)
    return members
