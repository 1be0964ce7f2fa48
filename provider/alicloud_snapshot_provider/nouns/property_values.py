"""Property values as the resources see them: plain data, plus a marker for what is not known yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Properties = Mapping[str, Any]


class Unknown:
    """The type of UNKNOWN."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
"""A value that is only known once another resource exists. It is never judged."""


def contains_unknown(value: object) -> bool:
    """Tell whether a value is, or holds, something that is not known yet."""
    if isinstance(value, Mapping):
        return any(contains_unknown(entry) for entry in value.values())
    if isinstance(value, list | tuple):
        return any(contains_unknown(entry) for entry in value)
    return value is UNKNOWN
