"""A snapshot before each release. After 30 days the next run moves it to the archive, where it stays for a year."""

import pulumi

from pulumi_alicloud_snapshot import Snapshot

config = pulumi.Config()

before = Snapshot(
    "before-release",
    disk_id=config.require("diskId"),
    triggers=config.require("release"),
    keep_last=12,
    retention_days=395,  # 30 days as a standard snapshot, 365 in the archive
    archive_after=30,
)

pulumi.export("snapshot", before.id)
pulumi.export("category", before.category)
