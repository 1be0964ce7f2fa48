"""Replaces the operating system of an instance after a snapshot of the old one, and can bring the old one back."""

import pulumi
from pulumi_alicloud import ecs

from pulumi_alicloud_snapshot import snapshot_before

config = pulumi.Config()
back_to = config.get("backTo")

image_id: pulumi.Input[str] = config.require("imageId")
if back_to:
    # The system disk is a new one, and cannot go back to a snapshot of the old one. An image of that snapshot brings
    # the old system back, on another new disk.
    image_id = ecs.Image("before", image_name="web-before", snapshot_id=back_to).id

web = ecs.Instance(
    "web",
    instance_name="web",
    instance_type="ecs.g7.large",
    image_id=image_id,
    availability_zone="cn-hangzhou-h",
    system_disk_category="cloud_essd",
    system_disk_size=40,
    security_groups=["sg-bp67acfmxazb4p"],
    opts=snapshot_before("update", "replace", "delete", keep_last=3, tags={"reason": "another system"}),
)

pulumi.export("instance", web.id)
pulumi.export("image", web.image_id)
