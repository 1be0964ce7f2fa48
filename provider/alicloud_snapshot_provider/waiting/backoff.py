"""The delays between two polls of a snapshot: short near its end, long before it."""

from __future__ import annotations

SHORTEST = 1.0
SHORTEST_UNESTIMATED = 2.0
LONGEST = 15.0
SHARE_OF_REMAINING = 0.6
SHARE_OF_ELAPSED = 0.05


def poll_delay(*, elapsed: float, remaining: float | None) -> float:
    """Return the seconds until the next poll.

    `elapsed` is the time since the start of the wait. `remaining` is ECS's estimate, None or 0 if it has none. ECS
    advises to wait long at first, and to poll every 1 to 2 s near the end.
    """
    if remaining is not None and remaining > 0:
        return min(LONGEST, max(SHORTEST, remaining * SHARE_OF_REMAINING))
    return min(LONGEST, max(SHORTEST_UNESTIMATED, elapsed * SHARE_OF_ELAPSED))
