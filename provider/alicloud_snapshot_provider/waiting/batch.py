"""Many look-ups at the same moment become one call of up to 100 ids."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from ..clock import Clock

T = TypeVar("T")

BATCH_SIZE = 100
"""The ids that one Describe call takes."""
SPACING = 1.0
"""Seconds between the calls of one kind while requests keep coming."""


class BatchDelay:
    """The pauses before the calls of one kind: milliseconds where requests are rare, a second where they follow on."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last_call = float("-inf")

    async def pause(self) -> None:
        """Return when the call should be made."""
        wait = self._last_call + SPACING - self._clock.now()
        if wait > 0:
            await self._clock.sleep(wait)
        else:
            await self._clock.gather()
        self._last_call = self._clock.now()


class BatchedLookup(Generic[T]):
    """Looks records up by id. `fetch` gets up to 100 ids and answers with those records that exist."""

    def __init__(
        self, clock: Clock, fetch: Callable[[Sequence[str]], Awaitable[Sequence[T]]], key: Callable[[T], str]
    ) -> None:
        self._gathering = BatchDelay(clock)
        self._fetch = fetch
        self._key = key
        self._waiting: dict[str, asyncio.Future[T | None]] = {}
        self._answering: set[asyncio.Task[None]] = set()

    async def get(self, record_id: str) -> T | None:
        """Return the record, None where ECS does not list it. Raises what the call raised."""
        waiting = self._waiting.get(record_id)
        if waiting is None:
            waiting = asyncio.get_running_loop().create_future()
            self._waiting[record_id] = waiting
            if len(self._waiting) == 1:
                self._start_answering()
        return await asyncio.shield(waiting)

    def _start_answering(self) -> None:
        task = asyncio.create_task(self._answer_all())
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer_all(self) -> None:
        await self._gathering.pause()
        waiting, self._waiting = self._waiting, {}
        ids = list(waiting)
        pages = [ids[start : start + BATCH_SIZE] for start in range(0, len(ids), BATCH_SIZE)]
        await asyncio.gather(*(self._answer(page, waiting) for page in pages))

    async def _answer(self, ids: Sequence[str], waiting: dict[str, asyncio.Future[T | None]]) -> None:
        try:
            found = {self._key(record): record for record in await self._fetch(ids)}
        except Exception as error:
            for record_id in ids:
                waiting[record_id].set_exception(error)
                waiting[record_id].exception()
            return
        for record_id in ids:
            waiting[record_id].set_result(found.get(record_id))
