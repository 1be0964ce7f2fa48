"""Runs the core on one background event loop, for the dynamic host and for hooks, whose calls are synchronous."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from functools import cache
from typing import Any, TypeVar

from ..clock import system_clock
from ..region import Regions
from ..waiting.batch import SharedCall
from .engine_watch import wait_for_engine_end
from .operations import Operations
from .stored_state import StoredState

T = TypeVar("T")


def _leave() -> None:
    os._exit(1)


class Runtime:
    """An event loop in a daemon thread, and the regions. `leave` ends the process."""

    def __init__(self, leave: Callable[[], None] = _leave) -> None:
        self.regions = Regions(system_clock())
        self.stored_state = StoredState()
        self.previews = False
        """Whether this run is a preview, as the program says with each resource that is checked."""
        self._operations = Operations()
        self._leave = leave
        self._watching: Future[None] | None = None
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="alicloud-snapshot", daemon=True).start()

    def serve(self, engine_answers: Callable[[], bool], engine_address: str = "") -> None:
        """Serve a run of Pulumi. `engine_answers` tells whether the engine answers, and is called in any thread.

        When nothing listens at `engine_address` any more, the running operations and then the process end.
        """

        async def answers() -> bool:
            return await asyncio.to_thread(engine_answers)

        self.regions.run.evidence = self.stored_state.evidence
        self.regions.run.engine_answers = SharedCall(answers).ask
        if engine_address and self._watching is None:
            self._watching = self.submit(self._end_with(engine_address))

    async def _end_with(self, engine_address: str) -> None:
        await wait_for_engine_end(engine_address)
        self._operations.cancel()
        await self._operations.ended()
        self._leave()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` on the loop and return its result. Raises Cancelled if `cancel` came first."""
        return self.submit(self._operations.run(work)).result()

    def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` like `run`, but without a cancellation."""
        return self.submit(work).result()

    def cancel(self) -> None:
        """Cancel everything that `run` runs."""
        self._loop.call_soon_threadsafe(self._operations.cancel)

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start `work` on the loop and return its future."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)


@cache
def runtime() -> Runtime:
    """Return the runtime of this process."""
    return Runtime()
