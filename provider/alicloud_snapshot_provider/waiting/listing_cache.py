"""Looks records up for many checks with few calls: the first ones alone, then with the region's whole list.

The engine checks resources one after the other, so their look-ups cannot gather. What was listed is remembered for
a while instead; a caller that must not rely on it asks for a fresh answer.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from ..clock import Clock
from .region_list import Listed, RegionList

T = TypeVar("T")

FRESH_SECONDS = 30.0
"""Seconds for which what was listed for one owner is good."""


class ListingCache(Generic[T]):
    """Answers "the records of this owner" in one region.

    `list_one` lists one owner's records; `owners` are the owners of a record of the region's list. `alone` questions
    are answered one by one before that list is thought of. `may_be_empty`: an owner that it lacks has no records;
    otherwise it is asked for alone, since it may have come into being after the listing.
    """

    def __init__(
        self,
        clock: Clock,
        region: RegionList[T],
        list_one: Callable[[str], Awaitable[Sequence[T]]],
        owners: Callable[[T], Iterable[str]],
        *,
        alone: int = 1,
        may_be_empty: bool = False,
    ) -> None:
        self._clock = clock
        self._region = region
        self._list_one = list_one
        self._owners = owners
        self._alone = alone
        self._may_be_empty = may_be_empty
        self._asking = asyncio.Lock()
        self._told: dict[str, Listed[T]] = {}
        self._indexed: Listed[T] | None = None
        self._index: Mapping[str, Sequence[T]] = {}

    async def of(self, owner: str, *, fresh: bool = False) -> Sequence[T]:
        """Return the owner's records, remembered ones unless `fresh`. Raises what the call raises."""
        async with self._asking:
            known = None if fresh else await self._known(owner)
            return await self._ask(owner) if known is None else known

    async def of_all(self, owners: Sequence[str]) -> dict[str, Sequence[T]]:
        """Return the records of each owner, which are asked for together. Raises what the calls raise."""
        async with self._asking:
            listed = await self._region.ask(len(owners)) if len(owners) > self._alone else None
            known = {owner: self._in_list(listed, owner) for owner in owners}
            unknown = [owner for owner, records in known.items() if records is None]
            answers = await asyncio.gather(*map(self._ask, unknown))
            asked = dict(zip(unknown, answers, strict=True))
            return {owner: asked[owner] if records is None else records for owner, records in known.items()}

    async def _ask(self, owner: str) -> Sequence[T]:
        since = self._clock.now()
        self._told[owner] = Listed(since, await self._list_one(owner))
        return self._told[owner].records

    async def _known(self, owner: str) -> Sequence[T] | None:
        told = self._told.get(owner)
        if told is not None and self._clock.now() - told.since <= FRESH_SECONDS:
            return told.records
        if len(self._told) < self._alone:
            return None
        return self._in_list(await self._region.ask(1), owner)

    def _in_list(self, listed: Listed[T] | None, owner: str) -> Sequence[T] | None:
        """Return the owner's records in the region's list, None where that does not tell."""
        if listed is None:
            return None
        if listed is not self._indexed:
            self._indexed, self._index = listed, self._by_owner(listed.records)
        return self._index.get(owner, () if self._may_be_empty else None)

    def _by_owner(self, records: Sequence[T]) -> Mapping[str, Sequence[T]]:
        by_owner: dict[str, list[T]] = defaultdict(list)
        for record in records:
            for owner in self._owners(record):
                by_owner[owner].append(record)
        return dict(by_owner)
