"""Hypothesis without time limits, since these machines are shared, and no proxy before the emulator."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("shared", deadline=None, database=None, max_examples=50)
settings.load_profile("shared")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
