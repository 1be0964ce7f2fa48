"""Proves a snapshot by a restore, and makes a disk from it only after that."""

import pulumi
from pulumi_alicloud import ecs

from pulumi_alicloud_snapshot import DrillCheckArgs, KeepArgs, RestoreDrill, Snapshot

config = pulumi.Config()

weekly = Snapshot(
    "weekly",
    disk_id=config.require("diskId"),
    triggers=config.require("week"),
    keep=KeepArgs(weekly=4, monthly=12, timezone="Asia/Shanghai"),
)
proven = RestoreDrill(
    "proven",
    snapshot_id=weekly.id,
    instance_id=config.require("helperId"),
    checks={"not-empty": DrillCheckArgs(command="ls -A $DRILL_MOUNTS | grep -q .", timeout=60)},
)
restored = ecs.EcsDisk(
    "restored",
    disk_name="restored",
    zone_id="cn-hangzhou-h",
    category="cloud_essd",
    snapshot_id=weekly.id,
    opts=pulumi.ResourceOptions(depends_on=[proven]),
)

pulumi.export("snapshot", weekly.id)
pulumi.export("verifiedAt", proven.verified_at)
