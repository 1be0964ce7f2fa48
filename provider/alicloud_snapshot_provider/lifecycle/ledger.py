"""The ledger of intents: which records a series has, read from and written to the records' own tags."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Generic

from ..clock import Clock
from ..ecs.client import TAGGED_LIMIT
from .gathering import Gathering
from .intent import BEING_CREATED_TAG, RELEASED_TAG, SCOPE_TAG, SERIES_TAG, generation_of, scope_of
from .recollection import Recollection
from .records import R, Records
from .region_list import LISTED_SECONDS

MOST_TAGGED_AT_ONCE = 50
LISTED_ANEW = 200
"""The most records of a stack that are listed anew for the questions of each moment: two pages."""


class Ledger(Generic[R]):
    """The series of one region. Questions that come at the same moment share one listing of their stack.

    With a `recollection`, a large stack is listed once and remembered.
    """

    def __init__(self, records: Records[R], clock: Clock, recollection: Recollection[R] | None = None) -> None:
        self._records = records
        self._clock = clock
        self._gathering = Gathering(clock)
        self._asked: dict[str, set[str]] = defaultdict(set)
        self._listings: dict[str, asyncio.Task[dict[str, list[R]]]] = {}
        self._cut_off: dict[str, float] = {}
        self._recollection = recollection

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
        if self._recollection:
            self._recollection.handed_over(record_ids)

    async def _list(self, scope: str) -> dict[str, list[R]]:
        await self._gathering.pause()
        del self._listings[scope]
        asked = self._asked.pop(scope)
        answers = await self._answers(scope, asked)
        if self._recollection:
            self._recollection.told(asked)
        return answers

    async def _answers(self, scope: str, asked: Collection[str]) -> dict[str, list[R]]:
        known: dict[str, list[R]] = {}
        if self._recollection:
            known = await self._recollection.of(scope, asked, whole_region=self._is_cut_off(scope))
        rest = [name for name in asked if name not in known]
        return {**known, **await self._listed(scope, rest)}

    async def _listed(self, scope: str, asked: Sequence[str]) -> dict[str, list[R]]:
        if len(asked) < 2 or self._is_cut_off(scope):
            return await self._one_by_one(asked)
        since = self._clock.now()
        listed = await self._records.with_tags({SCOPE_TAG: scope})
        if len(listed) >= TAGGED_LIMIT:
            self._cut_off[scope] = since
            return await self._answers(scope, asked)
        if self._recollection and len(listed) > LISTED_ANEW:
            self._recollection.learn(scope, since, listed)
        return _by_series(listed)

    def _is_cut_off(self, scope: str) -> bool:
        """Tell whether the stack had more records than are listed by tags, a while ago."""
        return self._clock.now() - self._cut_off.get(scope, float("-inf")) <= LISTED_SECONDS

    async def _one_by_one(self, asked: Collection[str]) -> dict[str, list[R]]:
        names = sorted(asked)
        listings = await asyncio.gather(*(self._records.with_tags({SERIES_TAG: name}) for name in names))
        return dict(zip(names, listings, strict=True))


def _by_series(listed: Sequence[R]) -> dict[str, list[R]]:
    members: dict[str, list[R]] = defaultdict(list)
    for record in listed:
        members[record.tags.get(SERIES_TAG, "")].append(record)
    return members
