"""A snapshot of a disk and its encrypted copy in another region, in case the first region is lost."""

import pulumi

from pulumi_alicloud_snapshot import Snapshot, SnapshotCopy

config = pulumi.Config()
release = config.require("release")

near = Snapshot(
    "near",
    disk_id=config.require("diskId"),
    triggers=[release],
)

# A new release makes a new copy first. Then the oldest copy is deleted; two copies stay.
away = SnapshotCopy(
    "away",
    source_snapshot_id=near.id,
    destination_region=config.require("awayRegion"),
    encrypted=True,
    retention_days=30,
    keep_last=2,
    tags={"release": release},
    opts=pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="6h")),
)

pulumi.export("near", near.id)
pulumi.export("away", away.id)
pulumi.export("awayRegion", away.region_id)
pulumi.export("keeps", near.creation_time)
