"""Delays a cancellation until work that must not stop in the middle has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def finish_before_cancel(work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` returns. A first cancellation waits until `work` has ended; a second one stops it at once."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # mark it as retrieved: the caller gets the cancellation
        raise


async def uncancellable(work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` returns. Every cancellation waits until `work` has ended."""
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled = True
        except Exception:
            break
    if cancelled and not task.cancelled():
        task.exception()
        raise asyncio.CancelledError
    return task.result()
