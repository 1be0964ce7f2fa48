"""Snapshots that exist already: imported, read, found, and handed over by the dynamic resource."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import NewStack, elsewhere, folded, strip_tags
from workbench.history import mutations
from workbench.stack import Stack

from ecs_emulator import Emulator, Seed, default_seed

pytestmark = pytest.mark.engine

SNAPSHOT = "s-by-hand"

DECLARED = """
    import pulumi
    from pulumi_alicloud_snapshot import plugin

    snapshot = plugin.Snapshot(
        "web",
        disk_id="d-demo-data",
        snapshot_name="by-hand",
        description="taken in the console",
        tags={"team": "web"},
        opts=pulumi.ResourceOptions(import_=pulumi.Config().get("import")),
    )
    pulumi.export("id", snapshot.id)
"""

FOUND = """
    import pulumi
    from pulumi_alicloud_snapshot import plugin

    def ask(function, **arguments):
        return pulumi.runtime.invoke(f"alicloud-snapshot:index:{function}", arguments).value

    pulumi.export("read", plugin.Snapshot.get("read", "s-by-hand").snapshot_name)
    pulumi.export("newest", ask("getSnapshot", diskId="d-demo-data", status="accomplished")["snapshotId"])
    pulumi.export("ids", [found["snapshotId"] for found in ask("getSnapshots", tags={"team": "web"})["snapshots"]])
"""

EITHER = """
    import pulumi
    from pulumi_alicloud_snapshot import Snapshot, plugin

    config = pulumi.Config()
    served_by = plugin.Snapshot if config.get_bool("plugin") else Snapshot
    snapshot = served_by("web", disk_id="d-demo-system", tags={"team": "web"}, triggers=[config.get("release") or "v1"])
    pulumi.export("id", snapshot.id)
    pulumi.export("series", snapshot.series)
    pulumi.export("size", snapshot.source_disk_size)
"""


@pytest.fixture
def seed() -> Seed:
    by_hand = {
        "id": SNAPSHOT,
        "disk_id": "d-demo-data",
        "name": "by-hand",
        "description": "taken in the console",
        "tags": {"team": "web"},
    }
    return {**default_seed(), "snapshots": [by_hand]}


def test_an_import_in_the_program_changes_nothing_and_is_settled(new_stack: NewStack, emulator: Emulator) -> None:
    stack = new_stack(DECLARED)
    stack.configure({"import": SNAPSHOT})
    assert "1 imported" in stack.up()
    assert mutations(emulator) == []
    stack.preview("--expect-no-changes")


def test_what_a_stack_imported_from_another_one_outlives_its_destroy_although_its_tags_are_gone(
    new_stack: NewStack, emulator: Emulator, tmp_path: Path
) -> None:
    stack = new_stack(DECLARED)
    stack.up()
    held = stack.outputs()["id"]
    other = elsewhere(stack, tmp_path / "other")
    other.configure({"import": held})
    assert "1 imported" in other.up()
    strip_tags(emulator, held)

    said = folded(other.destroy())

    assert f"keep {held}: another entry of a state held it when this one imported it" in said

    assert held in {snapshot["id"] for snapshot in emulator.describe_world()["snapshots"]}
    stack.preview("--expect-no-changes")


@pytest.mark.exhaustive
def test_an_import_by_the_command_line_gives_inputs_that_need_no_change(
    new_stack: NewStack, emulator: Emulator
) -> None:
    stack = new_stack(DECLARED)
    stack.run(
        "import",
        "alicloud-snapshot:index:Snapshot",
        "web",
        SNAPSHOT,
        "--yes",
        "--generate-code=false",
        "--protect=false",
    )
    assert mutations(emulator) == []
    stack.preview("--expect-no-changes")


@pytest.mark.exhaustive
def test_existing_snapshots_are_read_and_found(new_stack: NewStack, emulator: Emulator) -> None:
    stack = new_stack(FOUND)
    stack.up()
    assert stack.outputs() == {"read": "by-hand", "newest": SNAPSHOT, "ids": [SNAPSHOT]}
    stack.destroy()
    assert mutations(emulator) == []


def test_the_dynamic_resource_hands_its_snapshot_over_to_the_plugin(new_stack: NewStack, emulator: Emulator) -> None:
    stack = new_stack(EITHER)
    stack.up()
    before, calls = stack.outputs(), mutations(emulator)

    stack.configure({"plugin": "true"})
    assert "1 to update" in stack.preview()
    assert "1 updated" in stack.up()
    assert (stack.outputs(), mutations(emulator)) == (before, calls)
    assert _types(stack) == ["alicloud-snapshot:index:Snapshot"]
    stack.preview("--expect-no-changes")

    stack.configure({"release": "v2"})
    stack.up()
    after = stack.outputs()
    assert (after["series"], after["size"]) == (before["series"], before["size"])
    assert [snapshot["id"] for snapshot in emulator.describe_world()["snapshots"]] == [SNAPSHOT, after["id"]]


def _types(stack: Stack) -> list[str]:
    return [resource["type"] for resource in stack.resources() if resource["type"].endswith("Snapshot")]
