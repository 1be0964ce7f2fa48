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
    """The command that freezes. It returns once nothing is written any more."""
    thaw: Input[str] | None = None
    """The command that undoes it. It always runs, even after a failed freeze, and may run twice."""
    timeout: Input[int] | None = None
    """Seconds for each of the two, 10 to 86400; 60 by default. After twice that, the guest thaws by itself."""
    on_failure: Input[OnFailure] | None = None
    """"abort" (default): no snapshot if the freeze fails. "continue": a warning, and a crash-consistent snapshot."""
    type: Input[CommandType] | None = None
    """RunShellScript by default. Only with a shell script the guest thaws by itself."""
    username: Input[str] | None = None
    """Who runs them; root, or System on Windows, by default."""
    working_dir: Input[str] | None = None
    """Where they run; the user's home by default."""


@dataclass(kw_only=True)
class FreezeArgs(InstanceFreezeArgs):
    """The commands that freeze the running instances of the disks right before the cut and thaw them right after it.

    Cloud Assistant runs them, and its history keeps their text: keep passwords in the guest. Do not freeze the
    file system that Cloud Assistant itself writes to, which is the root one.
    """

    instances: Mapping[str, InstanceFreezeArgs | Mapping[str, Input[str] | Input[int]]] | None = None
    """What is different on some instances, by instance id. Without a command for all, only these are frozen."""
