"""A copy through the plugin, on the real engine."""

from __future__ import annotations

import pytest
from harness import NewStack, folded
from workbench.history import mutations

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

PROGRAM = """
    import pulumi
    from pulumi_alicloud_snapshot import plugin

    config = pulumi.Config()
    near = plugin.Snapshot("near", disk_id="d-demo-system")
    away = plugin.SnapshotCopy(
        "away",
        source_snapshot_id=near.id,
        destination_region="cn-beijing",
        encrypted=True,
        description=config.get("description") or "as declared",
    )
    pulumi.export("near", near.id)
    pulumi.export("away", away.id)
    pulumi.export("region", away.region_id)
    pulumi.export("encrypted", away.encrypted)
"""


def test_a_copy_is_made_changed_and_destroyed(new_stack: NewStack, emulator: Emulator) -> None:
    stack = new_stack(PROGRAM)
    stack.up()
    made = stack.outputs()
    assert (made["region"], made["encrypted"]) == ("cn-beijing", True)
    stack.refresh("--expect-no-changes")

    stack.configure({"description": "changed in place"})
    assert '~ description: "as declared" => "changed in place"' in folded(stack.preview("--diff"))
    stack.up()
    assert stack.outputs() == made

    stack.destroy()
    changes = [
        f"CopySnapshot {made['near']}",
        f"ModifySnapshotAttribute {made['away']}",
        f"DeleteSnapshot {made['away']}",
    ]
    assert [line for line in mutations(emulator) if line in changes] == changes
    assert emulator.describe_world()["snapshots"] == []
