"""The stack that `make demo` runs, told by what the emulator saw. It is run once, and looked at after each step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from harness import copy_root_project
from shown import assert_shown
from workbench.history import history, mutations
from workbench.stack import Stack

from ecs_emulator import AcceleratedClock, running_emulator

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("root stack")]

SPEED = 600.0


@dataclass(frozen=True)
class Step:
    """What Pulumi printed, what the stack exported after it, and what had happened by then."""

    said: str
    outputs: Mapping[str, Any]
    history: list[str]
    mutations: list[str]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("root")
    with running_emulator(None, AcceleratedClock(SPEED)) as emulator:
        stack = Stack(copy_root_project(folder), folder / "state", emulator, SPEED)
        stack.create()
        yield stack


@pytest.fixture(scope="module")
def steps(stack: Stack) -> Mapping[str, Step]:
    """The steps of the stack's life, in order."""
    steps = {"preview": _step(stack, stack.preview())}
    steps["up"] = _step(stack, stack.up())
    steps["second up"] = _step(stack, stack.up())
    steps["refresh"] = _step(stack, stack.refresh("--expect-no-changes"))
    stack.configure({"release": "v2"})
    steps["release"] = _step(stack, stack.up())
    steps["destroy"] = _step(stack, stack.destroy())
    return steps


def _step(stack: Stack, said: str) -> Step:
    return Step(said, stack.outputs(), history(stack.emulator), mutations(stack.emulator))


def test_a_preview_makes_no_mutating_call(steps: Mapping[str, Step]) -> None:
    assert "5 to create" in steps["preview"].said
    assert_shown("01-image-and-disk", steps["preview"].said)
    assert steps["preview"].mutations == []


def test_snapshot_image_and_disk_are_made_in_that_order(steps: Mapping[str, Step]) -> None:
    made = steps["up"].outputs
    order = [
        "CreateSnapshot d-demo-system",
        f"snapshot.accomplished {made['systemSnapshot']}",
        f"CreateImage {made['systemSnapshot']}",
        f"image.available {made['imageId']}",
        f"CreateDisk {made['dataSnapshot']}",
    ]
    assert [line for line in steps["up"].history if line in order] == order


def test_a_second_up_changes_nothing(steps: Mapping[str, Step]) -> None:
    assert "5 unchanged" in steps["second up"].said
    assert steps["second up"].mutations == steps["up"].mutations


def test_a_refresh_of_what_nobody_touched_changes_nothing(steps: Mapping[str, Step]) -> None:
    assert steps["refresh"].mutations == steps["second up"].mutations


def test_a_changed_trigger_replaces_the_snapshot_before_the_image(steps: Mapping[str, Step]) -> None:
    old, new = steps["refresh"].outputs, steps["release"].outputs
    order = [
        f"snapshot.accomplished {new['systemSnapshot']}",
        f"CreateImage {new['systemSnapshot']}",
        f"DeleteImage {old['imageId']}",
        f"DeleteSnapshot {old['systemSnapshot']}",
    ]
    assert [line for line in steps["release"].history if line in order] == order
    assert new["dataSnapshot"] == old["dataSnapshot"]


@pytest.mark.usefixtures("steps")
def test_a_destroy_leaves_no_snapshot(stack: Stack) -> None:
    assert stack.emulator.describe_world()["snapshots"] == []
    assert stack.resources() == []
