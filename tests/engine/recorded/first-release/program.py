from pulumi_alicloud import ecs

from pulumi_alicloud_snapshot import Snapshot

system = Snapshot(
    "system",
    disk_id="d-demo-system",
    triggers={"release": "1"},
    description="before the release",
    tags={"team": "web"},
    retention_days=30,
)
Snapshot("data", disk_id="d-demo-data", wait_until="available")
ecs.Image("image", image_name="image", snapshot_id=system.id)
