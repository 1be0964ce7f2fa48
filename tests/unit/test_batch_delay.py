from __future__ import annotations

from alicloud_snapshot_provider.clock import GATHER_SECONDS
from alicloud_snapshot_provider.waiting.batch import SPACING, BatchDelay
from virtual_clock import VirtualClock


async def test_a_rare_request_waits_for_milliseconds() -> None:
    async with VirtualClock() as clock:
        delay = BatchDelay(clock)
        for _ in range(3):
            began = clock.now()
            await delay.pause()
            assert clock.now() - began <= GATHER_SECONDS * 1.001
            await clock.sleep(2 * SPACING)


async def test_requests_in_a_row_are_spaced() -> None:
    async with VirtualClock() as clock:
        delay = BatchDelay(clock)
        began = clock.now()
        for _ in range(4):
            await delay.pause()
        assert 3 * SPACING <= clock.now() - began <= 3 * SPACING + 2 * GATHER_SECONDS
