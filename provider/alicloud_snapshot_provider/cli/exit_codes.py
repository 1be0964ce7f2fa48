"""How a command ends, as its exit code says it."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of all commands."""

    FINE = 0
    FAILED = 1
    """ECS refused, or what was watched or begun failed."""
    BAD_INPUT = 2
    FOUND = 3
    """What was looked for is there: an orphan, a disk without a recent snapshot."""
    INTERRUPTED = 130
