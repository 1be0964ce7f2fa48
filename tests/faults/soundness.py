"""What random runs share: how many, how long, and what must not be."""

from __future__ import annotations

STEPS = 8
LISTED_AT_LAST = 600.0
"""Virtual seconds after which ECS lists whatever it has not listed yet: before, destroying cannot know of it."""
MOST_WALL_SECONDS = 60.0


class Unsound(Exception):
    """What must not be."""
