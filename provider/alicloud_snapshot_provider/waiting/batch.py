"""Questions that come at the same time share one call; a call that looks records up takes up to 100 ids."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from ..clock import Clock
from ..ecs.transport import pages_of

T = TypeVar("T")

SPACING = 1.0
"""Seconds between two calls while requests keep coming."""


class BatchDelay:
    """The delay before each call, in which requests gather: some milliseconds, or a second after another call."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last_call = float("-inf")

    async def pause(self) -> None:
        """Return when it is time to make the call."""
        wait = self._last_call + SPACING - self._clock.now()
        if wait > 0:
            await self._clock.sleep(wait)
        else:
            await self._clock.gather()
        self._last_call = self._clock.now()


class BatchedLookup(Generic[T]):
    """Looks records up by id. `fetch` gets up to 100 ids and returns the records that exist."""

    def __init__(
        self, clock: Clock, fetch: Callable[[Sequence[str]], Awaitable[Sequence[T]]], key: Callable[[T], str]
    ) -> None:
        self._delay = BatchDelay(clock)
        self._fetch = fetch
        self._key = key
        self._waiting: dict[str, asyncio.Future[T | None]] = {}
        self._answering: set[asyncio.Task[None]] = set()

    async def get(self, record_id: str) -> T | None:
        """Return the record, or None if ECS does not list it. Raises what the call raises."""
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
        await self._delay.pause()
        waiting, self._waiting = self._waiting, {}
        await asyncio.gather(*(self._answer(page, waiting) for page in pages_of(list(waiting))))

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


class SharedCall(Generic[T]):
    """Makes one call at a time. All who ask while it is under way share the next one, which begins after they asked."""

    def __init__(self, call: Callable[[], Awaitable[T]]) -> None:
        self._call = call
        self._under_way: asyncio.Task[T] | None = None
        self._next: asyncio.Task[T] | None = None

    async def ask(self) -> T:
        """Return the answer to a call that begins from now on. Raises what the call raises."""
        if self._next is None:
            self._next = asyncio.create_task(self._answer(self._under_way))
        return await asyncio.shield(self._next)

    async def _answer(self, earlier: asyncio.Task[T] | None) -> T:
        if earlier is not None:
            await asyncio.wait({earlier})
        self._under_way, self._next = self._next, None
        return await self._call()
