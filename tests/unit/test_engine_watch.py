"""A provider whose engine has died ends by itself, and hands nothing over."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from alicloud_snapshot_provider.adapters.engine_watch import wait_for_engine_end
from alicloud_snapshot_provider.adapters.runtime import Runtime
from alicloud_snapshot_provider.errors import Cancelled

INTERVAL = 0.01


@pytest.fixture
def engine() -> Iterator[socket.socket]:
    """Something that listens, as the engine does."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def address_of(engine: socket.socket) -> str:
    return f"127.0.0.1:{engine.getsockname()[1]}"


async def test_an_engine_that_has_gone_is_noticed(engine: socket.socket) -> None:
    watch = asyncio.create_task(wait_for_engine_end(address_of(engine), INTERVAL))
    await asyncio.sleep(10 * INTERVAL)
    assert not watch.done(), "it listens, though it never takes a connection"
    engine.close()
    await asyncio.wait_for(watch, 240)


async def test_an_address_at_which_nothing_ever_listened_is_no_dead_engine(engine: socket.socket) -> None:
    address = address_of(engine)
    engine.close()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(wait_for_engine_end(address, INTERVAL), 10 * INTERVAL)


def test_the_end_of_the_engine_ends_the_operations_and_then_the_process(engine: socket.socket) -> None:
    left: list[str] = []
    gone = threading.Event()

    def leave() -> None:
        left.append("the process")
        gone.set()

    runtime = Runtime(leave)
    for _ in range(2):
        runtime.serve(lambda: False, address_of(engine))

    async def wait_for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            left.append("the wait")

    with ThreadPoolExecutor() as threads:
        work = threads.submit(runtime.run, wait_for_ever())
        engine.accept()[0].close()
        engine.close()
        with pytest.raises(Cancelled):
            work.result(20)
    assert gone.wait(20)
    assert left == ["the wait", "the process"]
