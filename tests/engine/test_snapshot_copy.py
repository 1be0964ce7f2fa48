"""The example of a copy in another region, through its whole life."""

from __future__ import annotations

import pytest
from alibabacloud_ecs20140526 import models
from harness import NewStack, folded
from running import RunningUp
from shown import assert_shown
from workbench.ecs import ecs_client
from workbench.history import history, mutations
from workbench.stack import PulumiFailed, Stack

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine


@pytest.fixture
def speed() -> float:
    return 600.0


@pytest.fixture
def stack(example_stack: NewStack) -> Stack:
    return example_stack("05-copy-to-another-region")


@pytest.mark.exhaustive
def test_a_copy_follows_its_snapshot_from_release_to_release(stack: Stack, emulator: Emulator) -> None:
    stack.preview()
    assert mutations(emulator) == []
    assert_shown("05-copy-to-another-region", stack.up())
    first = stack.outputs()
    steps = [
        f"snapshot.accomplished {first['near']}",
        f"CopySnapshot {first['near']}",
        f"snapshot.accomplished {first['away']}",
    ]
    assert [line for line in history(emulator) if line in steps] == steps
    assert first["awayRegion"] == "cn-beijing"
    near, away = (emulator.world.snapshots[first[name]] for name in ("near", "away"))
    assert away.content_version == near.content_version
    stack.refresh("--expect-no-changes")
    stack.preview("--expect-no-changes")

    stack.configure({"release": "v2"})
    stack.up()
    second = stack.outputs()
    assert _alive(emulator) == sorted([second["near"], first["away"], second["away"]])

    stack.destroy()
    assert _alive(emulator) == []


@pytest.mark.exhaustive
def test_what_changed_outside_is_told_and_undone_and_what_is_lost_is_copied_again(
    stack: Stack, emulator: Emulator
) -> None:
    stack.up()
    made = stack.outputs()
    beijing = ecs_client(emulator, "cn-beijing")
    beijing.modify_snapshot_attribute(
        models.ModifySnapshotAttributeRequest(snapshot_id=made["away"], description="by hand")
    )
    said = folded(stack.refresh())
    assert "description was changed outside Pulumi from 'copied from another region' to 'by hand'" in said

    stack.up()
    assert _record(emulator, made["away"])["description"] == "copied from another region"
    assert stack.outputs() == made

    beijing.delete_snapshot(models.DeleteSnapshotRequest(snapshot_id=made["away"]))
    assert f"snapshot {made['away']} is gone" in folded(stack.refresh())
    assert "full copy to cn-beijing, at most 40 GiB and USD 0.69 a month" in folded(stack.preview())
    stack.up()
    assert _alive(emulator) == sorted([made["near"], stack.outputs()["away"]])


@pytest.mark.exhaustive
def test_the_region_of_the_snapshot_itself_fails_the_preview(stack: Stack) -> None:
    stack.up()
    stack.configure({"awayRegion": "cn-hangzhou"})

    with pytest.raises(PulumiFailed) as failed:
        stack.preview()

    said = folded(str(failed.value))
    assert (
        "property destination_region value {cn-hangzhou} has a problem: must not be the snapshot's own region" in said
    )


@pytest.mark.exhaustive
def test_a_run_that_was_killed_while_it_copied_is_resumed_with_one_copy(stack: Stack, emulator: Emulator) -> None:
    with RunningUp(stack) as run:
        run.until(lambda: bool(emulator.calls("CopySnapshot"))).kill()
    stack.up()

    made = stack.outputs()
    assert _alive(emulator) == sorted([made["near"], made["away"]])
    assert mutations(emulator).count(f"CopySnapshot {made['near']}") == 1


def _alive(emulator: Emulator) -> list[str]:
    return sorted(snapshot["id"] for snapshot in emulator.describe_world()["snapshots"])


def _record(emulator: Emulator, snapshot_id: str) -> dict[str, object]:
    (record,) = (each for each in emulator.describe_world()["snapshots"] if each["id"] == snapshot_id)
    return dict(record)
