"""Work that must not end in the middle goes to its end, and a cancellation takes effect after it."""

from __future__ import annotations

import asyncio

import pytest

from alicloud_snapshot_provider.waiting.shield import finish_before_cancel


class _Work:
    """Work that goes on once it may, and notes its end."""

    def __init__(self, error: Exception | None = None) -> None:
        self.may_go_on = asyncio.Event()
        self.ended = False
        self._error = error

    async def run(self) -> str:
        await self.may_go_on.wait()
        self.ended = True
        if self._error is not None:
            raise self._error
        return "done"


async def _cancelled(work: _Work) -> asyncio.Task[str]:
    """Return the task that does the work, cancelled in the middle of it."""
    task = asyncio.ensure_future(finish_before_cancel(work.run()))
    await asyncio.sleep(0)
    task.cancel()
    for _ in range(3):
        await asyncio.sleep(0)
    return task


async def test_without_a_cancellation_its_outcome_is_that_of_the_work() -> None:
    good, bad = _Work(), _Work(ValueError("broken"))
    for work in (good, bad):
        work.may_go_on.set()
    assert await finish_before_cancel(good.run()) == "done"
    with pytest.raises(ValueError, match="broken"):
        await finish_before_cancel(bad.run())


@pytest.mark.parametrize("error", [None, ValueError("broken")])
async def test_a_cancellation_takes_effect_once_the_work_has_ended(error: Exception | None) -> None:
    work = _Work(error)
    task = await _cancelled(work)
    assert (task.done(), work.ended) == (False, False)

    work.may_go_on.set()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert work.ended


async def test_a_second_cancellation_does_not_wait() -> None:
    work = _Work()
    task = await _cancelled(work)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not work.ended
    work.may_go_on.set()
