"""Makes a new instance in a VPC from snapshots of one in the classic network. The old instance stays as it is."""

import pulumi
from pulumi_alicloud import ecs

from pulumi_alicloud_snapshot import SnapshotSet

config = pulumi.Config()
attempt, zone = config.require("attempt"), config.require("zoneId")

# The first attempt stores all used blocks. The next one stores only what changed since, so it is quick.
classic = SnapshotSet(
    "classic",
    instance_id=config.require("instanceId"),
    description="The instance as it left the classic network",
    triggers=attempt,
)
image = ecs.Image(
    "classic",
    image_name=f"classic-{attempt}",
    snapshot_id=classic.snapshot_ids[config.require("systemDiskId")],
)
web = ecs.Instance(
    "web",
    instance_name="web",
    instance_type="ecs.g7.large",
    image_id=image.id,
    vswitch_id=config.require("vswitchId"),
    availability_zone=zone,
    system_disk_category="cloud_essd",
    security_groups=["sg-bp67acfmxazb4p"],
)
data = ecs.EcsDisk(
    "data",
    disk_name="data",
    zone_id=zone,
    category="cloud_essd",
    snapshot_id=classic.snapshot_ids[config.require("dataDiskId")],
)
ecs.EcsDiskAttachment("data", disk_id=data.id, instance_id=web.id)

pulumi.export("instance", web.id)
pulumi.export("dataDisk", data.id)
pulumi.export("keeps", classic.creation_time)
