"""Looks records up for many checks with few calls: the first ones alone, then the whole region at once.

The engine checks resources one after the other, so their look-ups cannot gather. What was listed is remembered for
a while instead; a caller that must not rely on it asks for a fresh answer.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Generic, TypeVar

from ..clock import Clock

T = TypeVar("T")

FRESH_SECONDS = 30.0
MOST_RECORDS = 2_000
"""The most records of a region that are listed at once: 20 pages."""


class Directory(Generic[T]):
    """Answers "the records of this owner" in one region.

    `list_one` lists one owner's records; `list_all` lists the region's, or answers None where there are more than the
    given number. `owners` are the owners of a record. `alone` owners are listed one by one before the region is.
    `may_be_empty`: an owner that the region's list lacks has no records; otherwise it is asked for alone, since it
    may have come into being after the listing.
    """

    def __init__(
        self,
        clock: Clock,
        list_one: Callable[[str], Awaitable[Sequence[T]]],
        list_all: Callable[[int], Awaitable[Sequence[T] | None]],
        owners: Callable[[T], Iterable[str]],
        *,
        alone: int = 1,
        may_be_empty: bool = False,
    ) -> None:
        self._clock = clock
        self._list_one = list_one
        self._list_all = list_all
        self._owners = owners
        self._alone = alone
        self._may_be_empty = may_be_empty
        self._listing = asyncio.Lock()
        self._known: dict[str, Sequence[T]] = {}
        self._whole_region: bool | None = None
        self._since = 0.0

    async def of(self, owner: str, *, fresh: bool = False) -> Sequence[T]:
        """Return the owner's records, remembered ones unless `fresh`. Raises what the call raises."""
        async with self._listing:
            if self._clock.now() - self._since > FRESH_SECONDS:
                self._forget()
            if fresh or not await self._knows(owner):
                self._known[owner] = await self._list_one(owner)
            return self._known.get(owner, ())

    async def _knows(self, owner: str) -> bool:
        if owner not in self._known and self._whole_region is None and len(self._known) >= self._alone:
            await self._list_region()
        return owner in self._known or bool(self._whole_region and self._may_be_empty)

    async def _list_region(self) -> None:
        records = await self._list_all(MOST_RECORDS)
        self._whole_region = records is not None
        by_owner: dict[str, list[T]] = defaultdict(list)
        for record in records or ():
            for owner in self._owners(record):
                by_owner[owner].append(record)
        self._known.update(by_owner)

    def _forget(self) -> None:
        self._known, self._whole_region, self._since = {}, None, self._clock.now()
