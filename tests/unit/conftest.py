"""A clock that jumps over every wait."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from virtual_clock import VirtualClock


@pytest.fixture
async def clock() -> AsyncIterator[VirtualClock]:
    async with VirtualClock() as clock:
        yield clock
