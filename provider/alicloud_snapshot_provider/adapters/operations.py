"""Keeps the running operations, so that a cancellation can end all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from ..errors import Cancelled

T = TypeVar("T")


class Operations:
    """Runs operations, and cancels all of them together."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return the result of `work`. Raises Cancelled if `cancel` came first."""
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
        """Cancel all running operations. The engine also asks for that at its own end, when there is none."""
        for task in self._tasks:
            task.cancel()

    async def ended(self) -> None:
        """Return when no operation runs any more. A cancelled one may first thaw or start an instance."""
        while self._tasks:
            await asyncio.wait(self._tasks)
            await asyncio.sleep(0)
