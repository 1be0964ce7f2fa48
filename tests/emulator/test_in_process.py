"""The emulator inside a program, with and without an event loop, and its clocks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.models import Config
from tests.emulator.conftest import Api

import ecs_emulator
from ecs_emulator import (
    AcceleratedClock,
    Clock,
    Emulator,
    ManualClock,
    RealClock,
    SteppableClock,
    UnknownIdError,
    running_emulator,
)


async def test_it_runs_in_the_loop_of_the_program() -> None:
    async with Emulator(clock=ManualClock()) as emulator:
        client = Client(
            Config(
                endpoint=emulator.endpoint,
                protocol="http",
                access_key_id="emulator-key-id",
                access_key_secret="emulator-key-secret",
            )
        )
        request = models.CreateSnapshotRequest(disk_id="d-demo-data")
        created = await asyncio.gather(*(client.create_snapshot_async(request) for _ in range(5)))
        assert len({response.body.snapshot_id for response in created}) == 5
        assert emulator.counts() == {"CreateSnapshot": 5}


def test_two_of_them_know_nothing_of_each_other(api_for: Callable[[Emulator], Api]) -> None:
    with running_emulator() as one, running_emulator() as other:
        api_for(one).create_snapshot()
        assert (len(one.world.snapshots), len(other.world.snapshots)) == (1, 0)


def test_it_has_no_address_before_it_listens() -> None:
    with pytest.raises(RuntimeError, match="Enter its context first"):
        _ = Emulator().endpoint


def test_a_taken_port_is_an_error(emulator: Emulator) -> None:
    port = int(emulator.endpoint.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"), running_emulator(port=port):
        pass


def test_a_failure_in_the_program_ends_it() -> None:
    with pytest.raises(ZeroDivisionError), running_emulator() as emulator:
        _ = 1 / 0
    with pytest.raises(RuntimeError):
        _ = emulator.endpoint


def test_any_clock_that_tells_the_time_will_do(api_for: Callable[[Emulator], Api]) -> None:
    class StoppedClock:
        def now(self) -> float:
            return 0.0

    with running_emulator(clock=StoppedClock()) as emulator:
        created = api_for(emulator).create_snapshot()
        assert api_for(emulator).snapshot(created)["LastModifiedTime"] == "1970-01-01T00:00:00Z"
        with pytest.raises(ValueError, match="Start the emulator with a manual clock"):
            emulator.advance(1)


def test_an_accelerated_clock_runs_from_the_wall_clock_on() -> None:
    wall = ManualClock(1000.0)
    clock = AcceleratedClock(60, wall.now)
    assert clock.now() == 1000
    wall.advance(2)
    clock.advance(5)
    assert clock.now() == 1125


@pytest.mark.parametrize(("clock", "steppable"), [(RealClock(), False), (ManualClock(), True)])
def test_only_emulated_time_can_be_moved(clock: Clock, steppable: bool) -> None:
    assert isinstance(clock, SteppableClock) is steppable


def test_unknown_ids_are_named(emulator: Emulator) -> None:
    with pytest.raises(UnknownIdError, match=r"There is no `i-none` in the emulated world\. Look it up in GET world\."):
        emulator.change_instance("i-none", status="Stopped")


def test_faults_in_force_can_be_read(emulator: Emulator) -> None:
    (rule,) = emulator.add_faults({"action": "CreateSnapshot", "id": "mine"})
    assert (rule.id, emulator.faults.rules(), emulator.faults.struck("mine")) == ("mine", [rule], 0)


def test_the_public_names_are_sorted_and_there() -> None:
    assert sorted(ecs_emulator.__all__) == ecs_emulator.__all__
    assert all(hasattr(ecs_emulator, name) for name in ecs_emulator.__all__)
