"""`kill -9` of the engine and its providers at every point of a creation, and the next `up`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from harness import NewStack
from running import RunningUp, listed_orphans
from workbench.stack import Stack

from counting import Count
from ecs_emulator import Emulator, Seed, default_seed

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
from pulumi_alicloud_snapshot import Snapshot

snapshot = Snapshot("web", disk_id="d-demo-system", triggers=pulumi.Config().get("release"))
pulumi.export("id", snapshot.id)
"""
UNHEARD = {"kind": "drop", "times": None}
HELD = {"kind": "latency", "when": "after", "seconds": 30}


@dataclass(frozen=True, slots=True)
class Moment:
    """When a run is killed: once it has brought about one more of what `count` counts, with the fault in force."""

    name: str
    count: Callable[[Emulator], int]
    fault: Mapping[str, Any] | None = None


CLOSED = (
    Moment(
        "before CreateSnapshot has an effect",
        lambda emulator: len(emulator.calls("CreateSnapshot")),
        {"action": "CreateSnapshot", **UNHEARD},
    ),
    Moment(
        "after CreateSnapshot's effect, before its answer",
        lambda emulator: len(emulator.events("snapshot.created")),
        {"action": "CreateSnapshot", **HELD},
    ),
    Moment("during the wait", lambda emulator: len(emulator.events("snapshot.cut"))),
    Moment(
        "when it is ready, before it is handed over",
        lambda emulator: len(emulator.calls("TagResources")),
        {"action": "TagResources", **UNHEARD},
    ),
)
OPEN = Moment(
    "when it is handed over, before the engine's checkpoint",
    lambda emulator: len(emulator.calls("TagResources")),
    {"action": "TagResources", **HELD},
)


@pytest.fixture
def speed() -> float:
    return 600.0


@pytest.fixture
def seed() -> Seed:
    """Snapshots that take a second and a half of the machine's time."""
    return {**default_seed(), "lifecycle": {"snapshot_seconds": 900}}


@pytest.fixture
def stack(new_stack: NewStack) -> Stack:
    return new_stack(PROGRAM)


@pytest.mark.parametrize("moment", CLOSED, ids=lambda moment: moment.name)
def test_the_next_up_ends_with_one_snapshot(stack: Stack, emulator: Emulator, moment: Moment, count: Count) -> None:
    for release in ("1", "2"):
        stack.configure({"release": release})
        _kill(stack, emulator, moment)
        stack.up()
        assert _alive(emulator) == [stack.outputs()["id"]]

    taken = len(emulator.events("snapshot.created"))
    count(kills=2, duplicates=taken - 2)
    assert taken == 2


def test_a_kill_between_hand_over_and_checkpoint_leaves_an_orphan_until_the_next_replacement(
    stack: Stack, emulator: Emulator, count: Count
) -> None:
    _kill(stack, emulator, OPEN)
    stack.up()
    first, second = _alive(emulator)
    assert stack.outputs()["id"] == second
    assert listed_orphans(stack) == (3, [(first, "surplus")])

    stack.configure({"release": "2"})
    _kill(stack, emulator, OPEN)
    stack.up()
    assert _alive(emulator) == [stack.outputs()["id"]]
    assert listed_orphans(stack) == (0, [])
    count(kills=2, orphans=1)


def test_a_kill_between_hand_over_and_checkpoint_leaves_an_orphan_that_destroying_removes(
    stack: Stack, emulator: Emulator, count: Count
) -> None:
    _kill(stack, emulator, OPEN)
    (snapshot_id,) = _alive(emulator)
    assert listed_orphans(stack) == (3, [(snapshot_id, "unclaimed")])

    stack.up()
    stack.destroy()
    assert _alive(emulator) == []
    count(kills=1, orphans=1)


def _kill(stack: Stack, emulator: Emulator, moment: Moment) -> None:
    if moment.fault:
        emulator.add_faults(moment.fault)
    before = moment.count(emulator)
    with RunningUp(stack) as run:
        run.until(lambda: moment.count(emulator) > before)
        run.kill()
    emulator.clear_faults()


def _alive(emulator: Emulator) -> list[str]:
    emulator.now()
    return [snapshot.id for snapshot in emulator.world.snapshots]
