"""The limit of calls of an action, for each region and minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fnmatch import fnmatchcase

from ecs_emulator import refusals

MINUTE_SECONDS = 60


class FlowControl:
    """Counts the calls by action and region. The count starts again in each minute of the emulated time."""

    def __init__(self) -> None:
        self._minute = 0
        self._counts: Counter[tuple[str, str]] = Counter()

    def admit(self, action: str, region_id: str, now: float, limits: Mapping[str, int]) -> None:
        """Count a call. Raises EcsError if it is one too many. `limits` are by action, or by a pattern."""
        minute = int(now // MINUTE_SECONDS)
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
        self._counts[action, region_id] += 1
        most = min((limit for pattern, limit in limits.items() if fnmatchcase(action, pattern)), default=None)
        if most is not None and self._counts[action, region_id] > most:
            raise refusals.THROTTLING_USER.error()
