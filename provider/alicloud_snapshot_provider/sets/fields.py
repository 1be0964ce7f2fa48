"""The properties of `SnapshotSet`: its own, and those that it shares with `Snapshot`."""

from __future__ import annotations

from dataclasses import replace

from ..nouns import rules
from ..nouns.fields import Change, Field, Kind
from ..snapshots.fields import INSTANCE, LAST_SHARED, MEMBERS, SAME

_OWN = (
    Field(
        "disk_ids",
        Kind.STRINGS,
        "The disks, any number of them. Give either these, `instance_id` or `disk_tags`.",
        Change.REPLACE,
        nullable=True,
        validate=rules.any_disk_ids,
    ),
    INSTANCE,
    Field(
        "disk_tags",
        Kind.TAGS,
        "The set takes all disks that have these tags and values.",
        Change.REPLACE,
        nullable=True,
    ),
    Field(
        "exclude_disk_ids",
        Kind.STRINGS,
        "The disks to leave out if `instance_id` or `disk_tags` chooses the disks.",
        Change.REPLACE,
        nullable=True,
        validate=rules.any_disk_ids,
    ),
    Field(
        "require_stopped",
        Kind.BOOLEAN,
        "If an instance of the disks is not stopped, the set takes nothing. Use it for a volume that is striped "
        "over several disks and cannot be a group: such a volume must have no I/O.",
        Change.UPDATE,
        default=False,
    ),
    replace(SAME["series"], change=Change.REPLACE),
)

_SHARED = (
    "snapshot_name",
    "description",
    "tags",
    "retention_days",
    "archive_after",
    "resource_group_id",
    "triggers",
    "wait_until",
    "region",
    "preflight",
)

_OUTPUTS = (
    Field("snapshot_set_id", Kind.STRING, "The set's id: its series and its generation. It is also the resource's id."),
    MEMBERS[0],
    replace(
        MEMBERS[1], doc="The status: failed if one member is; otherwise progressing if one is; otherwise accomplished."
    ),
    *MEMBERS[2:],
    Field("creation_time", Kind.STRING, "When the first member was cut, ISO 8601, UTC."),
    Field("category", Kind.STRING, "The category: archive if every member is, otherwise standard."),
    Field("generation", Kind.INTEGER, "The number of the set in its series. The first is 1."),
    SAME["consistency"],
)

SNAPSHOT_SET_FIELDS = _OWN + tuple(SAME[name] for name in _SHARED) + LAST_SHARED + _OUTPUTS
