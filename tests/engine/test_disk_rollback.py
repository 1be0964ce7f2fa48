"""The example of a rollback, through its whole life: what the disk holds is what the snapshot holds."""

from __future__ import annotations

import pytest
from harness import NewStack, folded
from running import RunningUp
from shown import assert_shown
from workbench.history import mutations
from workbench.stack import PulumiFailed, Stack

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

DISK = "d-demo-data"
ACTS = ("StopInstance", "CreateSnapshot", "ResetDisk", "StartInstance")


@pytest.fixture
def speed() -> float:
    return 600.0


@pytest.fixture
def stack(example_stack: NewStack, emulator: Emulator) -> Stack:
    """The example with a good release on the disk, and something broken written over it."""
    stack = example_stack("08-roll-back-a-disk")
    stack.up()
    emulator.write_disk(DISK, 5)
    return stack


def test_a_disk_goes_back_when_it_is_told_and_only_then(stack: Stack, emulator: Emulator) -> None:
    good, broken = stack.outputs()["good"], _content(emulator)
    stack.configure({"broken": "orders table dropped"})
    emulator.add_faults({"action": "ResetDisk", "code": "OperationDenied", "status": 403})
    with pytest.raises(PulumiFailed) as failed:
        stack.up()
    assert "error: ResetDisk of disk d-demo-data failed" in folded(str(failed.value))
    assert "Traceback" not in str(failed.value)
    assert _content(emulator) == broken
    emulator.clear_faults()
    before = len(mutations(emulator))
    foreseen = folded(stack.preview())
    assert_shown("08-roll-back-a-disk", foreseen)
    assert "warning: EVERYTHING written to disk d-demo-data after 20" in foreseen
    assert "rolls data disk d-demo-data, 100 GiB, back to" in foreseen
    assert len(mutations(emulator)) == before

    stack.up()
    made = stack.outputs()
    held = _content_of(emulator, good)
    assert _content(emulator) == held != broken
    assert _content_of(emulator, made["safetySnapshot"]) == broken
    assert _acts(emulator, before) == list(ACTS)

    emulator.write_disk(DISK, 1)
    written = _content(emulator)
    since = len(mutations(emulator))
    stack.refresh("--expect-no-changes")
    assert "EVERYTHING" not in stack.up("--expect-no-changes")
    assert len(mutations(emulator)) == since

    said = folded(stack.destroy())
    assert "disk d-demo-data stays as it is; safety snapshots that stay until you delete them: s-" in said
    assert _content(emulator) == written


@pytest.mark.exhaustive
def test_a_run_that_was_killed_after_the_reset_does_not_roll_back_again(stack: Stack, emulator: Emulator) -> None:
    stack.configure({"broken": "orders table dropped"})
    with RunningUp(stack) as run:
        run.until(lambda: bool(emulator.calls("StartInstance"))).kill()
    stack.up()

    assert len(emulator.calls("ResetDisk")) == 1
    assert _content(emulator) == _content_of(emulator, stack.outputs()["good"])
    (web,) = (each for each in emulator.describe_world()["instances"] if each["id"] == "i-demo")
    assert web["status"] in {"Starting", "Running"}


@pytest.mark.exhaustive
def test_a_snapshot_of_another_disk_fails_the_preview(stack: Stack, emulator: Emulator) -> None:
    stack.configure({"broken": "orders table dropped"})
    program = stack.project / "__main__.py"
    program.write_text(program.read_text().replace("snapshot_id=good.id", 'snapshot_id="s-other"'))
    emulator.add_seed({"snapshots": [{"id": "s-other", "disk_id": "d-demo-system"}]})
    with pytest.raises(PulumiFailed) as failed:
        stack.preview()
    said = folded(str(failed.value))
    assert "property snapshot_id value {s-other} has a problem: snapshot 's-other' is of disk d-demo-system" in said


def _content(emulator: Emulator) -> int:
    (disk,) = (each for each in emulator.describe_world()["disks"] if each["id"] == DISK)
    return int(disk["content_version"])


def _content_of(emulator: Emulator, snapshot_id: str) -> int:
    (snapshot,) = (each for each in emulator.describe_world()["snapshots"] if each["id"] == snapshot_id)
    return int(snapshot["content_version"])


def _acts(emulator: Emulator, before: int) -> list[str]:
    return [line.split()[0] for line in mutations(emulator)[before:] if line.startswith(ACTS)]
