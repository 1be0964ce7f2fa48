"""`checks` of a `RestoreDrill`, as a stack declares them."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi import Input


@dataclass(kw_only=True)
class DrillCheckArgs:
    """A check in the helper instance, with all temporary disks of the drill."""

    command: Input[str]
    """A shell command, run as root. `$DRILL_DEVICES` are the devices in the order of the snapshots' disks,
    `$DRILL_MOUNTS` where their file systems are mounted, read-only."""
    timeout: Input[int] | None = None
    """Seconds that it may take, 10 to 86400; 600 by default."""
    exit_code: Input[int] | None = None
    """The code with which it exits where all is well; 0 by default."""
