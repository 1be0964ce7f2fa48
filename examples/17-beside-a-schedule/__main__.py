"""ECS's nightly automatic snapshots, and your own snapshot before each release."""

import pulumi
from pulumi_alicloud import ecs

from pulumi_alicloud_snapshot import Snapshot

config = pulumi.Config()
disk_id = config.require("diskId")

nightly = ecs.AutoSnapshotPolicy(
    "nightly",
    auto_snapshot_policy_name="nightly",
    time_points=["1"],
    repeat_weekdays=["1", "2", "3", "4", "5", "6", "7"],
    retention_days=7,
    enable_cross_region_copy=True,
    target_copy_regions=["cn-beijing"],
    copied_snapshots_retention_days=30,
)
ecs.EcsAutoSnapshotPolicyAttachment("nightly", auto_snapshot_policy_id=nightly.id, disk_id=disk_id)

before = Snapshot("before", disk_id=disk_id, triggers=config.require("release"), keep_last=3)

pulumi.export("policy", nightly.id)
pulumi.export("snapshot", before.id)
