"""The example of a lock, through its whole life, and through the plugin."""

from __future__ import annotations

import pytest
from harness import NewStack, folded
from running import RunningUp
from shown import assert_shown
from workbench.history import mutations
from workbench.stack import PulumiFailed, Stack

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

DAY = 24 * 3_600


@pytest.fixture
def speed() -> float:
    return 600.0


@pytest.fixture
def stack(example_stack: NewStack) -> Stack:
    return example_stack("09-lock-a-snapshot")


@pytest.mark.exhaustive
def test_a_lock_can_be_undone_within_its_cool_off(stack: Stack, emulator: Emulator) -> None:
    with RunningUp(stack) as run:
        run.until(lambda: bool(emulator.calls("LockSnapshot"))).kill()
    stack.up()
    kept = stack.outputs()["snapshot"]
    assert mutations(emulator).count(f"LockSnapshot {kept}") == 1
    stack.refresh("--expect-no-changes")

    stack.configure({"days": "10"})
    foreseen = folded(stack.preview())
    assert f"warning: locks {kept} for 10 days: for 24 hours it can be undone, then NOBODY" in foreseen
    assert_shown("09-lock-a-snapshot", foreseen)
    stack.up()
    stack.preview("--expect-no-changes")

    stack.destroy()
    assert emulator.describe_world()["snapshots"] == []


@pytest.mark.exhaustive
def test_a_lock_that_holds_only_grows_and_outlives_its_stack(stack: Stack, emulator: Emulator) -> None:
    stack.up()
    kept = stack.outputs()["snapshot"]
    emulator.advance(2 * DAY)
    stack.configure({"days": "10"})
    with pytest.raises(PulumiFailed) as failed:
        stack.preview()
    assert "cannot shrink from 30 to 10 days, since the cool-off ended at 20" in folded(str(failed.value))

    stack.configure({"days": "60"})
    stack.up()
    with pytest.raises(PulumiFailed) as failed:
        stack.destroy()
    assert f"error: snapshot {kept} stays locked until {stack.outputs()['lockedUntil']}" in folded(str(failed.value))
    assert "Traceback" not in str(failed.value)

    stack.configure({"leaveLocked": "true"})
    stack.up()
    with pytest.raises(PulumiFailed) as failed:
        stack.destroy()
    assert f"error: snapshot {kept} is locked until" in folded(str(failed.value))
    emulator.advance(60 * DAY)
    stack.destroy()
    assert emulator.describe_world()["snapshots"] == []
