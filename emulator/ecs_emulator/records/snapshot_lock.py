"""Locks that keep a snapshot from being deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LockStatus = Literal["compliance-cooloff", "compliance", "expired"]
_SECONDS_PER_HOUR = 3600
_SECONDS_PER_DAY = 86400


@dataclass(frozen=True, slots=True)
class SnapshotLock:
    """A lock in compliance mode.

    It lasts `duration_days` from `start_time` on, which is None until the snapshot is accomplished. Within
    `cool_off_hours` of `creation_time` it can be taken off and changed at will, then only extended.
    """

    duration_days: int
    cool_off_hours: int = 0
    creation_time: float = 0.0
    start_time: float | None = None

    @property
    def cool_off_end(self) -> float:
        """When the lock can no longer be taken off."""
        return self.creation_time + self.cool_off_hours * _SECONDS_PER_HOUR

    @property
    def expires_at(self) -> float | None:
        """When the lock ends; None while its time has not begun."""
        return None if self.start_time is None else self.start_time + self.duration_days * _SECONDS_PER_DAY

    def status(self, now: float) -> LockStatus:
        """Return how far the lock is at `now`."""
        if self.expires_at is not None and now >= self.expires_at:
            return "expired"
        return "compliance-cooloff" if now < self.cool_off_end else "compliance"
