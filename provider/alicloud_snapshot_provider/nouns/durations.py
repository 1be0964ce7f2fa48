"""Durations as Pulumi's customTimeouts write them: 90s, 30m, 12h, 7d."""

from __future__ import annotations

import re

_UNITS = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_DURATION = re.compile(r"(?P<count>\d{1,6})(?P<unit>[smhd])")


def duration_seconds(text: str) -> float | None:
    """Return the seconds of a duration, or None if the text is none."""
    match = _DURATION.fullmatch(text)
    return int(match["count"]) * _UNITS[match["unit"]] if match else None
