"""Describes a freeze: the commands that run in instances right before and right after the cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

OnFailure = Literal["abort", "continue"]
SHELL = "RunShellScript"
DEFAULT_TIMEOUT = 60

CONSISTENCY_APPLICATION = "application"
CONSISTENCY_CRASH = "crash"
CONSISTENCY_PENDING = "pending"
"""The value for a snapshot that was begun with a freeze and whose cut was not seen yet. It proves nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """The two commands of one instance. `timeout` is in seconds, for each of them."""

    command: str
    thaw: str
    timeout: int = DEFAULT_TIMEOUT
    on_failure: OnFailure = "abort"
    kind: str = SHELL
    username: str | None = None
    working_dir: str | None = None

    @property
    def thaws_by_itself(self) -> bool:
        """Whether the guest thaws by itself. Only shell scripts can do that."""
        return self.kind == SHELL


@dataclass(frozen=True, slots=True)
class Freeze:
    """The commands for all instances, and those of single `instances`. An instance without commands is not frozen."""

    everywhere: Commands | None = None
    instances: Mapping[str, Commands] = field(default_factory=dict)

    def of(self, instance_id: str) -> Commands | None:
        return self.instances.get(instance_id, self.everywhere)

    @property
    def required(self) -> bool:
        """Whether a snapshot counts only if it was cut while everything was frozen."""
        return any(each and each.on_failure == "abort" for each in (self.everywhere, *self.instances.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeRequest:
    """A freeze for the snapshots of some disks, which are cut together.

    `key` is the hash of their intents. `scope` is the stack that runs the commands. `warn` is called with problems that
    do not end the work.
    """

    freeze: Freeze
    key: str
    scope: str
    disk_ids: Sequence[str]
    warn: Callable[[str], None]


def hold_seconds(commands: Sequence[Commands]) -> int:
    """Return after how many seconds the guests thaw by themselves: one time-out for the freeze, one for the cut."""
    return 2 * max((each.timeout for each in commands), default=0)
