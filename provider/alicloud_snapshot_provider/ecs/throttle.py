"""One shared throttle state per API: while ECS refuses an action, one caller probes and the others wait.

ECS counts calls per account, region and action in each minute; a refused action stays refused until the next one.
Callers that each retry on their own burn the fresh quota at once. So the first refusal closes the gate, one
probe goes out after 1 s, doubling to 10 s, and the first success opens the gate for everybody.
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
"""Calls of one action in flight at a time: what a refusal can cost at most beyond the probes."""


class ThrottleGate:
    """The throttle state of one action in one region and account."""

    def __init__(self, clock: Clock, *, patience: float) -> None:
        self._clock = clock
        self._patience = patience
        self._open = asyncio.Event()
        self._open.set()
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def call(self, request: Callable[[], Awaitable[T]]) -> T:
        """Make the call; where it is throttled, wait and repeat it. Raises Throttled after `patience` seconds."""
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
                    return await self._probe(request, refusal, deadline)

    async def _probe(self, request: Callable[[], Awaitable[T]], refusal: Throttled, deadline: float) -> T:
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
