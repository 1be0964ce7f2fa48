"""A set's life through the plugin, on the real engine."""

from __future__ import annotations

import pytest
from harness import NewStack
from workbench.history import mutations

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

PROGRAM = """
    import pulumi
    from pulumi_alicloud_snapshot import plugin

    config = pulumi.Config()
    fleet = plugin.SnapshotSet(
        "fleet",
        disk_ids=["d-demo-system", "d-demo-efficiency"],
        description=config.get("description") or "as declared",
    )
    pulumi.export("id", fleet.id)
    pulumi.export("members", fleet.snapshot_ids)
"""


def test_a_set_is_foreseen_taken_changed_and_destroyed(new_stack: NewStack, emulator: Emulator) -> None:
    stack = new_stack(PROGRAM)
    assert "set of 2 snapshots, 2 of them full" in stack.preview()
    assert mutations(emulator) == []

    stack.up()
    first = stack.outputs()
    assert sorted(first["members"]) == ["d-demo-efficiency", "d-demo-system"]
    stack.refresh("--expect-no-changes")

    stack.configure({"description": "changed in place"})
    stack.up()
    assert stack.outputs() == first
    assert {each["description"] for each in emulator.describe_world()["snapshots"]} == {"changed in place"}

    stack.destroy()
    assert emulator.describe_world()["snapshots"] == []
