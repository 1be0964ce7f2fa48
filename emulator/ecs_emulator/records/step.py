"""The next step of a record, and its time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One planned change of a record: `name` happens at the emulated time `at` (epoch seconds). Steps sort by time."""

    at: float
    name: str
