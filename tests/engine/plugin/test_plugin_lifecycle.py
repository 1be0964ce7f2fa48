"""A snapshot's life through the plugin, on the real engine."""

from __future__ import annotations

import pytest
from alibabacloud_ecs20140526 import models
from harness import NewStack, folded
from workbench.ecs import ecs_client
from workbench.history import history, mutations
from workbench.stack import Stack

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

PROGRAM = """
    import pulumi
    from pulumi_alicloud_snapshot import plugin

    config = pulumi.Config()
    snapshot = plugin.Snapshot(
        "web",
        disk_id="d-demo-system",
        description=config.get("description") or "as declared",
        tags={"disk_id": "kept as it is"},
        triggers=[config.get("release") or "v1"],
        opts=pulumi.ResourceOptions(
            ignore_changes=(config.get("ignored") or "").split(),
            replace_on_changes=(config.get("replacing") or "").split(),
        ),
    )
    pulumi.export("id", snapshot.id)
    pulumi.export("description", snapshot.description)
    pulumi.export("tags", snapshot.tags)
    pulumi.export("size", snapshot.source_disk_size)
    pulumi.export("status", snapshot.status)
"""


@pytest.fixture
def stack(new_stack: NewStack) -> Stack:
    return new_stack(PROGRAM)


@pytest.mark.exhaustive
def test_a_snapshot_is_foreseen_taken_changed_replaced_and_destroyed(stack: Stack, emulator: Emulator) -> None:
    foreseen = stack.preview("--diff")
    assert 'series        : "engine-test/test/web#' in foreseen
    assert foreseen.count("full snapshot, about 1 min") == 1
    assert mutations(emulator) == []

    shown, _, left = stack.up().partition("Diagnostics:")
    assert "s left, already available" in shown
    assert "full snapshot, about 1 min" in shown
    assert "full snapshot" not in left
    assert "s left" not in left
    first = stack.outputs()
    assert (first["tags"], first["size"], first["status"]) == ({"disk_id": "kept as it is"}, 40, "accomplished")
    stack.preview("--expect-no-changes")

    stack.configure({"description": "changed in place"})
    assert '~ description: "as declared" => "changed in place"' in stack.preview("--diff")
    assert "1 updated" in stack.up()
    assert stack.outputs() == first | {"description": "changed in place"}

    stack.configure({"release": "v2"})
    stack.up()
    second = stack.outputs()["id"]
    stack.destroy()

    assert [line for line in history(emulator) if not line.startswith(("Tag", "snapshot.cut", "snapshot.av"))] == [
        "CreateSnapshot d-demo-system",
        f"snapshot.created {first['id']}",
        f"snapshot.accomplished {first['id']}",
        f"ModifySnapshotAttribute {first['id']}",
        "CreateSnapshot d-demo-system",
        f"snapshot.created {second}",
        f"snapshot.accomplished {second}",
        f"DeleteSnapshot {first['id']}",
        f"snapshot.deleted {first['id']}",
        f"DeleteSnapshot {second}",
        f"snapshot.deleted {second}",
    ]


@pytest.mark.exhaustive
def test_the_engine_s_own_options_about_changes_hold(stack: Stack) -> None:
    stack.up()
    stack.configure({"description": "changed", "ignored": "description"})
    stack.preview("--expect-no-changes")

    stack.configure({"ignored": "", "replacing": "description"})
    assert "1 to replace" in stack.preview()


@pytest.mark.exhaustive
def test_what_changed_outside_is_told_and_undone_and_what_is_gone_is_taken_again(
    stack: Stack, emulator: Emulator
) -> None:
    stack.up()
    snapshot_id = stack.outputs()["id"]
    change = models.ModifySnapshotAttributeRequest(snapshot_id=snapshot_id, description="by hand")
    ecs_client(emulator).modify_snapshot_attribute(change)

    said = folded(stack.refresh())
    assert "description was changed outside Pulumi from 'as declared' to 'by hand'" in said
    assert '~ description: "by hand" => "as declared"' in stack.preview("--diff")
    stack.up()
    assert [snapshot.description for snapshot in emulator.world.snapshots] == ["as declared"]

    ecs_client(emulator).delete_snapshot(models.DeleteSnapshotRequest(snapshot_id=snapshot_id))
    assert f"snapshot {snapshot_id} is gone" in folded(stack.refresh())
    assert "1 created" in stack.up()
