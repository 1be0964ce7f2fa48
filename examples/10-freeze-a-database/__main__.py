"""Freezes a database's file system while ECS cuts the snapshot, and again before its instance changes."""

import pulumi
import pulumi_alicloud as alicloud

from pulumi_alicloud_snapshot import FreezeArgs, Snapshot, snapshot_before

config = pulumi.Config()

# PostgreSQL writes its buffers to the disk. Then nobody writes to its file system until the thaw.
freeze = FreezeArgs(
    command="runuser -u postgres -- psql -c CHECKPOINT\nfsfreeze --freeze /var/lib/postgresql",
    thaw="fsfreeze --unfreeze /var/lib/postgresql",
    timeout=30,  # for each of the two commands; after 60 s the guest thaws by itself
)

before = Snapshot(
    "before-release",
    disk_id=config.require("diskId"),
    triggers=config.require("release"),
    keep_last=3,
    freeze=freeze,
)

# A change of the instance has one freeze for the snapshots of all its disks, also those that were attached later.
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
