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
        "The disk to roll back. Either it and `snapshot_id`, or `snapshot_ids`.",
        Change.REPLACE,
        nullable=True,
        validate=rules.disk_id,
    ),
    Field(
        "snapshot_id",
        Kind.STRING,
        "The snapshot of this very disk to roll it back to. A change rolls the disk back again.",
        Change.UPDATE,
        nullable=True,
        validate=rules.snapshot_id,
    ),
    Field(
        "snapshot_ids",
        Kind.TAGS,
        "Several disks to roll back together, 1 to 16, with the snapshot of each, by disk id: what a `SnapshotGroup` "
        "gives as its `snapshot_ids`. Other snapshots roll them back again; other disks make another resource.",
        Change.UPDATE,
        nullable=True,
        validate=rules.snapshot_ids,
    ),
    replace(
        SAME["triggers"], doc="Any JSON value; when it changes, the disk is rolled back again.", change=Change.UPDATE
    ),
    Field(
        "stop_instance",
        Kind.BOOLEAN,
        "Stop the disks' instances if they run, and start them again afterwards, also after a failure, unless only "
        "some of several disks are back.",
        Change.UPDATE,
        default=False,
    ),
    Field(
        "safety_snapshot",
        Kind.BOOLEAN,
        "Take a snapshot first, of several disks a group; it alone keeps what the rollback overwrites.",
        Change.UPDATE,
        default=True,
    ),
    Field(
        "keep_last",
        Kind.INTEGER,
        f"How many safety snapshots stay, the newest first; {DEFAULT_KEEP_LAST} by default.",
        Change.UPDATE,
        default=DEFAULT_KEEP_LAST,
        validate=rules.keep_last,
    ),
    replace(
        KEEP_FIELD,
        doc="Which safety snapshots stay by the calendar, beside those of `keep_last`: what any rule keeps stays.",
    ),
    replace(
        SAME["series"],
        doc="The name under which the safety snapshots are recorded. "
        "Derived from organization, project, stack and URN by default.",
    ),
    SAME["region"],
    SAME["preflight"],
)

_OUTPUTS = (
    Field("rolled_back_to", Kind.STRING, "The point in time that the disk went back to, ISO 8601, UTC."),
    Field("rolled_back_at", Kind.STRING, "When the rollback ended, ISO 8601, UTC."),
    Field("safety_snapshot_id", Kind.STRING, "The snapshot that was taken of `disk_id` first.", nullable=True),
    Field(
        "safety_snapshot_ids",
        Kind.TAGS,
        "The snapshots that were taken first, by disk id, where several disks are rolled back together; as "
        "`snapshot_ids` of another rollback they bring the disks forward again.",
        nullable=True,
        repeats=("snapshot_ids",),
    ),
    Field("safety_snapshot_group_id", Kind.STRING, "The group of `safety_snapshot_ids`.", nullable=True),
)

DISK_ROLLBACK_FIELDS = _INPUTS + _OUTPUTS
