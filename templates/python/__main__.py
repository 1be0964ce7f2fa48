"""Takes a snapshot of a disk before each release."""

import pulumi

from pulumi_alicloud_snapshot import Snapshot

config = pulumi.Config()

before = Snapshot(
    "before",
    disk_id=config.require("diskId"),
    triggers=[config.require("release")],
    keep_last=3,
)

pulumi.export("snapshot", before.id)
pulumi.export("keeps", before.creation_time)
