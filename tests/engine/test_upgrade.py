"""A state that the first release wrote means the same to today's code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from harness import NewStack
from workbench.stack import Stack

from ecs_emulator import Emulator, Seed, default_seed

pytestmark = pytest.mark.engine

RECORDED = Path(__file__).parent / "recorded" / "first-release"


@pytest.fixture
def seed() -> Seed:
    return {**default_seed(), **_with_default_images(json.loads((RECORDED / "world.json").read_text()))}


@pytest.fixture
def stack(new_stack: NewStack, emulator: Emulator, tmp_path: Path) -> Stack:
    stack = new_stack((RECORDED / "program.py").read_text())
    state = tmp_path / "state.json"
    state.write_text((RECORDED / "state.json").read_text().replace("ENDPOINT", emulator.endpoint))
    stack.import_state(state)
    return stack


def test_the_recorded_state_shows_no_change_changes_nothing_and_can_be_destroyed(
    stack: Stack, emulator: Emulator
) -> None:
    assert "4 unchanged" in stack.preview("--expect-no-changes")
    assert "4 unchanged" in stack.up("--expect-no-changes")
    assert emulator.calls(mutating=True) == []

    stack.destroy()
    assert list(emulator.world.snapshots) == []


def _with_default_images(recorded: Seed) -> Seed:
    return {**recorded, "images": [*default_seed()["images"], *recorded["images"]]}
