"""A volume striped over two disks, kept as of one moment, a disk made from each member, and the way back of both."""

import pulumi
import pulumi_alicloud as alicloud

from pulumi_alicloud_snapshot import DiskRollback, SnapshotGroup

config = pulumi.Config()
release = config.require("release")
disk_ids = config.require_object("diskIds")
broken = config.get("broken")

# Snapshots taken one after the other tear a striped volume apart; a group cuts all disks at the same moment.
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

# Nothing is rolled back until somebody says what went wrong; then both disks are, with the instance stopped once.
if broken:
    back = DiskRollback("back", snapshot_ids=volume.snapshot_ids, triggers=broken, stop_instance=True)
    pulumi.export("safetySnapshots", back.safety_snapshot_ids)

pulumi.export("group", volume.id)
pulumi.export("members", volume.snapshot_ids)
pulumi.export("keeps", volume.creation_time)
pulumi.export("restored", [disk.id for disk in restored])
