"""The preview says what a snapshot will be like, on the resource, before anything is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from harness import NewStack, folded
from workbench.stack import Stack

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
from pulumi_alicloud_snapshot import Snapshot

release = pulumi.Config().get("release") or "1"
Snapshot(
    "web", disk_id="d-demo-system", tags={"team": "web"}, triggers=release, window=pulumi.Config().get("window")
)
"""


@pytest.fixture
def stack(new_stack: NewStack) -> Stack:
    return new_stack(PROGRAM)


def test_a_preview_says_what_a_snapshot_will_be_like(stack: Stack, emulator: Emulator) -> None:
    said = folded(stack.preview())

    assert said.count("at most 40 GiB") == 1, "a fact is read once, not also in each row of the resource"
    assert "plan: full snapshot, about 1 min, at most 40 GiB and USD 0.69 a month" in said
    assert "system disk d-demo-system, 40 GiB cloud_essd, of instance i-demo" in said
    assert "the disk's first snapshot: stores every used block" in said
    assert "keep the state of i-demo unchanged meanwhile: no stop, no restart" in said
    assert "of instance i-demo, without its other disks (d-demo-data)" in said
    assert "that this snapshot leaves out" not in said
    assert emulator.calls(mutating=True) == []

    rows, _, left = stack.up().partition("Diagnostics:")
    assert "full snapshot, about 1 min, at most 40 GiB and USD 0.69 a month" in rows
    assert "plan:" not in rows + left
    assert "full snapshot" not in left, "what the preview said is not said again"
    first = _id(stack)
    assert "plan:" not in stack.preview()

    far = datetime.now(UTC) + timedelta(hours=12)
    window = f"{far:%H:%M}-{far + timedelta(hours=1):%H:%M} UTC"
    stack.configure({"release": "2", "alicloud-snapshot:pricePerGibMonth": "1", "window": window})
    said = folded(stack.preview())
    assert "plan: incremental snapshot, about" in said
    assert f"stores what changed since {first}," in said
    assert " old, which took 23 s" in said
    assert "1 to replace" in said
    assert "[diff: +window~triggers];" in said, "the tags that the ledger changes are none of the user's"
    assert "USD 40.00 a month" in said, "the user's own price"
    assert f"warning: now is outside the maintenance window {window}: creation slows" in said


def _id(stack: Stack) -> str:
    (snapshot,) = (resource for resource in stack.resources() if resource["type"].endswith(":Snapshot"))
    return str(snapshot["id"])
