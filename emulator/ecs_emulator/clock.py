"""The emulated time: real, accelerated, or moved by hand."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable

MANUAL_START = datetime(2026, 1, 1, tzinfo=UTC).timestamp()


class Clock(Protocol):
    """Tells the emulated time."""

    def now(self) -> float:
        """Return seconds since the epoch."""
        ...


@runtime_checkable
class SteppableClock(Clock, Protocol):
    """A clock that somebody can move forward."""

    def advance(self, seconds: float) -> None:
        """Move the emulated time forward by `seconds`, which must not be negative."""
        ...


class RealClock:
    """The wall clock. Nobody can move it."""

    def now(self) -> float:
        return time.time()


class AcceleratedClock:
    """Emulated time that starts at the wall clock's time and runs `speed` times as fast."""

    def __init__(self, speed: float, wall: Callable[[], float] = time.time) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be above 0, not {speed}. Give e.g. 60: a minute a second.")
        self.speed = speed
        self._wall = wall
        self._wall_start = wall()
        self._start = self._wall_start

    def now(self) -> float:
        return self._start + (self._wall() - self._wall_start) * self.speed

    def advance(self, seconds: float) -> None:
        self._start += _forward(seconds)


class ManualClock:
    """Emulated time that stands still until somebody moves it."""

    def __init__(self, start: float = MANUAL_START) -> None:
        self._now = start

    def now(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += _forward(seconds)


def _forward(seconds: float) -> float:
    if seconds < 0:
        raise ValueError(f"time cannot go back by {-seconds:g} s. Advance by 0 or more seconds.")
    return seconds
