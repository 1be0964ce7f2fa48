"""Takes a snapshot of a system disk when the files that you want to put on it change."""

import hashlib
from pathlib import Path

import pulumi

from pulumi_alicloud_snapshot import DiskRollback, Snapshot

config = pulumi.Config()
disk_id = config.require("diskId")
back_to = config.get("backTo")
files = sorted(file for file in Path(config.require("files")).rglob("*") if file.is_file())

before = Snapshot(
    "before",
    disk_id=disk_id,
    triggers={file.as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files},
    keep_last=5,
)
if back_to:
    DiskRollback("back", disk_id=disk_id, snapshot_id=back_to, stop_instance=True)

pulumi.export("snapshot", before.id)
