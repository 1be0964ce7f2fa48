"""An emulated cloud on a clock that jumps over every wait."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from cloud import Cloud, open_cloud
from disk_rollbacks import DISK, Rollbacks


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    async with open_cloud() as cloud:
        yield cloud


@pytest.fixture
async def rollbacks() -> AsyncIterator[Rollbacks]:
    async with open_cloud() as cloud:
        good = await cloud.take(disk_id=DISK)
        cloud.emulator.write_disk(DISK, 5)
        cloud.emulator.clear_log()
        yield Rollbacks(cloud, good["snapshot_id"])
