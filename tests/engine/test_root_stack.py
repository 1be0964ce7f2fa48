"""The stack that `make demo` runs, told by what the emulator saw."""

from __future__ import annotations

import pytest
from shown import assert_shown
from workbench.history import history, mutations
from workbench.stack import Stack

pytestmark = pytest.mark.engine


def test_a_preview_makes_no_mutating_call(root_stack: Stack) -> None:
    said = root_stack.preview()
    assert "5 to create" in said
    assert_shown("01-image-and-disk", said)
    assert mutations(root_stack.emulator) == []


def test_snapshot_image_and_disk_are_made_in_that_order(root_stack: Stack) -> None:
    root_stack.up()
    made = root_stack.outputs()

    seen = history(root_stack.emulator)
    steps = [
        "CreateSnapshot d-demo-system",
        f"snapshot.accomplished {made['systemSnapshot']}",
        f"CreateImage {made['systemSnapshot']}",
        f"image.available {made['imageId']}",
        f"CreateDisk {made['dataSnapshot']}",
    ]
    assert [line for line in seen if line in steps] == steps


def test_a_second_up_changes_nothing(root_stack: Stack) -> None:
    root_stack.up()
    before = mutations(root_stack.emulator)

    assert "5 unchanged" in root_stack.up()
    assert mutations(root_stack.emulator) == before


def test_a_changed_trigger_replaces_the_snapshot_before_the_image(root_stack: Stack) -> None:
    root_stack.up()
    old = root_stack.outputs()
    root_stack.configure({"release": "v2"})
    root_stack.up()
    new = root_stack.outputs()

    seen = history(root_stack.emulator)
    steps = [
        f"snapshot.accomplished {new['systemSnapshot']}",
        f"CreateImage {new['systemSnapshot']}",
        f"DeleteImage {old['imageId']}",
        f"DeleteSnapshot {old['systemSnapshot']}",
    ]
    assert [line for line in seen if line in steps] == steps
    assert new["dataSnapshot"] == old["dataSnapshot"]


def test_a_refresh_of_what_nobody_touched_changes_nothing(root_stack: Stack) -> None:
    root_stack.up()
    before = mutations(root_stack.emulator)

    root_stack.refresh("--expect-no-changes")
    assert mutations(root_stack.emulator) == before


def test_a_destroy_leaves_no_snapshot(root_stack: Stack) -> None:
    root_stack.up()
    root_stack.destroy()

    assert root_stack.emulator.describe_world()["snapshots"] == []
    assert root_stack.resources() == []
