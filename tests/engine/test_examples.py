"""The examples that have no test file of their own, run as their READMEs say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from harness import copy_example, folded
from workbench.history import mutations
from workbench.stack import Stack

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

Example = Callable[[str], Stack]


@pytest.fixture
def example(tmp_path: Path, emulator: Emulator, speed: float) -> Example:
    """Makes the stack of an example."""

    def make(name: str) -> Stack:
        stack = Stack(copy_example(tmp_path, name), tmp_path / "state", emulator, speed)
        stack.create()
        return stack

    return make


def test_guarding_a_stack_takes_a_snapshot_before_an_update_and_before_the_end(
    example: Example, emulator: Emulator
) -> None:
    stack = example("02-guard-a-stack")
    stack.up()
    stack.configure({"instanceName": "after"})
    assert "before the update of web: takes a snapshot: full snapshot" in folded(stack.preview())
    stack.up()
    stack.destroy("--run-program")

    steps = [kind for kind in _kinds(emulator) if kind != "UntagResources"]
    assert steps == ["RunInstances", "CreateSnapshot", "ModifyInstanceAttribute", "CreateSnapshot", "DeleteInstance"]


def test_history_keeps_the_newest_three_even_after_destroying(example: Example, emulator: Emulator) -> None:
    stack = example("03-history")
    taken = []
    for release in ("v1", "v2", "v3", "v4"):
        stack.configure({"release": release})
        stack.up()
        taken.append(stack.outputs()["snapshot"])
    stack.destroy()

    emulator.now()
    assert sorted(snapshot.id for snapshot in emulator.world.snapshots) == sorted(taken[1:])


def test_a_final_snapshot_becomes_the_next_disk(example: Example, emulator: Emulator) -> None:
    stack = example("04-final-snapshot")
    stack.up()
    stack.destroy("--run-program")
    (final,) = emulator.world.snapshots
    stack.configure({"restore": "true"})
    stack.up()

    disk = emulator.world.disks.get(stack.outputs()["disk"])
    assert disk is not None
    assert disk.source_snapshot_id == final.id


def _kinds(emulator: Emulator) -> list[str]:
    return [step.split()[0] for step in mutations(emulator)]
