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
        "The disks, any number. Either these, `instance_id` or `disk_tags`.",
        Change.REPLACE,
        nullable=True,
        validate=rules.any_disk_ids,
    ),
    INSTANCE,
    Field(
        "disk_tags",
        Kind.TAGS,
        "Take the disks that have these tags and values.",
        Change.REPLACE,
        nullable=True,
    ),
    Field(
        "exclude_disk_ids",
        Kind.STRINGS,
        "Disks to leave out if `instance_id` or `disk_tags` chooses the disks.",
        Change.REPLACE,
        nullable=True,
        validate=rules.any_disk_ids,
    ),
    Field(
        "require_stopped",
        Kind.BOOLEAN,
        "Take nothing while an instance of the disks runs. Use it for a volume that is striped over several disks "
        "and cannot "
        "be a group: it must have no I/O.",
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
    Field("snapshot_set_id", Kind.STRING, "The set's id, the same as the resource's: its series and generation."),
    MEMBERS[0],
    replace(MEMBERS[1], doc="failed if one member is, otherwise progressing if one is, otherwise accomplished."),
    *MEMBERS[2:],
    Field("creation_time", Kind.STRING, "The first of the points in time that the members keep, ISO 8601, UTC."),
    Field("category", Kind.STRING, "archive if every member is, otherwise standard."),
    Field("generation", Kind.INTEGER, "The number of the set in its series, from 1."),
    SAME["consistency"],
)

SNAPSHOT_SET_FIELDS = _OWN + tuple(SAME[name] for name in _SHARED) + LAST_SHARED + _OUTPUTS
