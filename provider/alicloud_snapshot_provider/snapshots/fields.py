"""The properties of `Snapshot`, and those that other resource types share with it."""

from __future__ import annotations

from ..freezes.fields import CONSISTENCY_FIELD, FREEZE_FIELD
from ..nouns import rules
from ..nouns.fields import Change, Field, Kind
from ..nouns.keep_fields import KEEP_FIELD

DEFAULT_WAIT_UNTIL = "accomplished"

_INPUTS = (
    Field(
        "disk_id",
        Kind.STRING,
        "The disk to snapshot: a system disk or a data disk. It must be attached to an instance, or have been "
        "attached before.",
        Change.REPLACE,
        required=True,
        validate=rules.disk_id,
    ),
    Field(
        "snapshot_name",
        Kind.STRING,
        "The name: 2 to 128 characters, a letter first. By default it is made from project, stack and resource.",
        Change.UPDATE,
        validate=rules.snapshot_name,
    ),
    Field(
        "description",
        Kind.STRING,
        "The snapshot's description: 2 to 256 characters.",
        Change.UPDATE,
        validate=rules.description,
    ),
    Field(
        "tags",
        Kind.TAGS,
        f"Your own tags, at most {rules.MOST_TAGS}. Five more tags record the series.",
        Change.UPDATE,
        validate=rules.tags,
    ),
    Field(
        "retention_days",
        Kind.INTEGER,
        "ECS deletes the snapshot this many days after its creation, 1 to 65536. By default it stays until "
        "somebody deletes it. You can raise the number, but not lower it.",
        Change.UPDATE,
        nullable=True,
        validate=rules.retention_days,
    ),
    Field(
        "archive_after",
        Kind.INTEGER,
        "The age in days, 14 or more, from which the next `pulumi up` moves the snapshot and its history to the "
        "archive tier. By default nothing moves. ECS cannot make an archive standard again, and bills at least 60 "
        "days of it. ECS archives no encrypted snapshots.",
        Change.UPDATE,
        nullable=True,
        validate=rules.archive_after,
    ),
    Field(
        "resource_group_id",
        Kind.STRING,
        "The resource group. By default ECS chooses it.",
        Change.UPDATE,
        computed=True,
        validate=rules.resource_group_id,
    ),
    Field(
        "triggers",
        Kind.ANY,
        "Any JSON value. If it changes, a new snapshot is taken first; then `keep_last` and `keep` decide which "
        "older ones stay.",
        Change.REPLACE,
        nullable=True,
    ),
    Field(
        "wait_until",
        Kind.STRING,
        'When the snapshot counts as taken. "accomplished" (default): the instance may stop or restart from then '
        'on. "available": images and disks can be made from the snapshot from then on.',
        Change.UPDATE,
        default=DEFAULT_WAIT_UNTIL,
        choices=("accomplished", "available"),
        validate=rules.wait_until,
    ),
    Field(
        "series",
        Kind.STRING,
        "The name that all successive snapshots of this resource share. By default it is made from organization, "
        "project, stack and URN.",
        Change.UPDATE,
        required=True,
        derived=True,
        validate=rules.series,
    ),
    Field(
        "region",
        Kind.STRING,
        "The region of the disk. By default `alicloud:region`.",
        Change.REPLACE,
        required=True,
        derived=True,
        remedy="run `pulumi config set alicloud:region <region>`, set ALICLOUD_REGION, or give region",
        validate=rules.region,
    ),
    Field(
        "preflight",
        Kind.STRING,
        'What the preview does if ECS would refuse the snapshot. "error" (default): it fails on the property. '
        '"warn": it only warns. "off": it checks nothing.',
        Change.UPDATE,
        default="error",
        choices=("error", "warn", "off"),
        validate=rules.preflight,
    ),
    Field(
        "window",
        Kind.STRING,
        'Maintenance hours with a time zone, such as "01:00-05:00 Asia/Shanghai". Outside of them the preview warns.',
        Change.UPDATE,
        nullable=True,
        validate=rules.window,
    ),
    Field(
        "outside_window",
        Kind.STRING,
        'What happens to a snapshot that would begin outside of `window`. "warn" (default): it is taken. "fail": '
        "it is not begun, and a later run inside of the window takes it. A snapshot that has already begun is "
        "adopted at any time.",
        Change.UPDATE,
        nullable=True,
        choices=("warn", "fail"),
        validate=rules.outside_window,
    ),
    Field(
        "min_age",
        Kind.STRING,
        'A duration such as "12h". A destroyed resource may have retained a snapshot of the same inputs. If that '
        "snapshot is younger than this, the resource adopts it and takes no new one.",
        Change.UPDATE,
        nullable=True,
        validate=rules.min_age,
    ),
    Field(
        "keep_last",
        Kind.INTEGER,
        "How many accomplished snapshots of the series stay after a replacement, the newest first. 1 by default.",
        Change.UPDATE,
        default=1,
        validate=rules.keep_last,
    ),
    KEEP_FIELD,
    Field(
        "deletion_policy",
        Kind.STRING,
        'What a destroy of the resource does with its whole series: "delete" (default) or "retain". Pulumi reads '
        "it from the state, so a change takes effect after the next `pulumi up`.",
        Change.UPDATE,
        default="delete",
        choices=("delete", "retain"),
        validate=rules.deletion_policy,
    ),
    Field(
        "force_delete",
        Kind.BOOLEAN,
        "Delete the snapshot even if a disk was made from it. ECS can then never re-initialise that disk. An image "
        "always keeps its snapshot.",
        Change.UPDATE,
        default=False,
    ),
    FREEZE_FIELD,
)

_OUTPUTS = (
    Field("snapshot_id", Kind.STRING, "The snapshot's id. It is also the resource's id."),
    Field("status", Kind.STRING, "The status: progressing, accomplished or failed."),
    Field("progress", Kind.STRING, "The progress of the upload, such as 45%."),
    Field(
        "remain_time",
        Kind.INTEGER,
        "How many seconds remain, as ECS estimates. 0 when the snapshot is done.",
        nullable=True,
    ),
    Field("available", Kind.BOOLEAN, "Whether disks and images can be made from the snapshot."),
    Field(
        "creation_time",
        Kind.STRING,
        "The snapshot keeps the disk as it was at this time. ISO 8601, UTC.",
    ),
    Field("last_modified_time", Kind.STRING, "When the snapshot was last modified. ISO 8601, UTC."),
    Field("source_disk_id", Kind.STRING, "The disk that the snapshot was taken from.", repeats=("disk_id",)),
    Field("source_disk_size", Kind.INTEGER, "The size of the source disk in GiB. It is not the size of the snapshot."),
    Field("source_disk_type", Kind.STRING, "The type of the source disk: system or data."),
    Field("source_snapshot_id", Kind.STRING, "Of a copy: the snapshot that it was copied from."),
    Field(
        "source_region_id",
        Kind.STRING,
        "Of a copy: the region that it was copied from.",
        repeats=("source_region",),
    ),
    Field("snapshot_type", Kind.STRING, "The type of the snapshot: user, auto or timer."),
    Field(
        "snapshot_link_id",
        Kind.STRING,
        "The chain of all snapshots of the disk. They share unchanged blocks.",
    ),
    Field("snapshot_sn", Kind.STRING, "The snapshot's serial number."),
    Field("category", Kind.STRING, "The category of the snapshot: standard, flash or archive."),
    Field("encrypted", Kind.BOOLEAN, "Whether the snapshot is encrypted. It is if its disk was."),
    Field("kms_key_id", Kind.STRING, "The KMS key of an encrypted snapshot."),
    Field("usage", Kind.STRING, "What was made from the snapshot: none, image, disk or image_disk."),
    Field("region_id", Kind.STRING, "The region that holds the snapshot.", repeats=("region", "destination_region")),
    Field("product_code", Kind.STRING, "The marketplace product code of the image that is on the disk."),
    Field(
        "instant_access",
        Kind.BOOLEAN,
        "Whether instant access is on.",
        deprecated="ECS has deprecated it: every snapshot of an ESSD is instantly available.",
    ),
    Field(
        "full_snapshot_size_in_bytes",
        Kind.INTEGER,
        "The size of all data that the snapshot refers to, in bytes.",
        nullable=True,
    ),
    Field("generation", Kind.INTEGER, "The number of the snapshot in its series. The first is 1."),
    Field(
        "intent",
        Kind.STRING,
        "The hash of the series, the generation, and the inputs whose change replaces the snapshot.",
    ),
    CONSISTENCY_FIELD,
)

SNAPSHOT_FIELDS = _INPUTS + _OUTPUTS
SAME = {field.name: field for field in SNAPSHOT_FIELDS}
"""The properties by name, for other resource types."""
MEMBERS = (
    Field("snapshot_ids", Kind.TAGS, "The id of each disk's snapshot, by disk id.", repeats=("disk_ids",)),
    Field("status", Kind.STRING, "The status of all members: progressing, accomplished or failed."),
    Field("progress", Kind.STRING, "The progress of the slowest upload, such as 45%."),
    Field("available", Kind.BOOLEAN, "Whether disks and images can be made from every member."),
)
"""The outputs of a resource with several snapshots."""
INSTANCE = Field(
    "instance_id",
    Kind.STRING,
    "The instance whose disks are taken.",
    Change.REPLACE,
    nullable=True,
    validate=rules.instance_id,
)
"""The input of a resource with several snapshots that chooses the disks by their instance."""
_LAST = ("window", "outside_window", "min_age", "keep_last", "keep", "deletion_policy", "force_delete", "freeze")
LAST_SHARED = tuple(SAME[name] for name in _LAST)
"""The last inputs of a resource with several snapshots, in the order of the documentation."""
