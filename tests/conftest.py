"""What all tests share: no proxy, examples that hypothesis repeats, Ctrl-C, and the closing line."""

from __future__ import annotations

import gc
from collections.abc import Callable
from itertools import chain

import pytest
from hypothesis import settings

from counting import COUNTED, Count, closing_line
from interruptible import heed_ctrl_c

settings.register_profile("random", deadline=None, database=None, max_examples=50)
settings.register_profile("repeatable", settings.get_profile("random"), derandomize=True, max_examples=15)
settings.load_profile("repeatable")
heed_ctrl_c()
gc.disable()  # nothing that is collected or imported goes away


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ECS SDK would send even a call to 127.0.0.1 through a proxy."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def count(record_property: Callable[[str, object], None]) -> Count:
    """Adds to the closing line of the run."""

    def add(**counts: int) -> None:
        for name, value in counts.items():
            assert name in COUNTED
            record_property(name, value)

    return add


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what was imported: that takes a tenth of the CPU time of the tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    line = closing_line(chain.from_iterable(terminalreporter.stats.values()))
    if line:
        terminalreporter.write_line(line)
