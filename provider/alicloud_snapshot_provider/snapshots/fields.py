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
        "The disk to snapshot: a system disk or a data disk, in use or attached before.",
        Change.REPLACE,
        required=True,
        validate=rules.disk_id,
    ),
    Field(
        "snapshot_name",
        Kind.STRING,
        "The name: 2 to 128 characters, a letter first. By default from project, stack and resource.",
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
        f"Tags of your own, at most {rules.MOST_TAGS}; five more record the series.",
        Change.UPDATE,
        validate=rules.tags,
    ),
    Field(
        "retention_days",
        Kind.INTEGER,
        "ECS deletes the snapshot so many days after its creation, 1 to 65536. By default it stays until somebody "
        "deletes it. ECS only lets the number grow.",
        Change.UPDATE,
        nullable=True,
        validate=rules.retention_days,
    ),
    Field(
        "archive_after",
        Kind.INTEGER,
        "So many days after its creation, the next `pulumi up` moves the snapshot and its history to the archive tier: "
        "14 or more; never by default. ECS cannot make an archive standard again and bills 60 days of it at least. It "
        "archives no encrypted snapshots.",
        Change.UPDATE,
        nullable=True,
        validate=rules.archive_after,
    ),
    Field(
        "resource_group_id",
        Kind.STRING,
        "The resource group. By default ECS decides.",
        Change.UPDATE,
        computed=True,
        validate=rules.resource_group_id,
    ),
    Field(
        "triggers",
        Kind.ANY,
        "Any JSON value; when it changes, a new snapshot is taken before the old one is retired.",
        Change.REPLACE,
        nullable=True,
    ),
    Field(
        "wait_until",
        Kind.STRING,
        'When the snapshot counts as taken: "accomplished" (default): from then on the instance may stop or restart; '
        'or "available": from then on images and disks can be made from it.',
        Change.UPDATE,
        default=DEFAULT_WAIT_UNTIL,
        choices=("accomplished", "available"),
        validate=rules.wait_until,
    ),
    Field(
        "series",
        Kind.STRING,
        "The name under which the successive snapshots of this resource are recorded. "
        "By default from organization, project, stack and URN.",
        Change.UPDATE,
        required=True,
        derived=True,
        validate=rules.series,
    ),
    Field(
        "region",
        Kind.STRING,
        "The region of the disk; `alicloud:region` by default.",
        Change.REPLACE,
        required=True,
        derived=True,
        remedy="run `pulumi config set alicloud:region <region>`, set ALICLOUD_REGION, or give region",
        validate=rules.region,
    ),
    Field(
        "preflight",
        Kind.STRING,
        'What the preview does if ECS would refuse the snapshot: "error" (default) fails on the property, "warn" only '
        'warns, "off" asks nothing.',
        Change.UPDATE,
        default="error",
        choices=("error", "warn", "off"),
        validate=rules.preflight,
    ),
    Field(
        "window",
        Kind.STRING,
        'Maintenance hours with time zone, such as "01:00-05:00 Asia/Shanghai"; the preview warns outside of them.',
        Change.UPDATE,
        nullable=True,
        validate=rules.window,
    ),
    Field(
        "outside_window",
        Kind.STRING,
        'What happens to a snapshot that would begin outside of `window`: "warn" (default) takes it, "fail" does not '
        "begin it; a later run inside of the window takes it. A snapshot that has begun is adopted at any time.",
        Change.UPDATE,
        nullable=True,
        choices=("warn", "fail"),
        validate=rules.outside_window,
    ),
    Field(
        "min_age",
        Kind.STRING,
        'A duration such as "12h": if a destroyed resource retained a younger snapshot of the same inputs, this '
        "resource takes it over instead of taking a new one.",
        Change.UPDATE,
        nullable=True,
        validate=rules.min_age,
    ),
    Field(
        "keep_last",
        Kind.INTEGER,
        "How many accomplished snapshots of the series stay after a replacement, the newest first; 1 by default.",
        Change.UPDATE,
        default=1,
        validate=rules.keep_last,
    ),
    KEEP_FIELD,
    Field(
        "deletion_policy",
        Kind.STRING,
        'What a destroy of the resource does with its whole series: "delete" (default) or "retain". It is read from '
        "the state, so a change takes effect after the next `pulumi up`.",
        Change.UPDATE,
        default="delete",
        choices=("delete", "retain"),
        validate=rules.deletion_policy,
    ),
    Field(
        "force_delete",
        Kind.BOOLEAN,
        "Delete the snapshot even if a disk was made from it. Such a disk can then never be re-initialised. "
        "An image always keeps its snapshot.",
        Change.UPDATE,
        default=False,
    ),
    FREEZE_FIELD,
)

_OUTPUTS = (
    Field("snapshot_id", Kind.STRING, "The snapshot's id, the same as the resource's."),
    Field("status", Kind.STRING, "progressing, accomplished or failed."),
    Field("progress", Kind.STRING, "Progress of the upload, such as 45%."),
    Field("remain_time", Kind.INTEGER, "ECS's estimate of the seconds that remain; 0 when done.", nullable=True),
    Field("available", Kind.BOOLEAN, "Whether disks and images can be made from it."),
    Field("creation_time", Kind.STRING, "The point in time that the snapshot keeps, ISO 8601, UTC."),
    Field("last_modified_time", Kind.STRING, "When it was last modified, ISO 8601, UTC."),
    Field("source_disk_id", Kind.STRING, "The disk that it was taken from.", repeats=("disk_id",)),
    Field("source_disk_size", Kind.INTEGER, "That disk's size in GiB, not the snapshot's."),
    Field("source_disk_type", Kind.STRING, "system or data."),
    Field("source_snapshot_id", Kind.STRING, "For a copy: the snapshot that it was copied from."),
    Field(
        "source_region_id",
        Kind.STRING,
        "For a copy: the region that it was copied from.",
        repeats=("source_region",),
    ),
    Field("snapshot_type", Kind.STRING, "user, auto or timer."),
    Field(
        "snapshot_link_id",
        Kind.STRING,
        "The chain of all snapshots of the disk, which share unchanged blocks.",
    ),
    Field("snapshot_sn", Kind.STRING, "The snapshot's serial number."),
    Field("category", Kind.STRING, "standard, flash or archive."),
    Field("encrypted", Kind.BOOLEAN, "Whether it is encrypted, as its disk was."),
    Field("kms_key_id", Kind.STRING, "The KMS key of an encrypted snapshot."),
    Field("usage", Kind.STRING, "What was made from it: none, image, disk or image_disk."),
    Field("region_id", Kind.STRING, "The region that holds it.", repeats=("region", "destination_region")),
    Field("product_code", Kind.STRING, "The marketplace product code of the image on the disk."),
    Field(
        "instant_access",
        Kind.BOOLEAN,
        "Whether instant access is on.",
        deprecated="ECS has deprecated it: every snapshot of an ESSD is instantly available.",
    ),
    Field(
        "full_snapshot_size_in_bytes",
        Kind.INTEGER,
        "The size of the data that it refers to, in bytes.",
        nullable=True,
    ),
    Field("generation", Kind.INTEGER, "The number of the snapshot in its series, from 1."),
    Field("intent", Kind.STRING, "The hash of series, replace-forcing inputs and generation."),
    CONSISTENCY_FIELD,
)

SNAPSHOT_FIELDS = _INPUTS + _OUTPUTS
SAME = {field.name: field for field in SNAPSHOT_FIELDS}
"""The properties by name, for other resource types."""
MEMBERS = (
    Field("snapshot_ids", Kind.TAGS, "The members: the id of each disk's snapshot, by disk id.", repeats=("disk_ids",)),
    Field("status", Kind.STRING, "progressing, accomplished or failed."),
    Field("progress", Kind.STRING, "Progress of the slowest member's upload, such as 45%."),
    Field("available", Kind.BOOLEAN, "Whether disks and images can be made from every member."),
)
"""The outputs of a resource with several snapshots."""
INSTANCE = Field(
    "instance_id",
    Kind.STRING,
    "The instance whose disks to take.",
    Change.REPLACE,
    nullable=True,
    validate=rules.instance_id,
)
"""The input of a resource with several snapshots that chooses the disks by their instance."""
_LAST = ("window", "outside_window", "min_age", "keep_last", "keep", "deletion_policy", "force_delete", "freeze")
LAST_SHARED = tuple(SAME[name] for name in _LAST)
"""The last inputs of a resource with several snapshots, in the order of the documentation."""
