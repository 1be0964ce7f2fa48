"""Locks that prevent the deletion of a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LockStatus = Literal["compliance-cooloff", "compliance", "expired"]
_SECONDS_PER_HOUR = 3600
_SECONDS_PER_DAY = 86400


@dataclass(frozen=True, slots=True)
class SnapshotLock:
    """A lock in compliance mode.

    It lasts `duration_days` from `start_time`, which is None until the snapshot is accomplished. For `cool_off_hours`
    after `creation_time` it can be removed and changed. After that it can only be extended.
    """

    duration_days: int
    cool_off_hours: int = 0
    creation_time: float = 0.0
    start_time: float | None = None

    @property
    def cool_off_end(self) -> float:
        """When the cool-off ends, and nobody can remove the lock any more."""
        return self.creation_time + self.cool_off_hours * _SECONDS_PER_HOUR

    @property
    def expires_at(self) -> float | None:
        """When the lock ends. None before its time has begun."""
        return None if self.start_time is None else self.start_time + self.duration_days * _SECONDS_PER_DAY

    def status(self, now: float) -> LockStatus:
        """Return the status of the lock at `now`."""
        if self.expires_at is not None and now >= self.expires_at:
            return "expired"
        return "compliance-cooloff" if now < self.cool_off_end else "compliance"
