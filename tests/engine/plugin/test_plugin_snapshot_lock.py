"""A lock through the plugin, on the real engine."""

from __future__ import annotations

import pytest
from harness import NewStack, folded
from workbench.history import mutations

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

PROGRAM = """
    import pulumi
    from pulumi_alicloud_snapshot import plugin

    days = pulumi.Config().get_int("days") or 30
    books = plugin.Snapshot("books", disk_id="d-demo-system")
    kept = plugin.SnapshotLock("kept", snapshot_id=books.id, lock_duration=days, cool_off_period=24)
    pulumi.export("snapshot", books.id)
    pulumi.export("status", kept.lock_status)
"""


def test_a_lock_is_made_extended_and_undone(new_stack: NewStack, emulator: Emulator) -> None:
    stack = new_stack(PROGRAM)
    stack.up()
    made = stack.outputs()
    assert made["status"] == "compliance-cooloff"
    stack.refresh("--expect-no-changes")

    stack.configure({"days": "60"})
    assert f"warning: locks {made['snapshot']} for 60 days" in folded(stack.preview())
    stack.up()
    stack.destroy()

    locks = [line.split()[0] for line in mutations(emulator) if "lockSnapshot" in line or "LockSnapshot" in line]
    assert locks == ["LockSnapshot", "LockSnapshot", "UnlockSnapshot"]
    assert emulator.describe_world()["snapshots"] == []
