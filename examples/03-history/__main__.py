"""A snapshot before each release. The newest three stay, also after a destroy of the stack."""

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
