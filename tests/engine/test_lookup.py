"""Existing snapshots are read and found by programs, and never changed."""

from __future__ import annotations

import pytest
from harness import NewStack
from workbench.stack import PulumiFailed

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


@pytest.fixture
def seed() -> Seed:
    day = 24 * 3_600.0
    return {
        **default_seed(),
        "snapshots": [
            {"id": "s-old", "disk_id": "d-demo-system", "creation_time": 1 * day, "tags": {"team": "web"}},
            {"id": "s-new", "disk_id": "d-demo-system", "creation_time": 2 * day},
        ],
    }


def test_snapshots_are_read_by_id_and_found_by_disk_and_tags(new_stack: NewStack, emulator: Emulator) -> None:
    stack = new_stack(PROGRAM)
    stack.up()

    assert stack.outputs() == {
        "disk": "d-demo-system",
        "size": 40,
        "newest": "s-new",
        "all": ["s-new", "s-old"],
        "tagged": 1,
        "by_output": 2,
    }
    stack.destroy()
    assert emulator.calls(mutating=True) == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("get_snapshot(disk_id='d-none')", "LookupError: no snapshot matches disk_id='d-none': correct the filters"),
        ("get_snapshots()", "ValueError: no filter is given: give ids, disk_id, series, guarded or tags"),
    ],
)
def test_a_lookup_that_cannot_work_says_why(new_stack: NewStack, line: str, says: str) -> None:
    stack = new_stack(f"from pulumi_alicloud_snapshot import get_snapshot, get_snapshots\n{line}\n")
    with pytest.raises(PulumiFailed) as failed:
        stack.preview()
    assert says in str(failed.value)
