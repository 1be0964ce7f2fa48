"""A group's life through the plugin, on the real engine."""

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
    group = plugin.SnapshotGroup(
        "volume",
        instance_id="i-demo",
        description=config.get("description") or "as declared",
        triggers=[config.get("release") or "v1"],
    )
    pulumi.export("id", group.id)
    pulumi.export("members", group.snapshot_ids)
"""


def test_a_group_is_foreseen_taken_changed_replaced_and_destroyed(new_stack: NewStack, emulator: Emulator) -> None:
    stack = new_stack(PROGRAM)
    assert "crash-consistent group of 2 disks" in stack.preview()
    assert mutations(emulator) == []

    stack.up()
    first = stack.outputs()
    assert sorted(first["members"]) == ["d-demo-data", "d-demo-system"]
    stack.preview("--expect-no-changes")
    stack.refresh("--expect-no-changes")

    stack.configure({"description": "changed in place"})
    stack.up()
    assert stack.outputs() == first
    (group,) = emulator.describe_world()["snapshot_groups"]
    assert group["description"] == "changed in place"

    stack.configure({"release": "v2"})
    stack.up()
    (group,) = emulator.describe_world()["snapshot_groups"]
    assert group["id"] == stack.outputs()["id"] != first["id"]

    stack.destroy()
    assert emulator.describe_world()["snapshot_groups"] == []
