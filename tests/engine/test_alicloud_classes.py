"""The classes of pulumi_alicloud that stand beside a snapshot, served by whichever plugin this machine has."""

from __future__ import annotations

import pytest
from harness import NewStack
from workbench.history import mutations

pytestmark = pytest.mark.engine

EVERY_CLASS = """
    import pulumi
    import pulumi_alicloud as alicloud

    config = pulumi.Config()
    edition = config.get("edition") or "first"
    tags = {"edition": edition}
    snapshot = alicloud.ecs.EcsSnapshot(
        "snapshot", disk_id="d-demo-system", snapshot_name=f"snapshot-{edition}", tags=tags
    )
    image = alicloud.ecs.Image("image", snapshot_id=snapshot.id, image_name=f"image-{edition}", tags=tags)
    instance = alicloud.ecs.Instance(
        "instance",
        image_id=image.id,
        instance_type="ecs.g7.large",
        vswitch_id="vsw-emulator",
        security_groups=["sg-emulator"],
        instance_name=f"instance-{edition}",
        status=config.get("status") or "Running",
        tags=tags,
    )
    disk = alicloud.ecs.EcsDisk(
        "disk",
        zone_id=instance.availability_zone,
        category="cloud_essd",
        size=config.get_int("size") or 40,
        disk_name=f"disk-{edition}",
        tags=tags,
    )
    alicloud.ecs.EcsDiskAttachment("attachment", disk_id=disk.id, instance_id=instance.id)
"""

AN_EXISTING_DISK = """
    import pulumi
    import pulumi_alicloud as alicloud

    alicloud.ecs.EcsDisk(
        "spare",
        zone_id="cn-hangzhou-h",
        category="cloud_essd",
        performance_level="PL1",
        size=20,
        disk_name="spare",
        opts=pulumi.ResourceOptions(import_="d-demo-never-attached"),
    )
"""


@pytest.mark.exhaustive
def test_every_class_is_made_changed_in_place_and_deleted(new_stack: NewStack) -> None:
    stack = new_stack(EVERY_CLASS)
    before = stack.emulator.describe_world()
    stack.up()
    stack.configure({"edition": "second", "status": "Stopped", "size": "60"})
    assert "4 updated" in stack.up()
    stack.refresh("--expect-no-changes")
    made = stack.emulator.describe_world()
    stack.destroy()
    after = stack.emulator.describe_world()

    assert made["snapshots"][0]["name"] == "snapshot-second"
    assert made["images"][-1]["name"] == "image-second"
    assert (made["instances"][-1]["name"], made["instances"][-1]["status"]) == ("instance-second", "Stopped")
    assert (made["disks"][-1]["name"], made["disks"][-1]["size"]) == ("disk-second", 60)
    assert all(made[noun][-1]["tags"] == {"edition": "second"} for noun in ("snapshots", "images", "instances"))
    for noun in ("snapshots", "images", "instances", "disks"):
        assert [record["id"] for record in after[noun]] == [record["id"] for record in before[noun]]


@pytest.mark.exhaustive
def test_an_existing_disk_is_imported_without_a_mutating_call(new_stack: NewStack) -> None:
    stack = new_stack(AN_EXISTING_DISK)

    assert "1 imported" in stack.up()
    assert mutations(stack.emulator) == []
