"""What ECS does to more calls in a minute than it allows."""

from __future__ import annotations

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import Emulator, ManualClock, Seed, default_seed

THROTTLED = ("Throttling.User", 400)


@pytest.fixture
def world() -> Seed:
    return {**default_seed(), "rules": {"calls_per_minute": {"DescribeD*": 2}}}


def test_calls_are_refused_beyond_the_limit_until_the_next_minute(
    api: Api, emulator: Emulator, clock: ManualClock
) -> None:
    emulator.advance(60 - clock.now() % 60)
    for _minute in range(2):
        for _call in range(2):
            api("DescribeDisks", RegionId=REGION)
        assert [api.refused("DescribeDisks", RegionId=REGION) for _ in range(2)] == [THROTTLED] * 2
        emulator.advance(60)


def test_other_actions_and_regions_go_on(api: Api) -> None:
    for _ in range(2):
        api("DescribeDisks", RegionId=REGION)

    assert api.refused("DescribeDisks", RegionId=REGION) == THROTTLED
    api("DescribeDisks", RegionId="cn-beijing")
    for _ in range(3):
        api("DescribeInstances", RegionId=REGION)
