"""An emulated cloud on a clock that jumps over every wait."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from cloud import Cloud, open_cloud


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    async with open_cloud() as cloud:
        yield cloud
