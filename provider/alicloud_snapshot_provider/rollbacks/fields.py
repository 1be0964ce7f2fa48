"""The properties of `DiskRollback`."""

from __future__ import annotations

from dataclasses import replace

from ..nouns import rules
from ..nouns.fields import Change, Field, Kind
from ..nouns.keep_fields import KEEP_FIELD
from ..snapshots.fields import SAME

DEFAULT_KEEP_LAST = 3

_INPUTS = (
    Field(
        "disk_id",
        Kind.STRING,
        "The disk to roll back. Give either it and `snapshot_id`, or `snapshot_ids`.",
        Change.REPLACE,
        nullable=True,
        validate=rules.disk_id,
    ),
    Field(
        "snapshot_id",
        Kind.STRING,
        "The snapshot to go back to. It must be a snapshot of this disk. A change rolls the disk back again.",
        Change.UPDATE,
        nullable=True,
        validate=rules.snapshot_id,
    ),
    Field(
        "snapshot_ids",
        Kind.TAGS,
        "The snapshot of each disk, by disk id, for 1 to 16 disks that go back together. `SnapshotGroup` has this "
        "value as its `snapshot_ids`. If a snapshot changes, the disks are rolled back again. If the disks change, "
        "the resource is replaced.",
        Change.UPDATE,
        nullable=True,
        validate=rules.snapshot_ids,
    ),
    replace(
        SAME["triggers"], doc="Any JSON value. If it changes, the disk is rolled back again.", change=Change.UPDATE
    ),
    Field(
        "stop_instance",
        Kind.BOOLEAN,
        "Stop the disks' instances if they run, and start them again afterwards, also after a failure. If only "
        "some of several disks went back, their instances stay stopped.",
        Change.UPDATE,
        default=False,
    ),
    Field(
        "safety_snapshot",
        Kind.BOOLEAN,
        "Take a safety snapshot first; of several disks, a group. Nothing else keeps what the rollback overwrites.",
        Change.UPDATE,
        default=True,
    ),
    Field(
        "keep_last",
        Kind.INTEGER,
        f"How many safety snapshots stay, the newest first. {DEFAULT_KEEP_LAST} by default.",
        Change.UPDATE,
        default=DEFAULT_KEEP_LAST,
        validate=rules.keep_last,
    ),
    replace(
        KEEP_FIELD,
        doc="Which safety snapshots stay by the calendar. A snapshot stays if `keep_last` or any of these rules "
        "keeps it.",
    ),
    replace(
        SAME["series"],
        doc="The name that all safety snapshots of this resource share. By default it is made from organization, "
        "project, stack and URN.",
    ),
    SAME["region"],
    SAME["preflight"],
)

_OUTPUTS = (
    Field(
        "rolled_back_to", Kind.STRING, "The creation time of the snapshot that the disk went back to. ISO 8601, UTC."
    ),
    Field("rolled_back_at", Kind.STRING, "When the rollback ended. ISO 8601, UTC."),
    Field(
        "safety_snapshot_id",
        Kind.STRING,
        "The safety snapshot that was taken of `disk_id` before the rollback.",
        nullable=True,
    ),
    Field(
        "safety_snapshot_ids",
        Kind.TAGS,
        "The safety snapshots of several disks, by disk id. Give them as `snapshot_ids` of another rollback to "
        "undo this one.",
        nullable=True,
        repeats=("snapshot_ids",),
    ),
    Field("safety_snapshot_group_id", Kind.STRING, "The group of `safety_snapshot_ids`.", nullable=True),
)

DISK_ROLLBACK_FIELDS = _INPUTS + _OUTPUTS
