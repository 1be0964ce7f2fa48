"""`freeze`, as a stack declares it: commands right before and right after the cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pulumi import Input

CommandType = Literal["RunShellScript", "RunBatScript", "RunPowerShellScript"]
OnFailure = Literal["abort", "continue"]


@dataclass(kw_only=True)
class InstanceFreezeArgs:
    """What is different on one instance; what is not given here is as in `FreezeArgs`."""

    command: Input[str] | None = None
    """What freezes: it returns once nothing is written any more."""
    thaw: Input[str] | None = None
    """What undoes it. It is always run, also where the freeze failed, and may be run twice."""
    timeout: Input[int] | None = None
    """Seconds for each of the two, 10 to 86400; 60 by default. After twice that, the guest thaws by itself."""
    on_failure: Input[OnFailure] | None = None
    """"abort" (default): no snapshot where the freeze fails. "continue": a warning, and a crash-consistent one."""
    type: Input[CommandType] | None = None
    """RunShellScript by default. Only with a shell script the guest thaws by itself."""
    username: Input[str] | None = None
    """Who runs them; root, or System on Windows, by default."""
    working_dir: Input[str] | None = None
    """Where they run; the user's home by default."""


@dataclass(kw_only=True)
class FreezeArgs(InstanceFreezeArgs):
    """The commands that freeze the running instances of the disks right before the cut and thaw them right after it.

    They are run by Cloud Assistant, whose history keeps their text: leave passwords in the guest. Do not freeze the
    file system that Cloud Assistant itself writes to, which is the root one.
    """

    instances: Mapping[str, InstanceFreezeArgs | Mapping[str, Input[str] | Input[int]]] | None = None
    """What is different on some instances, by instance id. Without a command for all, only these are frozen."""
