from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from alicloud_snapshot_provider.ecs.caller import Caller
from alicloud_snapshot_provider.ecs.throttle import AT_ONCE, ThrottleGate
from alicloud_snapshot_provider.errors import NotFound, Throttled
from virtual_clock import VirtualClock

CALLERS = 100
REFUSED_SECONDS = 50.0


@dataclass
class Api:
    """An action that ECS refuses until `lifted`, in seconds since the start of the test."""

    clock: VirtualClock
    lifted: float = 0.0
    retry_after: float | None = None
    asked: list[float] = field(default_factory=list)
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.clock.now()

    @property
    def elapsed(self) -> float:
        return self.clock.now() - self.started

    async def request(self) -> float:
        self.asked.append(self.elapsed)
        await self.clock.sleep(0.05)
        if self.elapsed < self.lifted:
            raise Throttled("refused", retry_after=self.retry_after)
        return self.elapsed


async def test_many_refused_callers_cost_one_probe_at_a_time_and_none_of_them_fails(clock: VirtualClock) -> None:
    api = Api(clock, lifted=REFUSED_SECONDS)
    gate = ThrottleGate(clock, patience=300)

    answered = await asyncio.gather(*(gate.call(api.request) for _ in range(CALLERS)))

    refused = [moment for moment in api.asked if moment < REFUSED_SECONDS]
    assert sum(moment == 0 for moment in refused) == AT_ONCE
    assert len(refused) - AT_ONCE <= 10
    assert len(answered) == CALLERS
    assert max(answered) <= REFUSED_SECONDS + 10


async def test_probes_come_after_a_second_then_twice_as_late_up_to_ten_seconds(clock: VirtualClock) -> None:
    api = Api(clock, lifted=35)

    await ThrottleGate(clock, patience=300).call(api.request)

    pauses = [later - earlier for earlier, later in zip(api.asked, api.asked[1:], strict=False)]
    assert pauses == pytest.approx([1.05, 2.05, 4.05, 8.05, 10.05, 10.05])


async def test_what_ecs_says_about_coming_back_is_honoured(clock: VirtualClock) -> None:
    api = Api(clock, lifted=30, retry_after=40.0)

    await ThrottleGate(clock, patience=300).call(api.request)

    assert api.asked == pytest.approx([0, 40.05])


async def test_a_caller_gives_up_when_its_patience_ends_and_lets_the_others_probe(clock: VirtualClock) -> None:
    api = Api(clock, lifted=100)
    gate = ThrottleGate(clock, patience=60)
    early = asyncio.ensure_future(gate.call(api.request))
    await clock.sleep(50)

    late = await gate.call(api.request)

    assert isinstance(early.exception(), Throttled)
    assert 100 <= late <= 111


async def test_one_refused_action_does_not_hold_another_up(clock: VirtualClock) -> None:
    caller = Caller(clock)
    refused, free = Api(clock, lifted=REFUSED_SECONDS), Api(clock)

    held_up = asyncio.ensure_future(caller.call("CreateSnapshot", refused.request))
    await clock.sleep(1)
    await caller.call("DescribeSnapshots", free.request)

    assert free.elapsed < 2
    assert await held_up >= REFUSED_SECONDS


async def test_an_error_during_a_probe_reaches_its_caller_and_opens_the_gate_again(clock: VirtualClock) -> None:
    gate = ThrottleGate(clock, patience=300)
    answers = [Throttled("refused"), NotFound("gone")]

    async def request() -> str:
        if answers:
            raise answers.pop(0)
        return "fine"

    with pytest.raises(NotFound, match="gone"):
        await gate.call(request)
    assert await gate.call(request) == "fine"
