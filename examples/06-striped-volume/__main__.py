"""A group of snapshots of a volume over two disks, new disks from them, and a rollback of both disks."""

import pulumi
import pulumi_alicloud as alicloud

from pulumi_alicloud_snapshot import DiskRollback, SnapshotGroup

config = pulumi.Config()
release = config.require("release")
disk_ids = config.require_object("diskIds")
broken = config.get("broken")

# Snapshots at different times do not fit together for a striped volume. A group cuts all disks at the same moment.
volume = SnapshotGroup(
    "volume",
    disk_ids=disk_ids,
    description="The striped volume as it was at the release",
    tags={"release": release},
    triggers=[release],
    keep_last=2,
    force_delete=True,  # the restored disks need their snapshots only until they are made
)

restored = [
    alicloud.ecs.EcsDisk(
        f"restored-{number}",
        zone_id=config.require("zoneId"),
        category="cloud_essd",
        disk_name=f"restored-{number}",
        snapshot_id=volume.snapshot_ids[disk_id],
    )
    for number, disk_id in enumerate(disk_ids)
]

# There is no rollback until somebody sets `broken`. Then both disks go back, and the instance stops once.
if broken:
    back = DiskRollback("back", snapshot_ids=volume.snapshot_ids, triggers=broken, stop_instance=True)
    pulumi.export("safetySnapshots", back.safety_snapshot_ids)

pulumi.export("group", volume.id)
pulumi.export("members", volume.snapshot_ids)
pulumi.export("keeps", volume.creation_time)
pulumi.export("restored", [disk.id for disk in restored])
