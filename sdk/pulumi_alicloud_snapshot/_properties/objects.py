"""Arguments that are objects. Written by `make schema` from the field tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi import Input

from .choices import CommandType, OnFailure


@dataclass(kw_only=True)
class DrillCheckArgs:
    """Checks of your own, by name, in the order of their names, each with all disks."""

    command: Input[str]
    """A shell command, run as root. `$DRILL_DEVICES` are the devices in the order of the snapshots' disks,
    `$DRILL_MOUNTS` where their file systems are mounted, read-only."""
    timeout: Input[int] | None = None
    """Seconds that it may take, 10 to 86400; 600 by default."""
    exit_code: Input[int] | None = None
    """The code with which it exits where all is well; 0 by default."""


@dataclass(kw_only=True)
class FreezeArgs:
    """Commands that freeze the running instances of the disks right before the cut, and thaw them right after it."""

    command: Input[str] | None = None
    """The command that freezes. It returns once nothing is written any more."""
    thaw: Input[str] | None = None
    """The command that undoes it. It always runs, even after a failed freeze, and may run twice."""
    timeout: Input[int] | None = None
    """Seconds for each of the two commands, 10 to 86400; 60 by default. The cut has the same time again. Then the guest
    thaws by itself."""
    on_failure: Input[OnFailure] | None = None
    """What happens if a freeze fails: "abort" (default): no snapshot and an error; "continue": a warning and a snapshot
    that is only crash-consistent."""
    type: Input[CommandType] | None = None
    """RunShellScript (default), RunBatScript or RunPowerShellScript. Only with a shell script the guest thaws by
    itself."""
    username: Input[str] | None = None
    """Who runs them; root, or System on Windows, by default."""
    working_dir: Input[str] | None = None
    """Where they run; the user's home by default."""
    instances: Mapping[str, InstanceFreezeArgs | Mapping[str, Any]] | Input[Mapping[str, Any]] | None = None
    """What differs on some instances, by instance id. Without a command for all, only these are frozen."""


@dataclass(kw_only=True)
class InstanceFreezeArgs:
    """What differs on some instances, by instance id. Without a command for all, only these are frozen."""

    command: Input[str] | None = None
    """The command that freezes. It returns once nothing is written any more."""
    thaw: Input[str] | None = None
    """The command that undoes it. It always runs, even after a failed freeze, and may run twice."""
    timeout: Input[int] | None = None
    """Seconds for each of the two commands, 10 to 86400; 60 by default. The cut has the same time again. Then the guest
    thaws by itself."""
    on_failure: Input[OnFailure] | None = None
    """What happens if a freeze fails: "abort" (default): no snapshot and an error; "continue": a warning and a snapshot
    that is only crash-consistent."""
    type: Input[CommandType] | None = None
    """RunShellScript (default), RunBatScript or RunPowerShellScript. Only with a shell script the guest thaws by
    itself."""
    username: Input[str] | None = None
    """Who runs them; root, or System on Windows, by default."""
    working_dir: Input[str] | None = None
    """Where they run; the user's home by default."""


@dataclass(kw_only=True)
class KeepArgs:
    """Which accomplished snapshots of the series stay by the calendar when one is replaced, beside those of
    `keep_last`: what any rule keeps stays."""

    last: Input[int] | None = None
    """The newest so many, 0 to 10000; here and below -1 means all."""
    hourly: Input[int] | None = None
    """The newest of each of the last so many hours that have one."""
    daily: Input[int] | None = None
    """The newest of each of the last so many days that have one."""
    weekly: Input[int] | None = None
    """The newest of each of the last so many ISO weeks that have one."""
    monthly: Input[int] | None = None
    """The newest of each of the last so many months that have one."""
    yearly: Input[int] | None = None
    """The newest of each of the last so many years that have one."""
    within: Input[str] | None = None
    """All that are younger than this, counted back from the newest: "30d", "36h" or "1y6m", where m are months."""
    timezone: Input[str] | None = None
    """Where the hours and days begin, such as "Asia/Shanghai"; UTC by default."""
