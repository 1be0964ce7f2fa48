"""Time as the provider sees it, injected so that tests run an hour's wait in milliseconds."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import os
import time
from collections.abc import Callable, Mapping
from typing import Protocol

TIME_SCALE_VARIABLE = "ALICLOUD_SNAPSHOT_TIME_SCALE"
SECONDS_PER_DAY = 86_400.0
GATHER_SECONDS = 0.01
QUIET_TURNS = 20
"""Turns of the event loop without visible work after which everybody counts as asleep."""


class Clock(Protocol):
    """What the provider asks of time. Seconds everywhere."""

    def now(self) -> float:
        """Return the seconds since the epoch."""

    async def sleep(self, seconds: float) -> None:
        """Return once `seconds` have passed."""

    async def gather(self) -> None:
        """Return after the few milliseconds in which simultaneous requests gather into one call."""


class SystemClock:
    """The machine's clock, `scale` times as fast.

    A scale other than 1 is for the accelerated emulator (`--speed`), whose time the waits then keep step with.
    """

    def __init__(self, scale: float = 1.0) -> None:
        self._scale = scale
        self._start = time.time()

    def now(self) -> float:
        return self._start + (time.time() - self._start) * self._scale

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / self._scale)

    async def gather(self) -> None:
        await asyncio.sleep(GATHER_SECONDS)


def system_clock(environ: Mapping[str, str] = os.environ) -> SystemClock:
    """Return the system clock at the speed that ALICLOUD_SNAPSHOT_TIME_SCALE asks for, 1 by default."""
    text = environ.get(TIME_SCALE_VARIABLE, "1")
    try:
        scale = float(text)
    except ValueError:
        scale = 0.0
    if not 0 < scale < float("inf"):
        raise ValueError(f"{TIME_SCALE_VARIABLE} must be a positive number, got {text!r}: unset it outside of tests")
    return SystemClock(scale)


class VirtualClock:
    """A clock that stands still until everybody sleeps, then jumps to the first who wakes.

    `busy` tells whether work is under way that the event loop alone does not show, such as a request to the
    emulator; the clock never jumps over it. Use as an asynchronous context manager.
    """

    def __init__(self, start: float = 1_767_225_600.0, busy: Callable[[], bool] = lambda: False) -> None:
        self._now = start
        self._busy = busy
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._jumper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> VirtualClock:
        self._jumper = asyncio.create_task(self._jump_for_ever())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._jumper is not None:
            self._jumper.cancel()
            await asyncio.gather(self._jumper, return_exceptions=True)

    def now(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the clock by hand and wake everybody whose time has come."""
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
        while True:
            await asyncio.sleep(0)
            quiet = 0 if self._busy() else quiet + 1
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
