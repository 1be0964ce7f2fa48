"""The settings of a guard. Written by `make schema` from their field table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from .choices import OutsideWindow, WaitUntil
from .objects import FreezeArgs, KeepArgs


class GuardSettings(TypedDict, total=False):
    """How a guard takes and keeps its snapshots. Every setting is optional, and none may be an output."""

    keep_last: int
    """Snapshots of each disk that stay, the newest first; 3 by default."""
    keep: KeepArgs | Mapping[str, Any]
    """Which snapshots of each disk stay by the calendar, beside those of `keep_last`."""
    retention_days: int
    """Days after which ECS deletes a snapshot by itself."""
    min_age: str
    """A duration such as "30m" for which an earlier snapshot of the guard is still fresh enough."""
    wait_until: WaitUntil
    """"accomplished" (default) or "available"."""
    timeout: str
    """A duration after which the wait ends and the change is aborted."""
    tags: Mapping[str, str]
    """Tags of your own."""
    freeze: FreezeArgs | Mapping[str, Any]
    """Commands right before and right after the cut, one freeze for all disks of a change."""
    drill: Mapping[str, Any]
    """How what was taken is proven before the change begins; the arguments are those of `RestoreDrill`."""
    window: str
    """Maintenance hours with time zone, such as "01:00-05:00 Asia/Shanghai"."""
    outside_window: OutsideWindow
    """What a change outside of `window` meets: "warn" (default) takes the snapshot, "fail" aborts the change."""
    region: str
    """The region of the disks; by default that of the guarded resource, else the provider's."""
