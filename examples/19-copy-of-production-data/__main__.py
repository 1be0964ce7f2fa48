"""Gives a test instance a copy of the production data, on its own disk."""

import pulumi
from pulumi_alicloud import ecs

from pulumi_alicloud_snapshot import Snapshot

config = pulumi.Config()

data = Snapshot(
    "data", disk_id=config.require("productionDiskId"), triggers=config.require("day"), wait_until="available"
)
copy = ecs.EcsDisk(
    "copy",
    disk_name="copy-of-production",
    zone_id="cn-hangzhou-h",
    category="cloud_essd",
    snapshot_id=data.id,
)
ecs.EcsDiskAttachment("copy", disk_id=copy.id, instance_id=config.require("testInstanceId"))

pulumi.export("disk", copy.id)
pulumi.export("as_of", data.creation_time)
