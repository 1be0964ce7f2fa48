"""A snapshot that nobody can delete until its lock expires. You can undo the lock for one day."""

import pulumi

from pulumi_alicloud_snapshot import Snapshot, SnapshotLock

config = pulumi.Config()

books = Snapshot("books", disk_id=config.require("diskId"), description="The books at the end of the year")

kept = SnapshotLock(
    "kept",
    snapshot_id=books.id,
    lock_duration=config.require_int("days"),
    cool_off_period=24,
    leave_locked=config.get_bool("leaveLocked"),
)

pulumi.export("snapshot", books.id)
pulumi.export("canBeUndoneUntil", kept.cool_off_period_expired_time)
pulumi.export("lockedUntil", kept.lock_expired_time)
