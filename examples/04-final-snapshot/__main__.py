"""Pulumi takes a last snapshot before it deletes a data disk, and can make a new disk from it."""

import pulumi
from pulumi_alicloud import ecs

from pulumi_alicloud_snapshot import restore_from, snapshot_before

config = pulumi.Config()
zone = "cn-hangzhou-h"

data = ecs.EcsDisk(
    "data",
    disk_name="data",
    category="cloud_essd",
    size=40,
    zone_id=zone,
    snapshot_id=restore_from("data") if config.require_bool("restore") else None,
    opts=snapshot_before("replace", "delete", keep_last=1),
)
ecs.EcsDiskAttachment("attachment", disk_id=data.id, instance_id="i-demo")

pulumi.export("disk", data.id)
