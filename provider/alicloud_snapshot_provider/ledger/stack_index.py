"""What one listing told of a large stack, so that it is not listed again for the questions of each moment."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

from ..clock import Clock
from ..waiting.batch import BATCH_SIZE
from ..waiting.region_list import LISTED_SECONDS, RegionList
from .intent import SCOPE_TAG, SERIES_TAG
from .records import R


@dataclass(frozen=True, slots=True)
class _Stack:
    """The ids of a stack's records by series, as they were `since` then or later."""

    since: float
    by_series: Mapping[str, Sequence[str]]


class StackIndex(Generic[R]):
    """Answers for series about which nobody has asked before, whose records this process has therefore not changed.

    Who has asked is about to change the series: about that one it answers again only when a new record of it has
    been handed over. The records themselves are never remembered: `fetch` looks up to 100 ids up, in one call.
    """

    def __init__(
        self, clock: Clock, region: RegionList[R], fetch: Callable[[Sequence[str]], Awaitable[Sequence[R]]]
    ) -> None:
        self._clock = clock
        self._region = region
        self._fetch = fetch
        self._stacks: dict[str, _Stack] = {}
        self._told: set[str] = set()
        self._handed_over: list[str] = []
        self._own: dict[str, list[str]] = defaultdict(list)

    def learn(self, scope: str, since: float, listed: Iterable[R]) -> None:
        """Remember what a listing of the stack that began at `since` has told."""
        by_series: dict[str, list[str]] = defaultdict(list)
        for record in listed:
            if record.tags.get(SCOPE_TAG) == scope:
                by_series[record.tags.get(SERIES_TAG, "")].append(record.record_id)
        self._stacks[scope] = _Stack(since, dict(by_series))

    def told(self, asked: Iterable[str]) -> None:
        """Note who asked."""
        self._told.update(asked)

    def handed_over(self, record_ids: Iterable[str]) -> None:
        """Note records that are complete; whose they are is looked up once that matters."""
        self._handed_over += record_ids

    async def of(self, scope: str, asked: Collection[str], *, whole_region: bool) -> dict[str, list[R]]:
        """Return the records of those series for which it can answer; of `whole_region`, where that tells more.

        Raises what the calls raise.
        """
        stack = await self._stack(scope, len(asked) if whole_region else 0)
        if stack is None:
            return {}
        if not self._told.isdisjoint(asked):
            await self._learn_own()
        names = [name for name in asked if name not in self._told]
        ids = [record_id for name in names for record_id in (*stack.by_series.get(name, ()), *self._own[name])]
        members: dict[str, list[R]] = {name: [] for name in names}
        for record in await self._found(ids):
            members.get(record.tags.get(SERIES_TAG, ""), []).append(record)
        return members

    async def _stack(self, scope: str, questions: int) -> _Stack | None:
        stack = self._stacks.get(scope)
        if stack is not None and self._clock.now() - stack.since <= LISTED_SECONDS:
            return stack
        listed = await self._region.ask(questions) if questions else None
        if listed is None:
            return None
        self.learn(scope, listed.since, listed.records)
        return self._stacks[scope]

    async def _learn_own(self) -> None:
        record_ids, self._handed_over = self._handed_over, []
        for record in await self._found(record_ids):
            series = record.tags.get(SERIES_TAG, "")
            self._own[series].append(record.record_id)
            self._told.discard(series)

    async def _found(self, record_ids: Iterable[str]) -> list[R]:
        ids = list(dict.fromkeys(record_ids))
        pages = [ids[start : start + BATCH_SIZE] for start in range(0, len(ids), BATCH_SIZE)]
        return [record for page in await asyncio.gather(*map(self._fetch, pages)) for record in page]
