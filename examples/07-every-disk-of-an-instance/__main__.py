"""One resource with a snapshot of every disk of an instance, before a release."""

import pulumi

from pulumi_alicloud_snapshot import SnapshotSet

config = pulumi.Config()
release = config.require("release")

# If one disk fails, the other snapshots stay, and the next `pulumi up` takes only the missing one.
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
