"""Numbers that only go up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counter:
    """The number of things of one kind so far."""

    id: str
    value: int = 0
