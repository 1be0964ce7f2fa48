"""Retries an operation while ECS says that the resource is busy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import AsyncRetrying, retry_if_exception_type, wait_exponential

from ..clock import Clock
from ..ecs.caller import retried
from ..errors import Busy, SnapshotError

T = TypeVar("T")


async def retry_while_busy(
    clock: Clock, operation: Callable[[], Awaitable[T]], *, patience: float, passing: type[SnapshotError] = Busy
) -> T:
    """Return what `operation` returns. Retry it while it raises `passing`, for at most `patience` seconds."""
    end = clock.now() + patience
    retrying = AsyncRetrying(
        sleep=clock.sleep,
        retry=retry_if_exception_type(passing),
        wait=wait_exponential(multiplier=1.0, max=15.0),
        stop=lambda _state: clock.now() >= end,
        reraise=True,
    )
    return await retried(retrying, operation)
