from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from alicloud_snapshot_provider.ecs.caller import OUTAGE_PATIENCE, Caller
from alicloud_snapshot_provider.errors import Busy, NotFound, SnapshotError, Throttled, Unavailable
from virtual_clock import VirtualClock


def failing(*errors: SnapshotError) -> Callable[[], Awaitable[str]]:
    left = list(errors)

    async def request() -> str:
        if left:
            raise left.pop(0)
        return "answer"

    return request


async def test_a_call_without_answer_is_repeated_until_one_comes(clock: VirtualClock) -> None:
    answer = await Caller(clock).call("CreateSnapshot", failing(*[Unavailable("cut off")] * 4))

    assert answer == "answer"


async def test_outages_and_refusals_may_come_mixed(clock: VirtualClock) -> None:
    mixed = [Throttled("refused"), Unavailable("cut off"), Throttled("refused"), Unavailable("cut off")]

    assert await Caller(clock).call("CreateSnapshot", failing(*mixed)) == "answer"


async def test_an_outage_that_lasts_ends_with_its_own_error(clock: VirtualClock) -> None:
    started = clock.now()

    with pytest.raises(Unavailable, match="cut off"):
        await Caller(clock).call("CreateSnapshot", failing(*[Unavailable("cut off")] * 1_000))

    assert OUTAGE_PATIENCE <= clock.now() - started <= OUTAGE_PATIENCE + 15


@pytest.mark.parametrize("error", [NotFound("gone"), Busy("busy")])
async def test_what_repeating_does_not_cure_is_raised_at_once(clock: VirtualClock, error: SnapshotError) -> None:
    started = clock.now()

    with pytest.raises(type(error)):
        await Caller(clock).call("CreateSnapshot", failing(error))

    assert clock.now() == started
