"""A list of the whole region. It is made when it costs fewer calls than single questions, and used for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..clock import Clock

T = TypeVar("T")

LISTED_SECONDS = 600.0
"""Seconds for which a list of the region is used."""
RECORDS_PER_QUESTION = 400
"""The region is listed if that costs at most four pages for each question so far."""
MOST_RECORDS = 50_000
"""The most records that stay in memory."""


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """All records of a region. The list was begun at `since`, in seconds since the epoch."""

    since: float
    records: Sequence[T]


class RegionList(Generic[T]):
    """Lists a region after enough questions, so that the number of calls grows with the questions, not with the region.

    `list_all` lists the region. If the region has more records than the given number, it returns None after one call.
    """

    def __init__(self, clock: Clock, list_all: Callable[[int], Awaitable[Sequence[T] | None]]) -> None:
        self._clock = clock
        self._list_all = list_all
        self._listing = asyncio.Lock()
        self._listed: Listed[T] | None = None
        self._asked = 0
        self._worth_from = 0

    async def ask(self, questions: int) -> Listed[T] | None:
        """Count more questions. Return the list, or None if single questions cost less. Raises what the calls raise."""
        async with self._listing:
            if self._listed and self._clock.now() - self._listed.since > LISTED_SECONDS:
                self._listed, self._asked, self._worth_from = None, 0, 0
            self._asked += questions
            if self._listed is None and self._asked >= self._worth_from:
                await self._list()
            return self._listed

    async def _list(self) -> None:
        since = self._clock.now()
        records = await self._list_all(min(MOST_RECORDS, self._asked * RECORDS_PER_QUESTION))
        if records is None:
            self._worth_from = 2 * self._asked
        else:
            self._listed = Listed(since, records)
