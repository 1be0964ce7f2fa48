"""The properties of `SnapshotCopy`: its own, and those that it shares with `Snapshot`."""

from __future__ import annotations

from ..nouns import rules
from ..nouns.fields import Change, Field, Kind
from ..snapshots.fields import SNAPSHOT_FIELDS

_OWN = (
    Field(
        "source_snapshot_id",
        Kind.STRING,
        "The snapshot to copy. The copy begins when this snapshot is accomplished.",
        Change.REPLACE,
        required=True,
        validate=rules.snapshot_id,
    ),
    Field(
        "destination_region",
        Kind.STRING,
        "The region that gets the copy. It must not be the snapshot's own region.",
        Change.REPLACE,
        required=True,
        validate=rules.region,
    ),
    Field(
        "source_region",
        Kind.STRING,
        "The region of the snapshot. By default `alicloud:region`.",
        Change.REPLACE,
        required=True,
        derived=True,
        remedy="run `pulumi config set alicloud:region <region>`, set ALICLOUD_REGION, or give source_region",
        validate=rules.region,
    ),
    Field(
        "encrypted",
        Kind.BOOLEAN,
        "Encrypt the copy. A copy of an encrypted snapshot must be encrypted.",
        Change.REPLACE,
        default=False,
    ),
    Field(
        "kms_key_id",
        Kind.STRING,
        "The KMS key that encrypts the copy. It is a key of the destination region. By default it is ECS's service "
        "key.",
        Change.REPLACE,
        computed=True,
    ),
)

_LEFT_OUT = {
    "disk_id",
    "region",
    "wait_until",
    "window",
    "outside_window",
    "min_age",
    "freeze",
    "consistency",
    *(field.name for field in _OWN),
}

SNAPSHOT_COPY_FIELDS = _OWN + tuple(field for field in SNAPSHOT_FIELDS if field.name not in _LEFT_OUT)
