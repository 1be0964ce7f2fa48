from __future__ import annotations

import asyncio

import pytest

from alicloud_snapshot_provider.errors import Busy, NotFound
from alicloud_snapshot_provider.waiting.deadline import with_timeout
from alicloud_snapshot_provider.waiting.retry import retry_while_busy
from virtual_clock import VirtualClock


async def test_an_act_is_repeated_while_its_resource_is_busy(clock: VirtualClock) -> None:
    free_at = clock.now() + 60

    async def act() -> str:
        if clock.now() < free_at:
            raise Busy("taken")
        return "done"

    assert await retry_while_busy(clock, act, patience=120) == "done"
    assert free_at <= clock.now() <= free_at + 15


async def test_patience_ends_with_the_last_refusal(clock: VirtualClock) -> None:
    started = clock.now()

    async def act() -> None:
        raise Busy("taken")

    with pytest.raises(Busy, match="taken"):
        await retry_while_busy(clock, act, patience=120)
    assert 120 <= clock.now() - started <= 135


async def test_any_other_error_ends_it_at_once(clock: VirtualClock) -> None:
    async def act() -> None:
        raise NotFound("gone")

    with pytest.raises(NotFound, match="gone"):
        await retry_while_busy(clock, act, patience=120)


async def test_work_within_its_time_returns_its_result(clock: VirtualClock) -> None:
    started = clock.now()

    assert await with_timeout(clock, 60, asyncio.sleep(0, "done")) == "done"
    assert clock.now() == started


async def test_work_that_takes_too_long_is_cancelled(clock: VirtualClock) -> None:
    cancelled = asyncio.Event()

    async def work() -> None:
        try:
            await clock.sleep(3_600)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    with pytest.raises(TimeoutError):
        await with_timeout(clock, 60, work())
    assert cancelled.is_set()


async def test_an_error_of_the_work_is_raised_as_it_is(clock: VirtualClock) -> None:
    async def work() -> None:
        await clock.sleep(10)
        raise NotFound("gone")

    with pytest.raises(NotFound, match="gone"):
        await with_timeout(clock, 60, work())


async def test_cancelling_the_wait_cancels_the_work(clock: VirtualClock) -> None:
    work = asyncio.ensure_future(clock.sleep(3_600))
    waiting = asyncio.ensure_future(with_timeout(clock, 7_200, asyncio.wait_for(work, None)))
    await clock.sleep(10)

    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    assert work.cancelled()
