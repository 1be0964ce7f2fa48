"""Takes snapshots of two disks, makes an image from one, and a new disk from the other."""

import pulumi
import pulumi_alicloud as alicloud

from pulumi_alicloud_snapshot import Snapshot

config = pulumi.Config()
release = config.require("release")

# A new release replaces the snapshot and the image. Pulumi makes the new ones before it deletes the old ones.
system_snapshot = Snapshot(
    "system",
    disk_id=config.require("systemDiskId"),
    description="The system disk as it was at the release",
    tags={"release": release},
    triggers=[release],
)
image = alicloud.ecs.Image(
    "golden",
    image_name=f"web-{release}",
    snapshot_id=system_snapshot.id,
)

# A disk can be made from a snapshot that is available, even if its upload goes on.
data_snapshot = Snapshot(
    "data",
    disk_id=config.require("dataDiskId"),
    wait_until="available",
)
disk = alicloud.ecs.EcsDisk(
    "restored",
    zone_id=config.require("zoneId"),
    category="cloud_essd",
    disk_name="restored-data",
    snapshot_id=data_snapshot.id,
    opts=pulumi.ResourceOptions(depends_on=[image]),
)

pulumi.export("imageId", image.id)
pulumi.export("diskId", disk.id)
pulumi.export("systemSnapshot", system_snapshot.id)
pulumi.export("systemSnapshotTaken", system_snapshot.creation_time)
pulumi.export("dataSnapshot", data_snapshot.id)
