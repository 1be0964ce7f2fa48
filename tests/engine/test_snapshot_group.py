"""The example of a striped volume, through its whole life."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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

ACTS = ("StopInstance", "ResetDisks", "StartInstance")


@pytest.fixture
def speed() -> float:
    return 600.0


@pytest.fixture
def stack(example_stack: NewStack) -> Stack:
    return example_stack("06-striped-volume")


def test_a_group_comes_before_the_disks_made_from_it_from_release_to_release(stack: Stack, emulator: Emulator) -> None:
    assert_shown("06-striped-volume", stack.preview())
    assert mutations(emulator) == []
    stack.up()
    first = stack.outputs()
    seen = history(emulator)
    begun = seen.index(next(line for line in seen if line.startswith("CreateDisk")))
    assert {f"snapshot.accomplished {member}" for member in first["members"].values()} <= set(seen[:begun])
    assert sorted(first["members"]) == ["d-demo-data", "d-demo-system"]

    broken = _written(emulator, first["members"])
    stack.configure({"broken": "volume corrupt"})
    assert "EVERYTHING written to disks d-demo-data, d-demo-system after 20" in folded(stack.preview())
    stack.up()
    safe = stack.outputs()["safetySnapshots"]
    assert _contents(emulator, "disks", safe) == _kept(emulator, first["members"])
    assert _kept(emulator, safe) == broken
    assert [line.split()[0] for line in mutations(emulator) if line.startswith(ACTS)] == list(ACTS)

    stack.configure({"release": "v2", "broken": ""})
    stack.up()
    second = stack.outputs()
    (safety,) = set(_alive(emulator)) - {first["group"], second["group"]}
    assert len(_alive(emulator)) == 3

    stack.destroy()
    assert _alive(emulator) == [safety]
    assert {each["id"] for each in emulator.describe_world()["snapshots"]} == set(safe.values())


@pytest.mark.exhaustive
def test_what_changed_outside_is_told_and_undone_and_what_is_lost_is_taken_again(
    stack: Stack, emulator: Emulator
) -> None:
    stack.up()
    made = stack.outputs()
    ecs = ecs_client(emulator)
    change = models.ModifySnapshotGroupRequest(
        region_id="cn-hangzhou", snapshot_group_id=made["group"], description="by hand"
    )
    ecs.modify_snapshot_group(change)
    said = folded(stack.refresh())
    assert (
        "description was changed outside Pulumi from 'The striped volume as it was at the release' to 'by hand': "
        "the next `pulumi up` changes it back"
    ) in said
    stack.up()
    (group,) = emulator.describe_world()["snapshot_groups"]
    assert (group["id"], group["description"]) == (made["group"], "The striped volume as it was at the release")

    ecs.delete_snapshot_group(
        models.DeleteSnapshotGroupRequest(region_id="cn-hangzhou", snapshot_group_id=made["group"])
    )
    assert f"snapshot group {made['group']} is gone" in folded(stack.refresh())
    stack.up()
    assert _alive(emulator) == [stack.outputs()["group"]]


@pytest.mark.exhaustive
def test_disks_that_cannot_be_one_group_fail_the_preview(stack: Stack) -> None:
    stack.configure({"diskIds[1]": "d-demo-beijing", "diskIds[0]": "d-demo-system"})

    with pytest.raises(PulumiFailed) as failed:
        stack.preview()

    assert "disk 'd-demo-beijing' is not in region cn-hangzhou" in folded(str(failed.value))


@pytest.mark.exhaustive
def test_a_run_that_was_killed_while_it_waited_is_resumed_with_one_group(stack: Stack, emulator: Emulator) -> None:
    with RunningUp(stack) as run:
        run.until(lambda: bool(emulator.calls("CreateSnapshotGroup"))).kill()
    stack.up()

    assert _alive(emulator) == [stack.outputs()["group"]]
    assert len([call for call in mutations(emulator) if call.startswith("CreateSnapshotGroup")]) == 1


def _written(emulator: Emulator, disk_ids: Iterable[str]) -> dict[str, int]:
    """Write something broken to the disks, to each as much as to no other, and return what they hold then."""
    for gib, disk_id in enumerate(sorted(disk_ids), 3):
        emulator.write_disk(disk_id, gib)
    return _contents(emulator, "disks", disk_ids)


def _kept(emulator: Emulator, snapshot_ids: Mapping[str, str]) -> dict[str, int]:
    held = _contents(emulator, "snapshots", snapshot_ids.values())
    return {disk_id: held[snapshot_id] for disk_id, snapshot_id in snapshot_ids.items()}


def _contents(emulator: Emulator, kind: str, ids: Iterable[str]) -> dict[str, int]:
    wanted = set(ids)
    return {each["id"]: each["content_version"] for each in emulator.describe_world()[kind] if each["id"] in wanted}


def _alive(emulator: Emulator) -> list[str]:
    return sorted(group["id"] for group in emulator.describe_world()["snapshot_groups"])
