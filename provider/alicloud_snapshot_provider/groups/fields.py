"""The properties of `SnapshotGroup`: its own, and those that it shares with `Snapshot`."""

from __future__ import annotations

from dataclasses import replace

from ..nouns import rules
from ..nouns.fields import Change, Field, Kind
from ..snapshots.fields import INSTANCE, LAST_SHARED, MEMBERS, SAME

_OWN = (
    Field(
        "disk_ids",
        Kind.STRINGS,
        "The disks: 1 to 16 of one zone, at most 32 TiB in all, of the ESSD family, without multi-attach. Give "
        "either these or `instance_id`.",
        Change.REPLACE,
        nullable=True,
        validate=rules.disk_ids,
    ),
    INSTANCE,
    Field(
        "exclude_disk_ids",
        Kind.STRINGS,
        "The disks of the instance to leave out, 1 to 16.",
        Change.REPLACE,
        nullable=True,
        validate=rules.disk_ids,
    ),
    Field(
        "snapshot_group_name",
        Kind.STRING,
        "The name: 2 to 128 characters, a letter first. By default it is made from project, stack and resource.",
        Change.UPDATE,
        validate=rules.snapshot_name,
    ),
    replace(
        SAME["resource_group_id"],
        change=Change.REPLACE,
        doc="The resource group. By default ECS chooses it. ECS cannot move a group, so a change takes a new one.",
    ),
)

_SHARED = (
    "description",
    "tags",
    "triggers",
    "wait_until",
    "series",
    "region",
    "preflight",
)

_OUTPUTS = (
    Field("snapshot_group_id", Kind.STRING, "The group's id. It is also the resource's id."),
    *MEMBERS,
    Field("creation_time", Kind.STRING, "When all members were cut, ISO 8601, UTC."),
    Field(
        "source_instance_id",
        Kind.STRING,
        "The instance of the disks. It is empty if they belong to several instances.",
        repeats=("instance_id",),
    ),
    Field("generation", Kind.INTEGER, "The number of the group in its series. The first is 1."),
    SAME["intent"],
    SAME["consistency"],
)

SNAPSHOT_GROUP_FIELDS = _OWN + tuple(SAME[name] for name in _SHARED) + LAST_SHARED + _OUTPUTS
