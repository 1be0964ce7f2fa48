"""The argument `keep`, for all resource types and for guards: which snapshots of a history stay by the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from ..ledger.keep import ALL, RULES, Keep, parse_span
from .fields import Change, Field, Kind, check_fields, plain
from .property_values import Properties, contains_unknown

MOST = 10_000


def _number(value: int) -> str | None:
    if plain(value) == ALL or 0 <= plain(value) <= MOST:
        return None
    return f"must be 0 to {MOST}, or {ALL} for all, got {plain(value)}: give the number that stays"


def _within(value: str) -> str | None:
    try:
        parse_span(value)
    except ValueError:
        return (
            f'must be years, months, days and hours, in this order, got {value!r}: write it as "30d", "36h" or "1y6m"'
        )
    return None


def _timezone(value: str) -> str | None:
    try:
        ZoneInfo(value)
    except (KeyError, OSError, ValueError):
        return f'must be a time zone, got {value!r}: name it as "Asia/Shanghai" or "UTC"'
    return None


def _rules(value: Mapping[str, Any]) -> str | None:
    if _keep(value).is_empty:
        names = ", ".join((*RULES, "within"))
        return f"must have a rule above 0, got {dict(value)!r}: give one of {names}, or remove keep"
    return None


_PERIODS = {"hourly": "hours", "daily": "days", "weekly": "ISO weeks", "monthly": "months", "yearly": "years"}

KEEP_FIELD = Field(
    "keep",
    Kind.OBJECT,
    "Which accomplished snapshots of the series stay by the calendar after a replacement. A snapshot stays if "
    "`keep_last` or any of these rules keeps it.",
    Change.UPDATE,
    nullable=True,
    type_name="Keep",
    members=(
        Field(
            "last",
            Kind.INTEGER,
            f"How many of the newest snapshots stay: 0 to {MOST}. {ALL} means all, here and in the rules below.",
            Change.UPDATE,
            nullable=True,
            validate=_number,
        ),
        *(
            Field(
                rule,
                Kind.INTEGER,
                f"For this many {periods}, the newest snapshot of each stays. Those without a snapshot do not count.",
                Change.UPDATE,
                nullable=True,
                validate=_number,
            )
            for rule, periods in _PERIODS.items()
        ),
        Field(
            "within",
            Kind.STRING,
            'A time span such as "30d", "36h" or "1y6m" (m are months). It is counted back from the newest '
            "snapshot. All snapshots within it stay.",
            Change.UPDATE,
            nullable=True,
            validate=_within,
        ),
        Field(
            "timezone",
            Kind.STRING,
            'The time zone in which hours and days begin, such as "Asia/Shanghai". UTC by default.',
            Change.UPDATE,
            nullable=True,
            validate=_timezone,
        ),
    ),
    validate=_rules,
)


def keep_of(inputs: Properties) -> tuple[Keep, ...]:
    """Return the rules of `keep`, or () if it is not given. Unknown or malformed rules keep everything."""
    value = inputs.get("keep")
    if not value:
        return ()
    if contains_unknown(value) or check_fields([KEEP_FIELD], {"keep": value}):
        return (Keep(last=ALL),)
    return (_keep(value),)


def _keep(value: Mapping[str, Any]) -> Keep:
    return Keep(**{name: plain(each) for name, each in value.items() if each is not None})
