"""Makes one image from a prepared system disk, and many instances from the image."""

import pulumi
from pulumi_alicloud import ecs, ess

from pulumi_alicloud_snapshot import Snapshot

config = pulumi.Config()
release = config.require("release")
scaling_group_id = config.get("scalingGroupId")

prepared = Snapshot("prepared", disk_id=config.require("diskId"), triggers=release, keep_last=2)
image = ecs.Image("web", image_name=f"web-{release}", snapshot_id=prepared.id)

instances = [
    ecs.Instance(
        f"web-{number}",
        instance_name=f"web-{number}",
        instance_type="ecs.g7.large",
        image_id=image.id,
        availability_zone="cn-hangzhou-h",
        system_disk_category="cloud_essd",
        system_disk_size=40,
        security_groups=["sg-bp67acfmxazb4p"],
    )
    for number in range(config.require_int("count"))
]
if scaling_group_id:
    ess.ScalingConfiguration(
        "web",
        scaling_group_id=scaling_group_id,
        image_id=image.id,
        instance_type="ecs.g7.large",
        security_group_id="sg-bp67acfmxazb4p",
        active=True,
        enable=True,
    )

pulumi.export("image", image.id)
pulumi.export("instances", [each.id for each in instances])
