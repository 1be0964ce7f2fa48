"""A drill on the engine: what depends on it begins only once the snapshot is proven, and nothing of it stays."""

from __future__ import annotations

import pytest
from harness import NewStack, folded
from shown import assert_shown
from workbench.stack import PulumiFailed

from alicloud_snapshot_provider.ledger.proof import proof_of
from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
import pulumi_alicloud_snapshot as snapshots

config = pulumi.Config()
chosen = config.get("snapshot")
good = snapshots.Snapshot("good", disk_id="d-demo-data")
proven = snapshots.RestoreDrill(
    "proven",
    snapshot_id=chosen or good.id,
    instance_id="i-helper",
    triggers=config.get("week"),
    checks={"rows": snapshots.DrillCheckArgs(command="count-rows", timeout=30)},
)
after = snapshots.Snapshot("after", disk_id="d-demo-system", opts=pulumi.ResourceOptions(depends_on=[proven]))
pulumi.export("good", good.id)
pulumi.export("after", after.id)
pulumi.export("verified_at", proven.verified_at)
pulumi.export("verified_by", proven.verified_by)
"""


@pytest.fixture
def speed() -> float:
    return 600.0


def test_what_depends_on_a_drill_waits_until_the_snapshot_is_proven(new_stack: NewStack, emulator: Emulator) -> None:
    emulator.add_seed(
        {
            "instances": [{"id": "i-helper"}],
            "snapshots": [{"id": "s-damaged", "disk_id": "d-demo-data", "damaged": True}],
        }
    )
    stack = new_stack(PROGRAM)
    stack.configure({"snapshot": "s-damaged"})
    with pytest.raises(PulumiFailed, match="the restore drill of snapshot s-damaged failed: check file-system"):
        stack.up()
    assert _disks(emulator) == []
    assert [each.disk_id for each in emulator.world.snapshots if each.id != "s-damaged"] == ["d-demo-data"]

    stack.configure({"snapshot": ""})
    assert "nothing that it makes stays" in folded(stack.preview())
    stack.up()
    outputs = stack.outputs()
    assert outputs["verified_by"] == "i-helper"
    assert str(proof_of(emulator.world.snapshots[outputs["good"]])) == f"{outputs['verified_at']} on i-helper"
    assert _disks(emulator) == []
    stack.preview("--expect-no-changes")

    stack.configure({"week": "49"})
    stack.up()
    assert _made(emulator) == 3
    stack.destroy()
    assert _disks(emulator) == []


@pytest.mark.exhaustive
def test_the_example_proves_each_weeks_snapshot(example_stack: NewStack, emulator: Emulator) -> None:
    emulator.add_seed({"instances": [{"id": "i-helper"}]})
    stack = example_stack("16-restore-drill")
    said = [stack.preview(), stack.up()]
    stack.preview("--expect-no-changes")
    stack.configure({"week": "w49"})
    said += [stack.preview(), stack.up()]
    assert proof_of(emulator.world.snapshots[stack.outputs()["snapshot"]]) is not None
    said.append(stack.destroy())
    assert_shown("16-restore-drill", *said)


def _disks(emulator: Emulator) -> list[str]:
    emulator.now()
    return [disk.id for disk in emulator.world.disks if disk.source_snapshot_id]


def _made(emulator: Emulator) -> int:
    return [call.action for call in emulator.calls()].count("CreateDisk")
