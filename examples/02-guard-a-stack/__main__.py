"""One line guards every ECS instance and disk of the stack."""

import pulumi
from pulumi_alicloud import ecs

from pulumi_alicloud_snapshot import guard_stack

config = pulumi.Config()

guard_stack(keep_last=3, tags={"reason": "before a change"})

web = ecs.Instance(
    "web",
    instance_name=config.require("instanceName"),
    instance_type="ecs.g7.large",
    image_id="aliyun_3_x64_20G_alibase_20240819.vhd",
    availability_zone="cn-hangzhou-h",
    system_disk_category="cloud_essd",
    system_disk_size=40,
    security_groups=["sg-bp67acfmxazb4p"],
)

pulumi.export("instance", web.id)
