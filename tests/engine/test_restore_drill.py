"""A drill on the engine: what depends on it begins only once the snapshot is proven. Nothing of it stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from harness import NewStack, folded
from shown import assert_shown
from workbench.history import history
from workbench.stack import PulumiFailed

from alicloud_snapshot_provider.ledger.proof import proof_of
from ecs_emulator import Emulator

pytestmark = pytest.mark.engine

DRILLED = ["CreateDisk", "AttachDisk", "RunCommand", "RunCommand", "DetachDisk", "DeleteDisk"]

PROGRAM = """
import pulumi
import pulumi_alicloud_snapshot as snapshots
from pulumi_alicloud import ecs

config = pulumi.Config()
release = config.require("release")
before = snapshots.Snapshot("before", disk_id="d-demo-system", triggers=release)
proven = snapshots.RestoreDrill(
    "proven",
    snapshot_id=before.id,
    instance_id="i-helper",
    triggers=config.get("week"),
    checks={"rows": snapshots.DrillCheckArgs(command="count-rows", timeout=30)},
)
golden = ecs.Image(
    "golden",
    image_name=f"golden-{release}",
    snapshot_id=before.id,
    opts=pulumi.ResourceOptions(depends_on=[proven]),
)
pulumi.export("before", before.id)
pulumi.export("image", golden.id)
pulumi.export("verified_at", proven.verified_at)
pulumi.export("verified_by", proven.verified_by)
"""


@pytest.fixture
def speed() -> float:
    return 600.0


def test_an_image_waits_until_its_snapshot_is_proven_and_is_not_made_of_a_damaged_one(
    new_stack: NewStack, emulator: Emulator
) -> None:
    emulator.add_seed({"instances": [{"id": "i-helper"}]})
    _damage(emulator, damaged=True)
    stack = new_stack(PROGRAM)
    stack.configure({"release": "v1"})
    with pytest.raises(PulumiFailed) as failed:
        stack.up()
    said = folded(str(failed.value))
    assert "the restore drill of snapshot s-" in said
    assert "failed: check file-system on i-helper exited with code 124: the file system on disk d-" in said
    assert "what to do: Do not rely on this snapshot: look into it, or take another one." in said
    assert _disks(emulator) == []
    assert "CreateImage" not in [call.action for call in emulator.calls()]
    (damaged,) = emulator.world.snapshots
    assert proof_of(damaged) is None

    _damage(emulator, damaged=False)
    stack.configure({"release": "v2"})
    stack.up()
    outputs = stack.outputs()
    good = outputs["before"]
    assert outputs["verified_by"] == "i-helper"
    assert str(proof_of(emulator.world.snapshots[good])) == f"{outputs['verified_at']} on i-helper"
    steps = history(emulator)
    restored, imaged = steps.index(f"CreateDisk {good}"), steps.index(f"CreateImage {good}")
    between = [step.split()[0] for step in steps[restored:imaged]]
    assert [step for step in between if step in DRILLED] == DRILLED
    assert between[-1] == "TagResources"
    assert _disks(emulator) == []
    stack.preview("--expect-no-changes")

    stack.configure({"week": "49"})
    assert "nothing that it makes stays" in folded(stack.preview())
    stack.up()
    assert _made(emulator) == 3
    assert stack.outputs()["image"] == outputs["image"]
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


def _damage(emulator: Emulator, *, damaged: bool) -> None:
    """Damage the content of the system disk, or repair it."""
    emulator.now()
    disk = emulator.world.disks["d-demo-system"]
    emulator.world.put(replace(disk, damaged=damaged))


def _disks(emulator: Emulator) -> list[str]:
    emulator.now()
    return [disk.id for disk in emulator.world.disks if disk.source_snapshot_id]


def _made(emulator: Emulator) -> int:
    return [call.action for call in emulator.calls()].count("CreateDisk")
