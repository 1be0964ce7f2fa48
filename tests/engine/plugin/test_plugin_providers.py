"""Explicit providers, secrets and configurations that cannot work."""

from __future__ import annotations

import json

import pytest
from harness import NewStack, folded, world
from workbench.stack import PulumiFailed

from ecs_emulator import Emulator, Seed

pytestmark = pytest.mark.engine

TWO_REGIONS = """
    import pulumi
    from pulumi_alicloud_snapshot import plugin

    shared = plugin.ProviderArgs.of_alicloud()
    shared.region = "cn-beijing"
    beijing = plugin.Provider("beijing", shared)
    near = plugin.Snapshot("near", disk_id="d-hangzhou")
    far = plugin.Snapshot("far", disk_id="d-beijing", opts=pulumi.ResourceOptions(provider=beijing))
    pulumi.export("regions", [near.region_id, far.region_id])
"""

SECRET = """
    import pulumi
    from pulumi_alicloud_snapshot import plugin

    disk = pulumi.Output.secret("d-hangzhou")
    snapshot = plugin.Snapshot("web", disk_id=disk, tags={"owner": pulumi.Output.secret("somebody")})
    pulumi.export("disk", snapshot.source_disk_id)
"""

MISSPELLED = """
    from pulumi_alicloud_snapshot import plugin

    plugin.Snapshot("web", disk_id="volume-1", keep_last=0)
"""


@pytest.fixture
def seed() -> Seed:
    """A system disk in each region."""
    disks = [
        {"id": "d-hangzhou", "region_id": "cn-hangzhou", "type": "system", "instance_id": "i-hangzhou"},
        {"id": "d-beijing", "region_id": "cn-beijing", "type": "system", "instance_id": "i-beijing"},
    ]
    instances = [{"id": disk["instance_id"], "region_id": disk["region_id"]} for disk in disks]
    return world(instances=instances, disks=disks)


def test_two_providers_serve_two_regions(new_stack: NewStack, emulator: Emulator) -> None:
    stack = new_stack(TWO_REGIONS)
    stack.up()
    assert stack.outputs()["regions"] == ["cn-hangzhou", "cn-beijing"]
    stack.destroy()
    assert emulator.describe_world()["snapshots"] == []


def test_secret_inputs_are_secret_outputs_too(new_stack: NewStack, emulator: Emulator) -> None:
    stack = new_stack(SECRET)
    stack.up()
    state = json.dumps(stack.resources())
    assert "d-hangzhou" not in state
    assert "somebody" not in state
    assert "[secret]" in stack.run("stack", "output")
    assert emulator.describe_world()["snapshots"][0]["tags"]["owner"] == "somebody"
    stack.preview("--expect-no-changes")


def test_every_argument_that_cannot_work_is_named_as_the_schema_names_it(new_stack: NewStack) -> None:
    with pytest.raises(PulumiFailed) as failed:
        new_stack(MISSPELLED).preview()
    said = folded(str(failed.value))
    assert "property diskId value {volume-1} has a problem: must be the id of a disk" in said
    assert "property keepLast value {0} has a problem: must be 1 to 256" in said


def test_a_configuration_that_cannot_work_is_named(new_stack: NewStack) -> None:
    stack = new_stack(SECRET)
    stack.configure({"alicloud-snapshot:protocol": "FTP", "alicloud-snapshot:regions": "cn-beijing"})
    with pytest.raises(PulumiFailed) as failed:
        stack.preview()
    said = folded(str(failed.value))
    assert "alicloud-snapshot:protocol must be HTTP or HTTPS, got 'FTP'" in said
    assert "did you mean region?" in said
