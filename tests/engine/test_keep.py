"""Retention by the calendar on the engine: the preview names each rule, and a replacement keeps what they say."""

from __future__ import annotations

import pytest
from harness import NewStack, folded
from workbench.stack import PulumiFailed

from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
import pulumi_alicloud_snapshot as snapshots

config = pulumi.Config()
snapshot = snapshots.Snapshot(
    "web",
    disk_id="d-demo-system",
    triggers=config.get("release") or "0",
    keep=snapshots.KeepArgs(last=2, monthly=config.get_int("monthly")),
)
pulumi.export("id", snapshot.id)
"""


@pytest.fixture
def speed() -> float:
    return 600.0


@pytest.mark.exhaustive
def test_keep_is_previewed_and_carried_out_and_its_change_takes_nothing(
    new_stack: NewStack, emulator: Emulator
) -> None:
    stack = new_stack(PROGRAM)
    stack.configure({"monthly": "-2"})
    with pytest.raises(PulumiFailed, match=r"keep\.monthly must be 0 to 10000, or -1 for all, got -2"):
        stack.preview()
    taken = []
    for release in ("0", "1", "2"):
        stack.configure({"release": release, "monthly": "0"})
        previewed = folded(stack.preview()) if release == "2" else ""
        stack.up()
        taken.append(stack.outputs()["id"])
    assert f"{taken[1]} stays: kept by last 2 of 2" in previewed
    assert f"{taken[0]} goes: no rule keeps it" in previewed
    assert sorted(each.id for each in emulator.world.snapshots) == sorted(taken[1:])

    stack.configure({"monthly": "3"})
    stack.up()
    assert stack.outputs()["id"] == taken[2]
    stack.preview("--expect-no-changes")
