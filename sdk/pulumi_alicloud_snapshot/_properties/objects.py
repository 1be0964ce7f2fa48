"""Arguments that are objects. Written by `make schema` from the field tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi import Input

from .choices import CommandType, OnFailure


@dataclass(kw_only=True)
class DrillCheckArgs:
    """Your own checks, by name. They run in the order of their names. Each gets all disks."""

    command: Input[str]
    """A shell command that runs as root. `$DRILL_DEVICES` has the devices, in the order of the snapshots' disks.
    `$DRILL_MOUNTS` has the paths where their file systems are mounted read-only."""
    timeout: Input[int] | None = None
    """How many seconds the command may take: 10 to 86400. 600 by default."""
    exit_code: Input[int] | None = None
    """The exit code that means success. 0 by default."""


@dataclass(kw_only=True)
class InstanceFreezeArgs:
    """What differs on some instances, by instance id. If there is no command for all, only these instances are
    frozen."""

    command: Input[str] | None = None
    """The command that freezes. It must return only when nothing is written any more."""
    thaw: Input[str] | None = None
    """The command that thaws. It always runs, even if the freeze failed, and it may run twice."""
    timeout: Input[int] | None = None
    """How many seconds each of the two commands may take: 10 to 86400, 60 by default. The cut may take as long again.
    After that the guest thaws by itself."""
    on_failure: Input[OnFailure] | None = None
    """What happens if a freeze fails. "abort" (default): no snapshot is taken, and the run fails. "continue": the run
    warns, and the snapshot is only crash-consistent."""
    type: Input[CommandType] | None = None
    """The type of the command: RunShellScript (default), RunBatScript or RunPowerShellScript. The guest thaws by itself
    only with RunShellScript."""
    username: Input[str] | None = None
    """The user that runs the commands. By default root, or System on Windows."""
    working_dir: Input[str] | None = None
    """The directory in which the commands run. By default the user's home."""


@dataclass(kw_only=True)
class KeepArgs:
    """Which accomplished snapshots of the series stay by the calendar after a replacement. A snapshot stays if
    `keep_last` or any of these rules keeps it."""

    last: Input[int] | None = None
    """How many of the newest snapshots stay: 0 to 10000. -1 means all, here and in the rules below."""
    hourly: Input[int] | None = None
    """For this many hours, the newest snapshot of each stays. Those without a snapshot do not count."""
    daily: Input[int] | None = None
    """For this many days, the newest snapshot of each stays. Those without a snapshot do not count."""
    weekly: Input[int] | None = None
    """For this many ISO weeks, the newest snapshot of each stays. Those without a snapshot do not count."""
    monthly: Input[int] | None = None
    """For this many months, the newest snapshot of each stays. Those without a snapshot do not count."""
    yearly: Input[int] | None = None
    """For this many years, the newest snapshot of each stays. Those without a snapshot do not count."""
    within: Input[str] | None = None
    """A time span such as "30d", "36h" or "1y6m" (m are months). It is counted back from the newest snapshot. All
    snapshots within it stay."""
    timezone: Input[str] | None = None
    """The time zone in which hours and days begin, such as "Asia/Shanghai". UTC by default."""


@dataclass(kw_only=True)
class FreezeArgs(InstanceFreezeArgs):
    """Commands that freeze the running instances of the disks right before the cut, and thaw them right after it."""

    instances: Mapping[str, InstanceFreezeArgs | Mapping[str, Any]] | Input[Mapping[str, Any]] | None = None
    """What differs on some instances, by instance id. If there is no command for all, only these instances are
    frozen."""
