from __future__ import annotations

import asyncio
import threading

import pytest

from alicloud_snapshot_provider.adapters.runtime import runtime


def test_a_process_has_one_runtime_that_remembers_its_regions() -> None:
    assert runtime() is runtime()
    assert runtime().regions is runtime().regions


def test_work_of_many_threads_runs_side_by_side_on_one_loop() -> None:
    met = asyncio.Barrier(8)

    async def meet() -> int:
        await asyncio.wait_for(met.wait(), 10)
        return threading.get_ident()

    threads = {future.result() for future in [runtime().submit(meet()) for _ in range(8)]}

    assert len(threads) == 1
    assert threads != {threading.get_ident()}


def test_an_error_of_the_work_is_raised_to_its_caller() -> None:
    async def fail() -> None:
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        runtime().run(fail())
