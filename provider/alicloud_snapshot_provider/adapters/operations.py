"""The operations under way, which a cancellation ends at once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from ..errors import Cancelled

T = TypeVar("T")


class Operations:
    """Runs operations so that all of them can be ended together."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what `work` returns. Raises Cancelled where `cancel` came first."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        try:
            await asyncio.wait({task})
        finally:
            self._tasks.discard(task)
            task.cancel()
        if task.cancelled():
            raise Cancelled("the operation was cancelled", remedy="Run `pulumi up` again: it goes on from here.")
        return task.result()

    def cancel(self) -> None:
        """End whatever is under way. The engine also asks for that at its own end, when nothing is."""
        for task in self._tasks:
            task.cancel()

    async def ended(self) -> None:
        """Return once nothing is under way any more: what was cancelled may have to thaw or start something first."""
        while self._tasks:
            await asyncio.wait(self._tasks)
            await asyncio.sleep(0)
