"""A clock that jumps over every wait, and hypothesis without time limits: these machines are shared."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import settings

from alicloud_snapshot_provider.clock import VirtualClock

settings.register_profile("shared", deadline=None, database=None, max_examples=50)
settings.load_profile("shared")


@pytest.fixture
async def clock() -> AsyncIterator[VirtualClock]:
    async with VirtualClock() as clock:
        yield clock


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
