from __future__ import annotations

from collections.abc import Callable
from itertools import chain

import pytest

from counting import COUNTED, Count, closing_line


@pytest.fixture
def count(record_property: Callable[[str, object], None]) -> Count:
    """Adds to the closing line of the run."""

    def add(**counts: int) -> None:
        for name, value in counts.items():
            assert name in COUNTED
            record_property(name, value)

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    line = closing_line(chain.from_iterable(terminalreporter.stats.values()))
    if line:
        terminalreporter.write_line(line)
