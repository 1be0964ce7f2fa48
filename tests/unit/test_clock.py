from __future__ import annotations

import asyncio
import time

import pytest

from alicloud_snapshot_provider.clock import TIME_SCALE_VARIABLE, system_clock
from virtual_clock import VirtualClock


async def test_a_virtual_hour_passes_in_no_time_and_wakes_sleepers_in_order(clock: VirtualClock) -> None:
    started, wall = clock.now(), time.monotonic()
    woken: list[float] = []

    async def sleep(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(clock.now() - started)

    await asyncio.gather(*(sleep(seconds) for seconds in (3_600, 60, 0, 60)))

    assert woken == [0, 60, 60, 3_600]
    assert time.monotonic() - wall < 5


async def test_the_virtual_clock_stands_still_while_there_is_work() -> None:
    busy = True
    async with VirtualClock(busy=lambda: busy) as clock:
        started = clock.now()
        sleeper = asyncio.ensure_future(clock.sleep(60))
        for _ in range(1_000):
            await asyncio.sleep(0)
        assert clock.now() == started

        busy = False
        await sleeper
        assert clock.now() == started + 60


async def test_the_virtual_clock_does_not_jump_to_a_sleeper_who_gave_up(clock: VirtualClock) -> None:
    started = clock.now()
    gone = asyncio.ensure_future(clock.sleep(10))
    await asyncio.sleep(0)
    gone.cancel()

    await clock.sleep(60)

    assert clock.now() == started + 60


async def test_moving_the_virtual_clock_by_hand_wakes_who_is_due() -> None:
    clock = VirtualClock(start=0)
    soon, late = asyncio.ensure_future(clock.sleep(10)), asyncio.ensure_future(clock.sleep(20))
    await asyncio.sleep(0)

    clock.advance(15)
    await soon

    assert (clock.now(), late.done()) == (15, False)
    late.cancel()


async def test_an_accelerated_system_clock_runs_faster_than_the_machine() -> None:
    clock = system_clock({TIME_SCALE_VARIABLE: "36000"})
    started, wall = clock.now(), time.monotonic()

    await clock.sleep(360)
    await clock.gather()

    assert clock.now() - started >= 360
    assert time.monotonic() - wall < 5


def test_the_system_clock_is_the_machines_own_by_default() -> None:
    assert system_clock({}).now() == pytest.approx(time.time(), abs=5)


@pytest.mark.parametrize("text", ["fast", "0", "-1", "inf", "nan", ""])
def test_a_malformed_speed_is_named_with_its_variable_and_remedy(text: str) -> None:
    with pytest.raises(ValueError, match="ALICLOUD_SNAPSHOT_TIME_SCALE") as caught:
        system_clock({TIME_SCALE_VARIABLE: text})

    assert str(caught.value) == (
        f"ALICLOUD_SNAPSHOT_TIME_SCALE must be a positive number, got {text!r}: unset it outside of tests"
    )
