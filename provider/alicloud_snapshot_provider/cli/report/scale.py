"""The time scale that all time lines of a page share, and its marks, in percent of the width."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ...clock import SECONDS_PER_DAY

_LEFT, _RIGHT = 1.5, 96.5
"""Times lie between these percents of the width, so that a mark at the edge is not cut."""
_MOST_TICKS = 9
_BESIDE_NOW = 6.5
"""Percent of the width that the word "now" and a label left of it need, down to the width at which "now" is hidden."""
_HOUR = 3_600.0
_HOURS = (1, 3, 6, 12)
_DAYS = (1, 2, 7, 14)
_MONTHS = (1, 3, 6, 12, 24, 60)
_HOUR_LABEL, _DAY_LABEL = "%H:%M", "%d %b"
_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tick:
    """One mark of the scale at `x` percent. Every second mark is `minor`: a phone has no room for it.

    `beside_now`: the label would touch the word "now" at the end of the axis.
    """

    x: float
    label: str
    minor: bool
    beside_now: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """The time between two ends, in seconds since the epoch."""

    start: float
    end: float

    def x(self, at: float) -> float:
        """Return the position of a time, in percent."""
        share = (min(max(at, self.start), self.end) - self.start) / (self.end - self.start)
        return round(_LEFT + share * (_RIGHT - _LEFT), 2)

    def ticks(self) -> list[Tick]:
        """Return at most nine marks at round times of UTC, oldest first."""
        moments, pattern = next(self._candidates())
        labelled = [(self.x(each.timestamp()), _label(each, pattern)) for each in moments]
        border = self.x(self.end) - _BESIDE_NOW
        return [
            Tick(x, label, minor=(len(labelled) - index) % 2 == 0, beside_now=x > border)
            for index, (x, label) in enumerate(labelled)
        ]

    def _candidates(self) -> Iterator[tuple[list[datetime], str]]:
        for hours in _HOURS:
            if (self.end - self.start) / (hours * _HOUR) <= _MOST_TICKS:
                yield self._every(timedelta(hours=hours)), _HOUR_LABEL
        for days in _DAYS:
            if (self.end - self.start) / (days * SECONDS_PER_DAY) <= _MOST_TICKS:
                yield self._every(timedelta(days=days)), _DAY_LABEL
        for months in _MONTHS:
            moments = self._every_months(months)
            if len(moments) <= _MOST_TICKS:
                yield moments, "%b %Y" if months < 12 else "%Y"
        yield [_utc(self.start)], "%Y"

    def _every(self, step: timedelta) -> list[datetime]:
        """Return the multiples of a step. Weeks begin on Mondays."""
        passed = (_utc(self.start) - _MONDAY) // step
        moments = (_MONDAY + (passed + number) * step for number in range(1, _MOST_TICKS + 2))
        return [each for each in moments if each.timestamp() <= self.end]

    def _every_months(self, step: int) -> list[datetime]:
        first, last = _utc(self.start), _utc(self.end)
        numbers = range(first.year * 12 + first.month, last.year * 12 + last.month)
        return [datetime(n // 12, n % 12 + 1, 1, tzinfo=UTC) for n in numbers if n % step == 0]


def _label(moment: datetime, pattern: str) -> str:
    """Return a mark's text. Between hours, midnight is shown as the new day."""
    at_midnight = pattern == _HOUR_LABEL and moment.hour == 0
    return moment.strftime(_DAY_LABEL if at_midnight else pattern)


def _utc(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
