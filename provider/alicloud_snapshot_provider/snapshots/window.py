"""A maintenance window: the hours in which a snapshot may slow the disk a little."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

_WINDOW = re.compile(r"([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2}) +(\S+)")


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to `end` each day in `zone`. If `end` is before `start`, it is on the next day."""

    start: time
    end: time
    zone: ZoneInfo

    def contains(self, now: float) -> bool:
        """Tell whether `now`, in seconds since the epoch, is in the window."""
        local = datetime.fromtimestamp(now, UTC).astimezone(self.zone).time()
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M} {self.zone.key}"


def parse_window(text: str) -> Window:
    """Read "HH:MM-HH:MM Area/City". Raises ValueError if the text is no window."""
    parts = _WINDOW.fullmatch(text.strip())
    if parts is None or parts[1] == parts[2]:
        raise ValueError(text)
    try:
        return Window(time.fromisoformat(parts[1]), time.fromisoformat(parts[2]), ZoneInfo(parts[3]))
    except (KeyError, OSError) as unknown_zone:
        raise ValueError(text) from unknown_zone
