"""The rules of `keep`: which snapshots of a history stay by the calendar.

The rules are those of restic (`restic forget`, "Removing snapshots according to a policy"). A snapshot stays if a rule
keeps it. `last` counts snapshots. `hourly` to `yearly` count the hours, days, ISO weeks, months and years that have a
snapshot, newest first, and keep the newest snapshot of each. A rule with a number left at the end keeps the oldest
snapshot, too. `within` counts back from the newest snapshot, not from now. So a history without new snapshots stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ALL = -1
"""The number of a rule that keeps all."""
RULES = ("last", "hourly", "daily", "weekly", "monthly", "yearly")
_SPAN = re.compile(r"(?=.)(?:(\d{1,4})y)?(?:(\d{1,4})m)?(?:(\d{1,5})d)?(?:(\d{1,6})h)?")


@dataclass(frozen=True, slots=True)
class Span:
    """A duration by the calendar, such as 1y6m, 30d or 36h. `m` are months."""

    years: int = 0
    months: int = 0
    days: int = 0
    hours: int = 0

    def before(self, moment: datetime) -> datetime:
        """Return the time that is this span before `moment`, by the calendar of its time zone.

        If the month has no such day, the next month has it: one month before 31 March is 3 March. The earliest result
        is the first day of year 1.
        """
        months = (moment.year - self.years) * 12 + moment.month - 1 - self.months
        try:
            first = date(months // 12, months % 12 + 1, 1)
            day = first + timedelta(days=moment.day - 1 - self.days)
            there = datetime.combine(day, moment.timetz())
            return (there.astimezone(UTC) - timedelta(hours=self.hours)).astimezone(moment.tzinfo)
        except (ValueError, OverflowError):
            return datetime.min.replace(tzinfo=UTC)


def parse_span(text: str) -> Span:
    """Read years, months, days and hours, such as 2y5m7d3h. Raises ValueError if the text is malformed or 0."""
    found = _SPAN.fullmatch(text)
    span = Span(*(int(number or 0) for number in found.groups())) if found else Span()
    if span == Span():
        raise ValueError(text)
    return span


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """The rules: a number or ALL for each, 0 if it is not given. `within` is a span such as "30d".

    Hours, days, weeks, months and years begin in `timezone`.
    """

    last: int = 0
    hourly: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0
    yearly: int = 0
    within: str = ""
    timezone: str = "UTC"

    @property
    def is_empty(self) -> bool:
        """Whether no rule is given."""
        return not self.within and not any(getattr(self, rule) for rule in RULES)

    def __str__(self) -> str:
        """The given rules in words."""
        numbers = {rule: getattr(self, rule) for rule in RULES if getattr(self, rule)}
        counted = [f"{rule} {'all' if number == ALL else number}" for rule, number in numbers.items()]
        zone = [] if self.timezone == "UTC" else [f"by {self.timezone}"]
        return ", ".join([*counted, *([f"within {self.within}"] if self.within else []), *zone])


def keep_reasons(keep: Keep, times: Sequence[datetime]) -> list[list[str]]:
    """Return the rules that keep each snapshot, in words. `times` are the cuts of the snapshots, with a time zone.

    A snapshot with an empty list goes. Every rule keeps the newest snapshot. If two have the same time, the first one
    counts as the newer. Without any rule every snapshot stays.
    """
    if keep.is_empty:
        return [["no rule is given"] for _ in times]
    zone = ZoneInfo(keep.timezone)
    newest_first = sorted(range(len(times)), key=lambda each: times[each].timestamp(), reverse=True)
    local = [times[each].astimezone(zone) for each in newest_first]
    by_rule = [_within(keep.within, local)] + [_counted(rule, getattr(keep, rule), local) for rule in RULES]
    reasons: list[list[str]] = [[] for _ in times]
    for place, each in enumerate(newest_first):
        reasons[each] = [words[place] for words in by_rule if words[place]]
    return reasons


def _within(within: str, local: Sequence[datetime]) -> list[str]:
    if not within or not local:
        return [""] * len(local)
    border = parse_span(within).before(local[0]).timestamp()
    return [f"within {within}" if each.timestamp() > border else "" for each in local]


def _counted(rule: str, number: int, local: Sequence[datetime]) -> list[str]:
    """Return the rule in words for each time that it keeps, and "" for the others. The newest comes first."""
    words: list[str] = []
    count = 0
    previous: Hashable = None
    for place, moment in enumerate(local):
        period = (rule, place) if rule == "last" else _PERIODS[rule](moment)
        is_new, is_oldest = period != previous, place == len(local) - 1
        if (count < number or number == ALL) and (is_new or is_oldest):
            count, previous = count + 1, period
            words.append(_word(rule, count, number, is_oldest=not is_new))
        else:
            words.append("")
    return words


def _word(rule: str, count: int, number: int, *, is_oldest: bool) -> str:
    counted = f"{rule} {count}" if number == ALL else f"{rule} {count} of {number}"
    return f"{counted}, as the oldest" if is_oldest else counted


_PERIODS: dict[str, Callable[[datetime], Hashable]] = {
    "hourly": lambda moment: (moment.date(), moment.hour),
    "daily": lambda moment: moment.date(),
    "weekly": lambda moment: moment.isocalendar()[:2],
    "monthly": lambda moment: (moment.year, moment.month),
    "yearly": lambda moment: moment.year,
}
