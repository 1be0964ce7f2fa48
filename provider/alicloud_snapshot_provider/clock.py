"""The clock of the provider. Every wait gets it as an argument, so tests run an hour's wait in milliseconds."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from typing import Protocol

TIME_SCALE_VARIABLE = "ALICLOUD_SNAPSHOT_TIME_SCALE"
SECONDS_PER_DAY = 86_400.0
GATHER_SECONDS = 0.01
"""How long a batch waits for more requests."""


class Clock(Protocol):
    """The clock as its users see it. All times are in seconds."""

    def now(self) -> float:
        """Return the seconds since the epoch."""

    async def sleep(self, seconds: float) -> None:
        """Return once `seconds` have passed."""

    async def gather(self) -> None:
        """Wait a few milliseconds, so that simultaneous requests can share one call."""


class SystemClock:
    """The machine's clock, `scale` times as fast. Another scale than 1 matches an accelerated emulator (`--speed`)."""

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
    """Return the system clock, at the speed in ALICLOUD_SNAPSHOT_TIME_SCALE. Raises ValueError if it is no speed."""
    text = environ.get(TIME_SCALE_VARIABLE, "1")
    try:
        scale = float(text)
    except ValueError:
        scale = 0.0
    if not 0 < scale < float("inf"):
        raise ValueError(f"{TIME_SCALE_VARIABLE} must be a positive number, got {text!r}: unset it outside of tests")
    return SystemClock(scale)
