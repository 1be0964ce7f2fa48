"""A snapshot of a database's disk, cut while its file system is frozen, and the same before its instance changes."""

import pulumi
import pulumi_alicloud as alicloud

from pulumi_alicloud_snapshot import FreezeArgs, Snapshot, snapshot_before

config = pulumi.Config()

# PostgreSQL writes its buffers out, then nothing is written to its file system any more until the thaw.
freeze = FreezeArgs(
    command="runuser -u postgres -- psql -c CHECKPOINT\nfsfreeze --freeze /var/lib/postgresql",
    thaw="fsfreeze --unfreeze /var/lib/postgresql",
    timeout=30,  # for each of the two; after 60 s in all the guest thaws by itself
)

before = Snapshot(
    "before-release",
    disk_id=config.require("diskId"),
    triggers=config.require("release"),
    keep_last=3,
    freeze=freeze,
)

# A change of the instance freezes once for the snapshots of all its disks, its own and those attached since.
web = alicloud.ecs.Instance(
    "web",
    instance_name=config.require("instanceName"),
    instance_type="ecs.g7.large",
    image_id="aliyun_3_x64_20G_alibase_20240819.vhd",
    availability_zone="cn-hangzhou-h",
    system_disk_category="cloud_essd",
    system_disk_size=40,
    security_groups=["sg-1"],
    opts=snapshot_before("update", name="database", freeze=freeze),
)

pulumi.export("snapshot", before.id)
pulumi.export("consistency", before.consistency)
pulumi.export("keeps", before.creation_time)
pulumi.export("instance", web.id)
