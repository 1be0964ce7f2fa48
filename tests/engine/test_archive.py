"""The example that archives its history, run as its README says, while months pass in the emulated ECS."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from harness import NewStack, folded
from shown import assert_shown
from workbench.stack import PulumiFailed

from ecs_emulator import AcceleratedClock, Emulator, default_seed, running_emulator
from ecs_emulator.log import CallEntry

pytestmark = pytest.mark.engine

DAY = 86_400.0


@pytest.fixture
def emulator(speed: float) -> Iterator[Emulator]:
    """An ECS that is 62 days behind, so that its days can pass up to the provider's own."""
    clock = AcceleratedClock(speed, wall=lambda: time.time() - 62 * DAY)
    with running_emulator({**default_seed(), "lifecycle": {"archiving_seconds": 60}}, clock) as emulator:
        yield emulator


@pytest.mark.exhaustive
def test_the_history_is_archived_by_the_next_release_and_the_newest_by_the_update_after_a_month(
    example_stack: NewStack, emulator: Emulator
) -> None:
    stack = example_stack("11-archive-the-history")
    assert "archived by the first `pulumi up` that is 30 days later" in folded(stack.preview())
    stack.up()
    first = stack.outputs()["snapshot"]

    emulator.advance(31 * DAY)
    stack.configure({"release": "v2"})
    assert f"archives {first}, which is kept from" in folded(stack.up())
    second = stack.outputs()["snapshot"]

    emulator.advance(31 * DAY)
    said = folded(stack.preview())
    assert_shown("11-archive-the-history", said)
    assert f"this update moves {second}, " in said
    assert "d old, to the archive: an archive cannot be made standard again nor copied" in said
    stack.up()
    assert (stack.outputs()["snapshot"], stack.outputs()["category"]) == (second, "archive")
    assert {snapshot.id: snapshot.category for snapshot in emulator.world.snapshots} == {
        first: "archive",
        second: "archive",
    }
    stack.preview("--expect-no-changes")
    assert [call.params["SnapshotId"] for call in _archiving(emulator)] == [first, second]

    program = stack.project / "__main__.py"
    program.write_text(program.read_text().replace("archive_after=30", "archive_after=90"))
    with pytest.raises(PulumiFailed) as failed:
        stack.preview()
    assert f"cannot be raised to 90: snapshot {second} is archived" in folded(str(failed.value))


def _archiving(emulator: Emulator) -> list[CallEntry]:
    """Gives what ECS agreed to; to the provider, which is ahead, a new snapshot looks old enough at once."""
    return [call for call in emulator.calls("ModifySnapshotCategory") if call.code is None]
