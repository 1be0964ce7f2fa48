"""Every disk of an instance, snapshotted as one resource before a release."""

import pulumi

from pulumi_alicloud_snapshot import SnapshotSet

config = pulumi.Config()
release = config.require("release")

# Where one disk has no snapshot the others keep theirs, and the next `pulumi up` takes only what is missing.
fleet = SnapshotSet(
    "fleet",
    instance_id=config.require("instanceId"),
    description="Before the release",
    tags={"release": release},
    triggers=[release],
    retention_days=30,
    keep_last=2,
)

pulumi.export("set", fleet.id)
pulumi.export("members", fleet.snapshot_ids)
pulumi.export("keeps", fleet.creation_time)
