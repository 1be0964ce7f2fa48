"""The argument `keep`: which snapshots of a history stay by the calendar, read and judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from ..ledger.keep import ALL, RULES, Keep, parse_span
from .fields import plain, unknown_name

_NAMES = (*RULES, "within", "timezone")
MOST = 10_000


def keep_reason(value: Mapping[str, object]) -> str | None:
    """Return why the rules cannot work, with the property and the remedy; None where they can."""
    reasons = (_reason(name, each) for name, each in value.items() if each is not None)
    if reason := next((reason for reason in reasons if reason), None):
        return reason
    if _keep(value).is_empty:
        return f"must have a rule above 0, got {dict(value)!r}: give one of {', '.join(_NAMES[:-1])}, or remove keep"
    return None


def keep_of(value: Mapping[str, object]) -> Keep:
    """Return the declared rules. Raises ValueError with the reason where they cannot work."""
    if reason := keep_reason(value):
        raise ValueError(reason)
    return _keep(value)


def _keep(value: Mapping[str, object]) -> Keep:
    given: dict[str, Any] = {name: plain(each) for name, each in value.items() if each is not None}
    return Keep(**given | {name: ALL for name, each in given.items() if each == "all"})


def _reason(name: str, value: object) -> str | None:
    if name not in _NAMES:
        return f"keep.{name} {unknown_name(name, _NAMES)}"
    if name == "timezone":
        return _timezone_reason(value)
    return _within_reason(value) if name == "within" else _number_reason(name, value)


def _number_reason(name: str, value: object) -> str | None:
    number = plain(value)
    is_number = isinstance(number, int) and not isinstance(number, bool)
    if value == "all" or (is_number and (number == ALL or 0 <= number <= MOST)):
        return None
    return f'keep.{name} must be 0 to {MOST}, or "all", got {number!r}: give how many are to stay'


def _within_reason(value: object) -> str | None:
    try:
        parse_span(value if isinstance(value, str) else "")
    except ValueError:
        return (
            f"keep.within must be years, months, days and hours, in this order, got {value!r}: "
            'write it as "30d", "36h" or "1y6m"'
        )
    return None


def _timezone_reason(value: object) -> str | None:
    try:
        ZoneInfo(value if isinstance(value, str) else "")
    except (KeyError, OSError, ValueError):
        return f'keep.timezone must be a time zone, got {value!r}: name it as "Asia/Shanghai" or "UTC"'
    return None
