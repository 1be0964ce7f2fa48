"""What the tests counted, added up over all of them and over all workers, for the closing line of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

import pytest

COUNTED = ("schedules", "kills", "orphans", "duplicates")


class Count(Protocol):
    """Adds what a test counted to the run's closing line."""

    def __call__(self, **counts: int) -> None: ...


def closing_line(reports: Iterable[object]) -> str:
    """Return the line with the totals of all tests, empty where none counted."""
    totals: Counter[str] = Counter()
    for report in reports:
        if isinstance(report, pytest.TestReport) and report.when == "call":
            totals.update({name: value for name, value in report.user_properties if name in COUNTED})
    return ", ".join(f"{name} {totals[name]}" for name in COUNTED) if totals else ""
