"""The exit codes of the commands."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of all commands."""

    FINE = 0
    FAILED = 1
    """ECS refused something, or a snapshot failed."""
    BAD_INPUT = 2
    FOUND = 3
    """The command found what it looks for: an orphan, or a disk without a recent snapshot."""
    INTERRUPTED = 130
