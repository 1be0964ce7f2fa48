"""`keep`, as a stack declares it: which snapshots of a history stay by the calendar."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi import Input


@dataclass(kw_only=True)
class KeepArgs:
    """What a history keeps: what any rule keeps stays, and the newest always does. -1 means all."""

    last: Input[int] | None = None
    """The newest so many."""
    hourly: Input[int] | None = None
    """The newest of each of the last so many hours that have a snapshot; so with the other periods."""
    daily: Input[int] | None = None
    weekly: Input[int] | None = None
    """ISO weeks, which begin on Monday."""
    monthly: Input[int] | None = None
    yearly: Input[int] | None = None
    within: Input[str] | None = None
    """All that are younger than this, counted back from the newest: "30d", "36h" or "1y6m", where m are months."""
    timezone: Input[str] | None = None
    """Where the hours and days begin, such as "Asia/Shanghai"; UTC by default."""
