"""A snapshot of a good release, and a rollback to it."""

import pulumi

from pulumi_alicloud_snapshot import DiskRollback, Snapshot

config = pulumi.Config()
disk_id = config.require("diskId")
broken = config.get("broken")

good = Snapshot("good", disk_id=disk_id, description="The last release that worked")
pulumi.export("good", good.id)

# There is no rollback until somebody sets `broken`.
if broken:
    back = DiskRollback(
        "back",
        disk_id=disk_id,
        snapshot_id=good.id,
        triggers=broken,
        stop_instance=True,
    )
    pulumi.export("rolledBackTo", back.rolled_back_to)
    pulumi.export("safetySnapshot", back.safety_snapshot_id)
