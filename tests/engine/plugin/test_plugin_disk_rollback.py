"""A rollback through the plugin, on the real engine."""

from __future__ import annotations

import pytest
from harness import NewStack, folded

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

PROGRAM = """
    import pulumi
    from pulumi_alicloud_snapshot import plugin

    config = pulumi.Config()
    good = plugin.Snapshot("good", disk_id="d-demo-data")
    if config.get("broken"):
        back = plugin.DiskRollback(
            "back",
            disk_id="d-demo-data",
            snapshot_id=good.id,
            triggers=config.require("broken"),
            stop_instance=True,
        )
        pulumi.export("safety", back.safety_snapshot_id)
    pulumi.export("good", good.id)
"""


def test_a_disk_goes_back_and_a_destroy_leaves_it_so(new_stack: NewStack, emulator: Emulator) -> None:
    stack = new_stack(PROGRAM)
    stack.up()
    emulator.write_disk("d-demo-data", 5)
    stack.configure({"broken": "orders table dropped"})

    assert "warning: EVERYTHING written to disk d-demo-data after 20" in folded(stack.preview())
    stack.up()
    disks = {disk["id"]: disk["content_version"] for disk in emulator.describe_world()["disks"]}
    snapshots = {each["id"]: each["content_version"] for each in emulator.describe_world()["snapshots"]}
    made = stack.outputs()
    assert disks["d-demo-data"] == snapshots[made["good"]] < snapshots[made["safety"]]
    stack.refresh("--expect-no-changes")

    assert f"safety snapshots that stay until you delete them: {made['safety']}" in folded(stack.destroy())
    assert [each["id"] for each in emulator.describe_world()["snapshots"]] == [made["safety"]]
