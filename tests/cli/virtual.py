"""Time that the emulator and the commands of this process share, and that jumps over every wait of theirs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from cloud import HeldRegions

from alicloud_snapshot_provider.cli import context
from alicloud_snapshot_provider.region import Region
from virtual_clock import VirtualClock


class VirtualTime:
    """A virtual clock for each command. Each clock starts at the time at which the last one ended."""

    def __init__(self) -> None:
        self._in_flight: list[Region] = []
        self._clock = VirtualClock(busy=self._is_busy)

    def now(self) -> float:
        return self._clock.now()

    def advance(self, seconds: float) -> None:
        self._clock.advance(seconds)

    def rule_commands(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the commands of this process run by this time."""
        act = context._act

        async def act_by_this_time(*arguments: Any) -> int:
            self._in_flight.clear()
            self._clock = VirtualClock(self._clock.now(), self._is_busy)
            async with self._clock:
                return await act(*arguments)

        ruled: Callable[..., Awaitable[int]] = act_by_this_time
        monkeypatch.setattr(context, "_act", ruled)
        monkeypatch.setattr(context, "system_clock", lambda: self._clock)
        monkeypatch.setattr(context, "Regions", lambda clock: HeldRegions(clock, self._in_flight))

    def _is_busy(self) -> bool:
        return any(region.client.requests_in_flight for region in self._in_flight)
