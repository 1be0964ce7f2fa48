"""How one ECS call is made: through its action's throttle gate, repeated while no usable answer comes.

Calls may be repeated: reads; those that create, whose client token makes ECS answer a repetition with the same id; and
deletions, tag changes and modifications, whose second time changes nothing. Only a reset is not: who asks for one looks
at the disk first, since ECS may have begun what it did not answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import AsyncRetrying, retry_if_exception_type, wait_exponential_jitter

from ..clock import Clock
from ..errors import Unavailable
from .throttle import ThrottleGate
from .wire_format import written_moment

T = TypeVar("T")

OUTAGE_PATIENCE = 60.0
"""Seconds for which a call without usable answer is repeated."""
THROTTLE_PATIENCE = 300.0
"""Seconds for which a throttled call waits: ECS lifts a refusal with the next minute."""


class Caller:
    """Makes the calls of one region and account."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._gates: dict[str, ThrottleGate] = {}

    async def call(self, action: str, request: Callable[[], Awaitable[T]], *, repeated: bool = True) -> T:
        """Return the answer of `request`, an ECS call of `action`.

        Raises what the last attempt raised, once repeating it does not help; where no answer came, it says since when.
        One that is not to be `repeated` still is where ECS throttled it, since it was not executed then.
        """
        gate = self._gates.setdefault(action, ThrottleGate(self._clock, patience=THROTTLE_PATIENCE))
        if not repeated:
            return await gate.call(request)
        began = self._clock.now()
        try:
            return await self._retrying()(gate.call, request)
        except Unavailable as error:
            if not error.code:
                error.problem += f", since {written_moment(began)}, for {self._clock.now() - began:.0f} s"
            raise

    def _retrying(self) -> AsyncRetrying:
        return AsyncRetrying(
            sleep=self._clock.sleep,
            retry=retry_if_exception_type(Unavailable),
            wait=wait_exponential_jitter(initial=1.0, max=10.0, jitter=0.5),
            stop=self._outage_ends(),
            reraise=True,
        )

    def _outage_ends(self) -> Callable[..., bool]:
        end = self._clock.now() + OUTAGE_PATIENCE
        return lambda _state: self._clock.now() >= end
