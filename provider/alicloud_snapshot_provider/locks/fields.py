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
        "For how many days nobody can delete the snapshot: 1 to 36500, and fewer than its retention_days. When the "
        "cool-off has ended, you can raise the number, but not lower it.",
        Change.UPDATE,
        required=True,
        validate=rules.lock_duration,
    ),
    Field(
        "cool_off_period",
        Kind.INTEGER,
        "For how many hours you can still undo the lock: 0 to 72. 72 by default; 0 locks at once.",
        Change.UPDATE,
        default=DEFAULT_COOL_OFF_PERIOD,
        validate=rules.cool_off_period,
    ),
    Field(
        "leave_locked",
        Kind.BOOLEAN,
        "If the lock cannot be undone any more, a destroy of the resource leaves it in place. By default the "
        "destroy fails.",
        Change.UPDATE,
        default=False,
    ),
    SAME["region"],
    SAME["preflight"],
)

_OUTPUTS = (
    Field("lock_mode", Kind.STRING, "The mode: compliance. ECS has no other."),
    Field("lock_status", Kind.STRING, "The status: compliance-cooloff, compliance or expired."),
    Field("lock_creation_time", Kind.STRING, "When the snapshot was locked. ISO 8601, UTC."),
    Field("cool_off_period_expired_time", Kind.STRING, "Until when you can undo the lock. ISO 8601, UTC."),
    Field("lock_duration_start_time", Kind.STRING, "When the days of the lock start to count. ISO 8601, UTC."),
    Field("lock_expired_time", Kind.STRING, "When the lock ends. ISO 8601, UTC."),
)

SNAPSHOT_LOCK_FIELDS = _INPUTS + _OUTPUTS
