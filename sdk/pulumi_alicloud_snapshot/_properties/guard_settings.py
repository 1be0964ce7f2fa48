"""The settings of a guard. Written by `make schema` from their field table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from .choices import OutsideWindow, Reuse, WaitUntil
from .objects import FreezeArgs, KeepArgs


class GuardSettings(TypedDict, total=False):
    """How a guard takes and keeps its snapshots. Every setting is optional, and none may be an output."""

    keep_last: int
    """How many snapshots of each disk stay, the newest first. 3 by default."""
    keep: KeepArgs | Mapping[str, Any]
    """Which snapshots of each disk stay by the calendar. A snapshot stays if `keep_last` or any of these rules keeps
    it."""
    retention_days: int
    """After how many days ECS deletes a snapshot by itself."""
    min_age: str
    """A duration such as "30m". If an earlier snapshot of the guard is younger than this, the guard takes no new
    one."""
    reuse: Reuse
    """Whose snapshots count for `min_age`. "guard" (default): only those that the guard took. "any": also those of an
    automatic policy, of the console or of another tool, if there is no `freeze`."""
    wait_until: WaitUntil
    """When the snapshot counts as taken: "accomplished" (default) or "available"."""
    timeout: str
    """How long the guard waits, a duration. After that it aborts the change."""
    tags: Mapping[str, str]
    """Your own tags."""
    freeze: FreezeArgs | Mapping[str, Any]
    """Commands that run right before and right after the cut. One change has one freeze for all its disks."""
    drill: Mapping[str, Any]
    """How the snapshots are proven before the change begins. The arguments are those of `RestoreDrill`."""
    window: str
    """Maintenance hours with a time zone, such as "01:00-05:00 Asia/Shanghai"."""
    outside_window: OutsideWindow
    """What happens if a change begins outside of `window`. "warn" (default): the guard takes the snapshot. "fail": it
    aborts the change."""
    region: str
    """The region of the disks. By default it is the region of the guarded resource, or else that of the provider."""
