"""A snapshot of a disk, and its encrypted copy in another region, for the day when the first region is lost."""

import pulumi

from pulumi_alicloud_snapshot import Snapshot, SnapshotCopy

config = pulumi.Config()
release = config.require("release")

near = Snapshot(
    "near",
    disk_id=config.require("diskId"),
    triggers=[release],
)

# The copy of a new release is accomplished before the copy of the old one goes; two of them stay.
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
