"""The emulator inside of a program: an ECS on a port of this machine while its context is open."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from ecs_emulator.clock import Clock, RealClock, SteppableClock
from ecs_emulator.console import Console
from ecs_emulator.faults.book import FaultBook
from ecs_emulator.log import CallLog
from ecs_emulator.seed import Seed, default_seed, plant
from ecs_emulator.server import HOST, Server
from ecs_emulator.service import Service
from ecs_emulator.storage import Storage
from ecs_emulator.world import World


class Emulator(Console):
    """One emulated ECS; `async with Emulator() as emulator:` serves it in the running event loop.

    `world` is a seed (see `load_seed`). None means the default world. `state` is a file that keeps everything.
    If the file already has a world, that world goes on, and the seed is not used. `port` 0 takes a free port.
    `wall` is the wall clock that checks the time of signatures. Raises RecordError for an impossible seed.
    """

    def __init__(
        self,
        world: Seed | None = None,
        clock: Clock | None = None,
        state: Path | None = None,
        port: int = 0,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.clock: Clock = clock or RealClock()
        self.world = World()
        storage = None if state is None else Storage(state)
        resumed_at = None if storage is None else storage.load(self.world)
        if resumed_at is None:
            plant(self.world, default_seed() if world is None else world, self.clock.now())
        else:
            _resume(self.clock, resumed_at)
        service = Service(self.world, self.clock, storage, wall)
        super().__init__(service)
        self._server = Server(service, port)

    @property
    def endpoint(self) -> str:
        """Host and port, the endpoint for clients of ECS."""
        return f"{HOST}:{self._server.port}"

    @property
    def url(self) -> str:
        """The address of the API, without a slash at the end."""
        return f"http://{self.endpoint}"

    @property
    def log(self) -> CallLog:
        """Calls and events. Call `now()` first, so that everything happens that is due."""
        return self._service.log

    @property
    def faults(self) -> FaultBook:
        """The active fault rules."""
        return self._service.faults

    async def __aenter__(self) -> Self:
        self._service.settle()
        await self._server.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._server.stop()
        self._service.close()


@contextmanager
def running_emulator(
    world: Seed | None = None,
    clock: Clock | None = None,
    state: Path | None = None,
    port: int = 0,
    wall: Callable[[], float] = time.time,
) -> Iterator[Emulator]:
    """Serve an emulator from its own thread, for programs without an event loop."""
    emulator = Emulator(world, clock, state, port, wall)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="ecs-emulator", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(emulator.__aenter__(), loop).result()
        try:
            yield emulator
        finally:
            asyncio.run_coroutine_threadsafe(emulator.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _resume(clock: Clock, saved: float) -> None:
    if isinstance(clock, SteppableClock):
        clock.advance(max(0.0, saved - clock.now()))
