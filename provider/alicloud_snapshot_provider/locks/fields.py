"""The properties of `SnapshotLock`."""

from __future__ import annotations

from ..nouns import rules
from ..nouns.fields import Change, Field, Kind
from ..snapshots.fields import SAME

DEFAULT_COOL_OFF_PERIOD = 72

_INPUTS = (
    Field(
        "snapshot_id",
        Kind.STRING,
        "The snapshot to lock.",
        Change.REPLACE,
        required=True,
        validate=rules.snapshot_id,
    ),
    Field(
        "lock_duration",
        Kind.INTEGER,
        "Days for which the snapshot cannot be deleted, 1 to 36500, fewer than its retention_days. "
        "Once the cool-off has ended they only grow.",
        Change.UPDATE,
        required=True,
        validate=rules.lock_duration,
    ),
    Field(
        "cool_off_period",
        Kind.INTEGER,
        "Hours, 0 to 72, within which the lock can still be undone; 72 by default, 0 locks at once.",
        Change.UPDATE,
        default=DEFAULT_COOL_OFF_PERIOD,
        validate=rules.cool_off_period,
    ),
    Field(
        "leave_locked",
        Kind.BOOLEAN,
        "Let destroying the resource leave a lock that cannot be undone any more, instead of failing.",
        Change.UPDATE,
        default=False,
    ),
    SAME["region"],
    SAME["preflight"],
)

_OUTPUTS = (
    Field("lock_mode", Kind.STRING, "compliance, the only mode of ECS."),
    Field("lock_status", Kind.STRING, "compliance-cooloff, compliance or expired."),
    Field("lock_creation_time", Kind.STRING, "When the snapshot was locked, ISO 8601, UTC."),
    Field("cool_off_period_expired_time", Kind.STRING, "Until when the lock can be undone, ISO 8601, UTC."),
    Field("lock_duration_start_time", Kind.STRING, "From when the days count, ISO 8601, UTC."),
    Field("lock_expired_time", Kind.STRING, "When the lock ends, ISO 8601, UTC."),
)

SNAPSHOT_LOCK_FIELDS = _INPUTS + _OUTPUTS
