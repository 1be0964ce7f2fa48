"""Lists what belongs to each of many owners with the fewest calls: one by one, or the whole region at once."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from ..clock import Clock
from .batch import BATCH_SIZE

T = TypeVar("T")

Groups = dict[str, list[T]]


class GroupedListing(Generic[T]):
    """Answers "all records of this owner"; questions that come at the same moment share their calls.

    `list_one` lists one owner's records. `list_all` lists the region's, or answers None where there are more
    than the given number: then asking one by one is cheaper.
    """

    def __init__(
        self,
        clock: Clock,
        list_one: Callable[[str], Awaitable[Sequence[T]]],
        list_all: Callable[[int], Awaitable[Sequence[T] | None]],
        owner: Callable[[T], str],
    ) -> None:
        self._clock = clock
        self._list_one = list_one
        self._list_all = list_all
        self._owner = owner
        self._asked: set[str] = set()
        self._listing: asyncio.Task[Groups[T]] | None = None

    async def of(self, owner: str) -> Sequence[T]:
        """Return the owner's records."""
        self._asked.add(owner)
        if self._listing is None:
            self._listing = asyncio.create_task(self._list())
        return (await asyncio.shield(self._listing)).get(owner, [])

    async def _list(self) -> Groups[T]:
        await self._clock.gather()
        asked, self._asked, self._listing = sorted(self._asked), set(), None
        # n calls one by one, or one call per page of the region
        everything = await self._list_all(len(asked) * BATCH_SIZE) if len(asked) > 1 else None
        if everything is None:
            answers = await asyncio.gather(*(self._list_one(owner) for owner in asked))
            return {owner: list(answer) for owner, answer in zip(asked, answers, strict=True)}
        groups: Groups[T] = defaultdict(list)
        for record in everything:
            groups[self._owner(record)].append(record)
        return groups
