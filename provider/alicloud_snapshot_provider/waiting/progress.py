"""The progress of a snapshot and durations, as the user reads them."""

from __future__ import annotations

import time
from collections.abc import Callable

from ..ecs.models import SnapshotInfo

STEP = 5
"""Percent of a snapshot that are worth a line."""
MOST_LINES = 20
"""Lines of progress that a run shows in a second. Nobody reads more, and each of them is a call to the engine."""


def progress_text(info: SnapshotInfo) -> str:
    """Return one short line: the id, the percentage, the remaining time, and whether the snapshot is available."""
    parts = [f"snapshot {info.snapshot_id} {info.percent} %"]
    if info.remain_time is not None and info.remain_time > 0:
        parts.append(f"about {duration_text(info.remain_time)} left")
    if info.available and not info.accomplished:
        parts.append("already available")
    return ", ".join(parts)


def duration_text(seconds: float) -> str:
    """Return a duration in its largest one or two units, such as 45 s, 3 min, 1 h 20 min or 2 d 3 h."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes = round(whole / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


class Milestones:
    """Gets every look at snapshots, and tells each 5 % of the way: a log has a line for each message."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._told: dict[str, tuple[int, bool]] = {}

    def hear(self, info: SnapshotInfo) -> None:
        """Record a look. Tell it if the snapshot has reached the next 5 %, or has become available."""
        reached = info.percent // STEP, info.available
        if self._told.get(info.snapshot_id) != reached:
            self._told[info.snapshot_id] = reached
            self._tell(progress_text(info))


class LineLimit:
    """Allows 20 lines of progress in each second of `now`, over all resources of a run."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._second = 0
        self._lines = 0

    def allows(self) -> bool:
        """Tell whether one more line may be shown now, and count it."""
        second = int(self._now())
        self._lines = self._lines + 1 if second == self._second else 1
        self._second = second
        return self._lines <= MOST_LINES


class SlowestProgress:
    """Gets the progress of every member, and passes on that of the slowest one when it has risen."""

    def __init__(self, progress: Callable[[SnapshotInfo], None]) -> None:
        self._progress = progress
        self._percents: dict[str, int] = {}
        self._passed_on = -1

    def hear(self, info: SnapshotInfo) -> None:
        """Record a member's progress. Pass it on if it is the slowest and has risen."""
        self._percents[info.snapshot_id] = info.percent
        if self._passed_on < info.percent == min(self._percents.values()):
            self._passed_on = info.percent
            self._progress(info)

    def ended(self, member_id: str) -> None:
        """Leave a member out: it is ready."""
        self._percents.pop(member_id, None)
