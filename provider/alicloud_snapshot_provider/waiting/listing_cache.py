"""Answers the look-ups of many previews with few calls: the first ones one by one, then from a list of the region.

The engine checks resources one after the other, so their look-ups cannot share a call. The cache keeps what it has
listed for a while. A caller that needs the current state asks for a fresh answer.
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
"""Seconds for which the list of one owner is used."""


class ListingCache(Generic[T]):
    """The records of one region by owner: the snapshots of a disk, for example.

    `list_one` lists the records of one owner. `owners` returns the owners of one record. The first `alone` questions
    are answered one by one. `may_be_empty` says what it means if the region's list has no record of an owner: with it,
    the owner has none; without it, the owner may be newer than the list, so `list_one` is asked.
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
        self._listed: dict[str, Listed[T]] = {}
        self._indexed: Listed[T] | None = None
        self._index: Mapping[str, Sequence[T]] = {}

    async def of(self, owner: str, *, fresh: bool = False) -> Sequence[T]:
        """Return the owner's records. `fresh` ignores the cache. Raises what the call raises."""
        async with self._asking:
            known = None if fresh else await self._known(owner)
            return await self._ask(owner) if known is None else known

    async def of_all(self, owners: Sequence[str]) -> dict[str, Sequence[T]]:
        """Return the records of each owner. Raises what the calls raise."""
        async with self._asking:
            listed = await self._region.ask(len(owners)) if len(owners) > self._alone else None
            known = {owner: self._in_list(listed, owner) for owner in owners}
            unknown = [owner for owner, records in known.items() if records is None]
            answers = await asyncio.gather(*map(self._ask, unknown))
            asked = dict(zip(unknown, answers, strict=True))
            return {owner: asked[owner] if records is None else records for owner, records in known.items()}

    async def _ask(self, owner: str) -> Sequence[T]:
        since = self._clock.now()
        self._listed[owner] = Listed(since, await self._list_one(owner))
        return self._listed[owner].records

    async def _known(self, owner: str) -> Sequence[T] | None:
        cached = self._listed.get(owner)
        if cached is not None and self._clock.now() - cached.since <= FRESH_SECONDS:
            return cached.records
        if len(self._listed) < self._alone:
            return None
        return self._in_list(await self._region.ask(1), owner)

    def _in_list(self, listed: Listed[T] | None, owner: str) -> Sequence[T] | None:
        """Return the owner's records in the region's list, or None if the list cannot say."""
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
