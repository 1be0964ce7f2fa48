"""Makes one call to ECS: it waits at the throttle gate of its action, and retries while no usable answer comes.

A retry is safe for a read. It is safe for a creation: the client token makes ECS return the same id again. It is safe
for a deletion, a change of tags and a modification: the second one changes nothing. It is not safe for a reset of a
disk, which ECS may have begun without an answer. There the caller looks at the disk first.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from tenacity import AsyncRetrying, retry_if_exception_type, wait_exponential_jitter

from ..clock import Clock
from ..errors import Unavailable
from .throttle import ThrottleGate
from .wire_format import written_moment

T = TypeVar("T")

OUTAGE_PATIENCE = 60.0
"""Seconds for which a call without a usable answer is retried."""
THROTTLE_PATIENCE = 300.0
"""Seconds for which a throttled call waits. ECS allows new calls in the next minute."""


async def retried(retrying: AsyncRetrying, attempt: Callable[[], Awaitable[T]]) -> T:
    """Return what `attempt` returns. Repeat it as `retrying` says.

    tenacity inspects its own functions before each attempt. So the first attempt, mostly the only one, goes without it.
    """
    try:
        return await attempt()
    except Exception as error:
        first = [error]

    async def repeated() -> T:
        if first:
            raise first.pop()
        return await attempt()

    return await retrying(repeated)


class Caller:
    """Makes the calls of one region and account."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._gates: dict[str, ThrottleGate] = {}

    async def call(self, action: str, request: Callable[[], Awaitable[T]], *, repeated: bool = True) -> T:
        """Return the answer of `request`, a call of `action`. Raises the error of the last attempt.

        Unavailable also says since when no answer came. Without `repeated`, only a throttled call is retried: ECS has
        not executed it.
        """
        gate = self._gates.setdefault(action, ThrottleGate(self._clock, patience=THROTTLE_PATIENCE))
        if not repeated:
            return await gate.call(request)
        began = self._clock.now()
        try:
            return await retried(self._retrying(until=began + OUTAGE_PATIENCE), partial(gate.call, request))
        except Unavailable as error:
            if not error.code:
                error.problem += f", since {written_moment(began)}, for {self._clock.now() - began:.0f} s"
            raise

    def _retrying(self, *, until: float) -> AsyncRetrying:
        return AsyncRetrying(
            sleep=self._clock.sleep,
            retry=retry_if_exception_type(Unavailable),
            wait=wait_exponential_jitter(initial=1.0, max=10.0, jitter=0.5),
            stop=lambda _state: self._clock.now() >= until,
            reraise=True,
        )
