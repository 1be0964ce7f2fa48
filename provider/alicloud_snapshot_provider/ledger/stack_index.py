"""An index of a large stack, made by one list, so that each question does not list the stack again."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

from ..clock import Clock
from ..ecs.transport import pages_of
from ..waiting.region_list import LISTED_SECONDS, RegionList
from .intent import SCOPE_TAG, SERIES_TAG
from .records import R


@dataclass(frozen=True, slots=True)
class _Stack:
    """The record ids of a stack by series. The list was begun at `since`, in seconds since the epoch."""

    since: float
    by_series: Mapping[str, Sequence[str]]


class StackIndex(Generic[R]):
    """Answers the first question about each series: until then this process has not changed its records.

    The one who asked is about to change the series. So the index answers for it again only after `handed_over` has
    named its new record. It keeps ids only: `fetch` gets up to 100 ids and returns the records as they are now.
    """

    def __init__(
        self, clock: Clock, region: RegionList[R], fetch: Callable[[Sequence[str]], Awaitable[Sequence[R]]]
    ) -> None:
        self._clock = clock
        self._region = region
        self._fetch = fetch
        self._stacks: dict[str, _Stack] = {}
        self._asked: set[str] = set()
        self._handed_over: list[str] = []
        self._own: dict[str, list[str]] = defaultdict(list)

    def learn(self, scope: str, since: float, listed: Iterable[R]) -> None:
        """Learn the ids of a stack from a list that was begun at `since`."""
        by_series: dict[str, list[str]] = defaultdict(list)
        for record in listed:
            if record.tags.get(SCOPE_TAG) == scope:
                by_series[record.tags.get(SERIES_TAG, "")].append(record.record_id)
        self._stacks[scope] = _Stack(since, dict(by_series))

    def asked(self, names: Iterable[str]) -> None:
        """Record about which series somebody has asked."""
        self._asked.update(names)

    def handed_over(self, record_ids: Iterable[str]) -> None:
        """Record that these records are complete. Their series is looked up when it is needed."""
        self._handed_over += record_ids

    async def of(self, scope: str, asked: Collection[str], *, whole_region: bool) -> dict[str, list[R]]:
        """Return the records of the series for which it has an answer. Raises what the calls raise.

        `whole_region`: it may list the region, because ECS cuts off the list of the stack.
        """
        stack = await self._stack(scope, len(asked) if whole_region else 0)
        if stack is None:
            return {}
        if not self._asked.isdisjoint(asked):
            await self._learn_own()
        names = [name for name in asked if name not in self._asked]
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
            self._asked.discard(series)

    async def _found(self, record_ids: Iterable[str]) -> list[R]:
        pages = pages_of(list(dict.fromkeys(record_ids)))
        return [record for page in await asyncio.gather(*map(self._fetch, pages)) for record in page]
