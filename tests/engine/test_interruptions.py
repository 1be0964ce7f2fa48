"""A wait that ends early leaves its snapshot in the state, and the next up resumes it instead of taking another."""

from __future__ import annotations

import pytest
from harness import NewStack, folded
from workbench.stack import PulumiFailed, Stack

from ecs_emulator import Emulator, Seed, default_seed

pytestmark = pytest.mark.engine

LONG = 100_000.0
"""Emulated seconds that a snapshot takes: more than pass during a run."""
PROGRAM = """
import pulumi
from pulumi_alicloud_snapshot import Snapshot

config = pulumi.Config()
timeouts = pulumi.CustomTimeouts(create=config.get("timeout"))
opts = pulumi.ResourceOptions(custom_timeouts=timeouts)
snapshot = Snapshot("web", disk_id="d-demo-system", triggers=config.get("release"), opts=opts)
pulumi.export("id", snapshot.id)
"""


@pytest.fixture
def seed() -> Seed:
    return {**default_seed(), "lifecycle": {"snapshot_seconds": LONG}}


@pytest.fixture
def speed() -> float:
    return 600.0


@pytest.fixture
def stack(new_stack: NewStack) -> Stack:
    stack = new_stack(PROGRAM)
    stack.configure({"timeout": "60s"})
    return stack


def test_a_timed_out_wait_is_resumed_on_the_same_snapshot(stack: Stack, emulator: Emulator) -> None:
    said = _timed_out(stack)
    (begun,) = _alive(emulator)
    assert f"snapshot {begun} of disk d-demo-system is not accomplished after 60 s; it goes on in the cloud" in said
    assert "what to do: Run `pulumi up` again: it resumes this snapshot." in said
    assert "Traceback" not in said
    assert [resource["id"] for resource in stack.resources() if "initErrors" in resource] == [begun]

    emulator.advance(LONG)
    stack.up()
    assert stack.outputs()["id"] == begun
    assert len(emulator.calls("CreateSnapshot")) == 1
    stack.preview("--expect-no-changes")


def test_a_timed_out_replacement_never_costs_the_good_snapshot(stack: Stack, emulator: Emulator) -> None:
    stack.configure({"timeout": "1h"})
    emulator.add_seed({"lifecycle": {"snapshot_seconds": 10}})
    stack.up()
    good = stack.outputs()["id"]

    emulator.add_seed({"lifecycle": {"snapshot_seconds": LONG}})
    stack.configure({"timeout": "60s", "release": "2"})
    _timed_out(stack)
    (begun,) = set(_alive(emulator)) - {good}
    emulator.fail_snapshot(begun)
    said = _timed_out(stack)
    assert f"snapshot {begun} has failed and holds nothing: the next `pulumi up` takes a new one" in said
    assert good in _alive(emulator)

    emulator.advance(LONG)
    stack.up()
    assert _alive(emulator) == [stack.outputs()["id"]]
    assert stack.outputs()["id"] not in {good, begun}


def test_destroy_takes_away_what_a_timed_out_wait_left(stack: Stack, emulator: Emulator) -> None:
    _timed_out(stack)
    stack.destroy()
    assert _alive(emulator) == []


def _timed_out(stack: Stack) -> str:
    with pytest.raises(PulumiFailed) as failed:
        stack.up()
    return folded(str(failed.value))


def _alive(emulator: Emulator) -> list[str]:
    emulator.now()
    return [snapshot.id for snapshot in emulator.world.snapshots]
