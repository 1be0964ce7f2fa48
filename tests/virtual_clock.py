"""A clock for tests: it skips every wait."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable

from alicloud_snapshot_provider.clock import GATHER_SECONDS


class VirtualClock:
    """A clock that stands still until every task sleeps. Then it jumps to the time at which the first one wakes.

    It jumps when the event loop would wait. It does not jump while `busy` returns True: the event loop cannot see a
    request to the emulator, for example. Use it as an asynchronous context manager.
    """

    def __init__(self, start: float = 1_767_225_600.0, busy: Callable[[], bool] = lambda: False) -> None:
        self._now = start
        self._busy = busy
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._undo: Callable[[], None] = lambda: None

    async def __aenter__(self) -> VirtualClock:
        selector = vars(asyncio.get_running_loop())["_selector"]
        wait = selector.select
        selector.select = lambda timeout=None: wait(0 if timeout != 0 and self._jump() else timeout)
        self._undo = lambda: setattr(selector, "select", wait)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._undo()

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

    def _jump(self) -> bool:
        """Wake the task that is to wake first. Return whether there is one."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        if not self._sleepers or self._busy():
            return False
        self._now = max(self._now, self._sleepers[0][0])
        self._wake_due()
        return True

    def _wake_due(self) -> None:
        while self._sleepers and self._sleepers[0][0] <= self._now:
            wake = heapq.heappop(self._sleepers)[2]
            if not wake.done():
                wake.set_result(None)
