"""Property values: plain data, and a marker for values that are unknown in a preview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Properties = Mapping[str, Any]


class Unknown:
    """The type of UNKNOWN."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
"""The value of a property that is known only after another resource exists. No check judges it."""


def contains_unknown(value: object) -> bool:
    """Tell whether a value is unknown, or has an unknown value in it."""
    if isinstance(value, Mapping):
        return any(contains_unknown(entry) for entry in value.values())
    if isinstance(value, list | tuple):
        return any(contains_unknown(entry) for entry in value)
    return value is UNKNOWN
