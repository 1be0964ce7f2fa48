"""One program, two regions."""

from __future__ import annotations

import pytest
from harness import NewStack, world

from ecs_emulator import Seed

pytestmark = pytest.mark.engine

PROGRAM = """
    import pulumi
    import pulumi_alicloud as alicloud
    from pulumi_alicloud_snapshot import Snapshot

    config = pulumi.Config("alicloud")
    beijing = alicloud.Provider(
        "beijing",
        region="cn-beijing",
        access_key=config.require("accessKey"),
        secret_key=config.require_secret("secretKey"),
        account_type="Domestic",
        protocol="HTTP",
        endpoints=config.require_object("endpoints"),
    )
    near = Snapshot("near", disk_id="d-hangzhou")
    far = Snapshot("far", disk_id="d-beijing", region="cn-beijing")
    alicloud.ecs.Image("image", snapshot_id=far.id, opts=pulumi.ResourceOptions(provider=beijing))
    pulumi.export("near", near.id)
    pulumi.export("far", far.id)
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


@pytest.mark.exhaustive
def test_each_snapshot_is_taken_and_deleted_in_the_region_of_its_disk(new_stack: NewStack) -> None:
    stack = new_stack(PROGRAM)
    stack.up()
    snapshots = stack.outputs()
    stack.destroy()

    # CreateSnapshot and DeleteSnapshot name no region, but the call that says a snapshot is ready does.
    ready = {call.params["ResourceId.1"]: call.region for call in stack.emulator.calls("TagResources")}
    assert ready == {snapshots["near"]: "cn-hangzhou", snapshots["far"]: "cn-beijing"}
    assert {call.region for call in stack.emulator.calls("CreateImage")} == {"cn-beijing"}
    assert stack.emulator.describe_world()["snapshots"] == []
