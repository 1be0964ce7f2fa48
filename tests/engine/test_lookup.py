"""Existing snapshots are read and found by programs, and never changed."""

from __future__ import annotations

import pytest
from harness import NewStack, folded
from workbench.stack import PulumiFailed

from alicloud_snapshot_provider.ledger.intent import GENERATION_TAG, SERIES_TAG
from ecs_emulator import Emulator, Seed, default_seed

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
from pulumi_alicloud_snapshot import Snapshot, get_snapshot, get_snapshots, get_snapshots_output

found = Snapshot.get("found", "s-old")
pulumi.export("disk", found.source_disk_id)
pulumi.export("size", found.source_disk_size)
pulumi.export("newest", get_snapshot(disk_id="d-demo-system").snapshot_id)
pulumi.export("all", [snapshot.snapshot_id for snapshot in get_snapshots(disk_id="d-demo-system")])
pulumi.export("tagged", len(get_snapshots(tags={"team": "web"})))
pulumi.export("by_output", get_snapshots_output(disk_id=found.source_disk_id).apply(len))
"""


FAMILY = """
import pulumi
import pulumi_alicloud_snapshot as snapshots

group = snapshots.SnapshotGroup.get("group", "ssg-old")
members = snapshots.SnapshotSet.get("set", "fleet:1")
away = snapshots.SnapshotCopy.get("away", "s-away", destination_region="cn-beijing")
lock = snapshots.SnapshotLock.get("lock", "s-new")
pulumi.export("group", group.snapshot_ids)
pulumi.export("set", members.snapshot_ids)
pulumi.export("away", away.source_region_id)
pulumi.export("lock", lock.lock_duration)
"""


FOUND = {
    "disk": "d-demo-system",
    "size": 40,
    "newest": "s-new",
    "all": ["s-new", "s-old"],
    "tagged": 1,
    "by_output": 2,
}
FOUND_OF_THE_FAMILY = {
    "group": {"d-demo-data": "s-grouped"},
    "set": {"d-demo-data": "s-fleet"},
    "away": "cn-hangzhou",
    "lock": 30,
}
IMPOSSIBLE = """
from pulumi_alicloud_snapshot import get_snapshot, get_snapshots

try:
    get_snapshots()
finally:
    get_snapshot(disk_id="d-none")
"""


@pytest.fixture
def seed() -> Seed:
    day = 24 * 3_600.0
    return {
        **default_seed(),
        "snapshots": [
            {"id": "s-old", "disk_id": "d-demo-system", "creation_time": 1 * day, "tags": {"team": "web"}},
            {"id": "s-new", "disk_id": "d-demo-system", "creation_time": 2 * day, "lock": {"duration_days": 30}},
            {"id": "s-grouped", "disk_id": "d-demo-data", "group_id": "ssg-old"},
            {"id": "s-fleet", "disk_id": "d-demo-data", "tags": {SERIES_TAG: "fleet", GENERATION_TAG: "1"}},
            {"id": "s-away", "disk_id": "d-demo-data", "region_id": "cn-beijing"}
            | {"source_snapshot_id": "s-old", "source_region_id": "cn-hangzhou"},
        ],
        "snapshot_groups": [{"id": "ssg-old"}],
    }


def test_what_exists_is_read_and_found_and_never_changed(new_stack: NewStack, emulator: Emulator) -> None:
    stack = new_stack(PROGRAM + FAMILY)
    stack.up()

    assert stack.outputs() == FOUND | FOUND_OF_THE_FAMILY
    stack.preview("--expect-no-changes")

    emulator.world.remove(emulator.world.snapshots.get("s-old"))
    with pytest.raises(PulumiFailed) as failed:
        stack.preview()
    said = folded(str(failed.value))
    assert "there is no snapshot s-old in region cn-hangzhou what to do: Correct the id, or give the region" in said
    assert "takes a new one" not in said
    stack.destroy()
    assert emulator.calls(mutating=True) == []


@pytest.mark.exhaustive
def test_groups_sets_copies_and_locks_are_read_by_id(new_stack: NewStack, emulator: Emulator) -> None:
    stack = new_stack(FAMILY)
    stack.up()

    assert stack.outputs() == FOUND_OF_THE_FAMILY
    stack.preview("--expect-no-changes")
    stack.destroy()
    assert emulator.calls(mutating=True) == []


def test_a_lookup_that_cannot_work_says_why(new_stack: NewStack) -> None:
    stack = new_stack(IMPOSSIBLE)
    with pytest.raises(PulumiFailed) as failed:
        stack.preview()
    said = str(failed.value)
    assert "ValueError: no filter is given: give ids, disk_id, series, guarded or tags" in said
    assert "LookupError: no snapshot matches disk_id='d-none': correct the filters" in said
