"""An emulated cloud on a clock that jumps over every wait."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from cloud import Cloud, open_cloud


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    async with open_cloud() as cloud:
        yield cloud
