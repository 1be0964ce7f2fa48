"""One throttle gate for each action: while ECS refuses the action, one caller retries and all others wait.

ECS counts the calls of each account, region and action in each minute. It refuses an action until the next minute. If
every caller retried, they would use up the new quota at once. So the first refusal closes the gate. One caller retries
after 1 s, then after up to 10 s. Its first success opens the gate for all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from ..clock import Clock
from ..errors import Throttled

T = TypeVar("T")

FIRST_DELAY = 1.0
LONGEST_DELAY = 10.0
AT_ONCE = 16
"""The most calls of one action at the same time. A refusal can cost so many calls."""


class ThrottleGate:
    """The throttle state of one action in one region and account."""

    def __init__(self, clock: Clock, *, patience: float) -> None:
        self._clock = clock
        self._patience = patience
        self._open = asyncio.Event()
        self._open.set()
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def call(self, request: Callable[[], Awaitable[T]]) -> T:
        """Make the call. Wait and retry while ECS throttles it. Raises Throttled after `patience` seconds."""
        deadline = self._clock.now() + self._patience
        while True:
            await self._open.wait()
            try:
                async with self._slots:
                    if not self._open.is_set():
                        continue
                    return await request()
            except Throttled as refusal:
                if self._open.is_set():
                    return await self._retry(request, refusal, deadline)

    async def _retry(self, request: Callable[[], Awaitable[T]], refusal: Throttled, deadline: float) -> T:
        self._open.clear()
        delay = FIRST_DELAY
        try:
            while True:
                delay = max(delay, refusal.retry_after or 0.0)
                if self._clock.now() + delay > deadline:
                    raise refusal
                await self._clock.sleep(delay)
                delay = min(delay * 2, LONGEST_DELAY)
                try:
                    return await request()
                except Throttled as again:
                    refusal = again
        finally:
            self._open.set()
