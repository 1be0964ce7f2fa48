"""Shields work that must not end in the middle from a cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def finish_before_cancel(work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` returns. A cancellation meanwhile takes effect once it has ended; a second one at once."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # it counts as seen: the cancellation is what the caller hears of
        raise


async def uncancellable(work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` returns, once it has ended. However many cancellations come, they take effect only then."""
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
