"""A clock for tests: it skips every wait."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Sized
from typing import ClassVar

from alicloud_snapshot_provider.clock import GATHER_SECONDS

QUIET_TURNS = 2
"""After so many turns of the event loop in which no task has work, every task counts as asleep."""


class VirtualClock:
    """A clock that stands still until every task sleeps. Then it jumps to the time at which the first one wakes.

    The clock does not jump while `busy` returns True: the event loop cannot see a request to the emulator, for example.
    Use it as an asynchronous context manager.
    """

    _running: ClassVar[Counter[int]] = Counter()
    """The clocks of each event loop, by its id. Each of them always has a turn to come, which is no work."""

    def __init__(self, start: float = 1_767_225_600.0, busy: Callable[[], bool] = lambda: False) -> None:
        self._now = start
        self._busy = busy
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._jumper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> VirtualClock:
        self._running[id(asyncio.get_running_loop())] += 1
        self._jumper = asyncio.create_task(self._jump_for_ever())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._jumper is not None:
            self._running[id(asyncio.get_running_loop())] -= 1
            self._jumper.cancel()
            await asyncio.gather(self._jumper, return_exceptions=True)

    def now(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the clock by hand. Wake every task whose time has come."""
        self._now += seconds
        self._wake_due()

    async def sleep(self, seconds: float) -> None:
        wake = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + max(0.0, seconds), next(self._order), wake))
        await wake

    async def gather(self) -> None:
        await self.sleep(GATHER_SECONDS)

    async def _jump_for_ever(self) -> None:
        quiet = 0
        loop = asyncio.get_running_loop()
        ready: Sized = vars(loop)["_ready"]
        while True:
            await asyncio.sleep(0)
            quiet = 0 if len(ready) >= self._running[id(loop)] or self._busy() else quiet + 1
            if quiet > QUIET_TURNS:
                quiet = 0
                await self._jump()

    async def _jump(self) -> None:
        self._drop_cancelled()
        if not self._sleepers:
            await asyncio.sleep(0.001)
            return
        self._now = max(self._now, self._sleepers[0][0])
        self._wake_due()

    def _wake_due(self) -> None:
        while self._sleepers and self._sleepers[0][0] <= self._now:
            wake = heapq.heappop(self._sleepers)[2]
            if not wake.done():
                wake.set_result(None)

    def _drop_cancelled(self) -> None:
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
