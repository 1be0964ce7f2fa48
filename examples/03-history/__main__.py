"""A snapshot before each release; the newest three stay, and destroying the stack keeps them."""

import pulumi

from pulumi_alicloud_snapshot import Snapshot

config = pulumi.Config()

before = Snapshot(
    "before-release",
    disk_id=config.require("diskId"),
    triggers=config.require("release"),
    keep_last=3,
    deletion_policy="retain",
)

pulumi.export("snapshot", before.id)
pulumi.export("keeps", before.creation_time)
pulumi.export("generation", before.generation)
