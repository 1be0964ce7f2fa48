"""The example of every disk of an instance, through its whole life."""

from __future__ import annotations

import pytest
from alibabacloud_ecs20140526 import models
from harness import NewStack, folded
from running import RunningUp, listed_orphans
from shown import assert_shown
from workbench.ecs import ecs_client
from workbench.history import mutations
from workbench.stack import PulumiFailed, Stack

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine


@pytest.fixture
def speed() -> float:
    return 600.0


@pytest.fixture
def stack(example_stack: NewStack) -> Stack:
    return example_stack("07-every-disk-of-an-instance")


@pytest.mark.exhaustive
def test_a_set_is_taken_changed_outside_replaced_and_destroyed(stack: Stack, emulator: Emulator) -> None:
    assert_shown("07-every-disk-of-an-instance", stack.preview())
    assert mutations(emulator) == []
    stack.up()
    first = stack.outputs()
    assert sorted(first["members"]) == ["d-demo-data", "d-demo-system"]
    assert listed_orphans(stack) == (0, [])
    stack.preview("--expect-no-changes")
    stack.refresh("--expect-no-changes")

    odd = first["members"]["d-demo-system"]
    ecs_client(emulator).modify_snapshot_attribute(
        models.ModifySnapshotAttributeRequest(snapshot_id=odd, description="by hand")
    )
    assert (
        "description was changed outside Pulumi from 'Before the release' to 'by hand': "
        "the next `pulumi up` changes it back"
    ) in folded(stack.refresh())
    stack.up()
    assert {each["description"] for each in emulator.describe_world()["snapshots"]} == {"Before the release"}

    stack.configure({"release": "v2"})
    stack.up()
    second = stack.outputs()
    assert _alive(emulator) == sorted([*first["members"].values(), *second["members"].values()])
    assert listed_orphans(stack) == (0, [])

    stack.destroy()
    assert _alive(emulator) == []


@pytest.mark.exhaustive
def test_what_a_refused_run_began_is_completed_by_the_next(stack: Stack, emulator: Emulator) -> None:
    emulator.add_faults(
        {"action": "CreateSnapshot", "kind": "error", "code": "IncorrectDiskStatus", "status": 403, "nth": 2}
    )
    with pytest.raises(PulumiFailed) as failed:
        stack.up()
    said = folded(str(failed.value))
    assert "1 of 2 disks have no snapshot: disk d-demo-" in said
    assert "it keeps the others and takes only what is missing" in said
    (begun,) = _alive(emulator)

    stack.up()
    made = sorted(stack.outputs()["members"].values())
    assert begun in made
    assert made == _alive(emulator)


@pytest.mark.exhaustive
def test_a_run_that_was_killed_is_resumed_with_one_snapshot_of_each_disk(stack: Stack, emulator: Emulator) -> None:
    with RunningUp(stack) as run:
        run.until(lambda: bool(emulator.calls("CreateSnapshot"))).kill()
    stack.up()

    assert sorted(stack.outputs()["members"].values()) == _alive(emulator)
    assert len(_alive(emulator)) == 2


def _alive(emulator: Emulator) -> list[str]:
    return sorted(snapshot["id"] for snapshot in emulator.describe_world()["snapshots"])
