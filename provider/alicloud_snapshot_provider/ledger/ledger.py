"""The ledger: it finds the records of a series by their tags, and writes who owns each."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import count
from typing import Generic

from ..clock import Clock
from ..ecs.client import TAGGED_LIMIT
from ..ecs.transport import pages_of
from ..errors import NotFound, Unavailable
from ..waiting.batch import BatchDelay
from ..waiting.region_list import LISTED_SECONDS
from .intent import GENERATION_TAG, SCOPE_TAG, SERIES_TAG, generation_of, scope_of
from .ownership import EARLIER_TAGS, RETAINED, Ownership, Phase, let_go_by, ownership_of
from .records import R, Records
from .stack_index import StackIndex

MOST_TAGGED_AT_ONCE = 50
NOTHING: Mapping[str, str] = {}
LISTED_ANEW = 200
"""A stack with more records than this, two pages, is not listed again for each question."""


class Ledger(Generic[R]):
    """The series of one region. Questions that come at the same time share one list of their stack.

    With a `stack_index`, a large stack is listed only once.
    """

    def __init__(self, records: Records[R], clock: Clock, stack_index: StackIndex[R] | None = None) -> None:
        self._records = records
        self._clock = clock
        self._delay = BatchDelay(clock)
        self._asked: dict[str, set[str]] = defaultdict(set)
        self._listings: dict[str, asyncio.Task[dict[str, list[R]]]] = {}
        self._cut_off: dict[str, float] = {}
        self._stack_index = stack_index

    async def members(self, series: str) -> list[R]:
        """Return the records of a series, oldest generation first."""
        scope = scope_of(series)
        self._asked[scope].add(series)
        if scope not in self._listings:
            self._listings[scope] = asyncio.create_task(self._list(scope))
        listed = await asyncio.shield(self._listings[scope])
        return sorted(listed.get(series, []), key=generation_of)

    async def get(self, record_id: str) -> R | None:
        """Return the record, or None if ECS does not list it."""
        return await self._records.get(record_id)

    async def reload(self, record: R) -> R | None:
        """Return the current state of a record, or None if it is gone."""
        return await self._records.reload(record)

    async def claim(self, record: R, owner: str) -> None:
        """Record that `owner` continues what another run began. Then the other run does not hand it over."""
        await self._write([record], Ownership(Phase.BEING_CREATED, owner))

    async def hand_over(self, record: R, ownership: Ownership) -> None:
        """Record that a record is complete and has this ownership.

        If no answer comes, the record itself shows whether ECS has written the tag.
        """
        try:
            await self._write([record], ownership)
        except Unavailable:
            seen = await self._records.reload(record)
            if seen is None or ownership_of(seen) != ownership:
                raise
        if self._stack_index:
            self._stack_index.handed_over([record.record_id])

    async def let_go(self, records: Sequence[R], owner: str, series: str, members: Sequence[R] = ()) -> None:
        """Record that a state has let go of records. They join the history of `owner` in `series`.

        `members` are the records of that series. If one of them has the generation of a record that comes from another
        series, that record gets a new generation.
        """
        ownership, moved = let_go_by(owner), {SERIES_TAG: series, SCOPE_TAG: scope_of(series)}
        taken = {generation_of(each) for each in members}
        come = [each for each in records if each.tags.get(SERIES_TAG) != series and generation_of(each) in taken]
        free = count(1 + max([*taken, *map(generation_of, records)], default=0))
        for record in come:
            await self._write([record], ownership, {**moved, GENERATION_TAG: str(next(free))})
        await self._write([each for each in records if each not in come], ownership, moved)

    async def retain(self, record: R) -> None:
        """Record that a record is retained. Raises NotFound if it is gone."""
        await self._write([record], RETAINED, strict=True)

    async def _write(
        self, records: Sequence[R], ownership: Ownership, more: Mapping[str, str] = NOTHING, *, strict: bool = False
    ) -> None:
        tags = {**ownership.tags, **more}
        wrong = [each for each in records if not tags.items() <= each.tags.items()]
        for page in pages_of(wrong, MOST_TAGGED_AT_ONCE):
            await self._mark(page, tags, strict=strict)
        for record in records:
            earlier = [tag for tag in EARLIER_TAGS if tag in record.tags]
            if earlier:
                await self._records.unmark(record, earlier)

    async def _mark(self, page: Sequence[R], tags: Mapping[str, str], *, strict: bool) -> None:
        """Tag a page of records. If one of them is gone, ECS tags none, so then each is tagged alone."""
        try:
            await self._records.mark(page, tags)
        except NotFound:
            if strict:
                raise
            for record in page if len(page) > 1 else ():
                await self._mark([record], tags, strict=False)

    async def _list(self, scope: str) -> dict[str, list[R]]:
        await self._delay.pause()
        del self._listings[scope]
        asked = self._asked.pop(scope)
        answers = await self._answers(scope, asked)
        if self._stack_index:
            self._stack_index.asked(asked)
        return answers

    async def _answers(self, scope: str, asked: Collection[str]) -> dict[str, list[R]]:
        known: dict[str, list[R]] = {}
        if self._stack_index:
            known = await self._stack_index.of(scope, asked, whole_region=self._is_cut_off(scope))
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
        if self._stack_index and len(listed) > LISTED_ANEW:
            self._stack_index.learn(scope, since, listed)
        return _by_series(listed)

    def _is_cut_off(self, scope: str) -> bool:
        """Tell whether ECS cut off the last list of the stack, which has more records than ECS lists by tags."""
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
