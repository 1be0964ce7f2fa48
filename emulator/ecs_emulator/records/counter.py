"""Numbers that only go up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counter:
    """How many of something there have been."""

    id: str
    value: int = 0
