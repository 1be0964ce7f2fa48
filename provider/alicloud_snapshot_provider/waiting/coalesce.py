"""Lets requests gather into one call: for milliseconds when they are rare, for a second when they come in a row."""

from __future__ import annotations

from ..clock import Clock

SPACING = 1.0
"""Seconds between the calls of one kind while requests keep coming."""


class Gathering:
    """The pauses before the calls of one kind."""

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
