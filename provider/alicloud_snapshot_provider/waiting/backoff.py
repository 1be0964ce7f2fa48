"""When to look at a snapshot again: often near its end, seldom far from it."""

from __future__ import annotations

SHORTEST = 1.0
SHORTEST_UNESTIMATED = 2.0
LONGEST = 15.0
SHARE_OF_REMAINING = 0.6
SHARE_OF_ELAPSED = 0.05


def poll_delay(*, elapsed: float, remaining: float | None) -> float:
    """Return the seconds until the next look.

    `elapsed` counts from the start of the wait; `remaining` is ECS's own estimate, None or not positive where
    it has none. ECS advises to wait long first and to poll each 1 to 2 s near the end.
    """
    if remaining is not None and remaining > 0:
        return min(LONGEST, max(SHORTEST, remaining * SHARE_OF_REMAINING))
    return min(LONGEST, max(SHORTEST_UNESTIMATED, elapsed * SHARE_OF_ELAPSED))
