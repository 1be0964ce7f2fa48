"""What is run in instances right before and right after the cut, as a program declares it."""

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
"""On what was begun with a freeze and not yet seen cut; where it stays, nothing is proven."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """The two commands of one instance; `timeout` is in seconds and holds for each of the two."""

    command: str
    thaw: str
    timeout: int = DEFAULT_TIMEOUT
    on_failure: OnFailure = "abort"
    kind: str = SHELL
    username: str | None = None
    working_dir: str | None = None

    @property
    def thaws_by_itself(self) -> bool:
        """Whether the guest thaws by itself: only a shell script can arm that."""
        return self.kind == SHELL


@dataclass(frozen=True, slots=True)
class Freeze:
    """The commands of every instance, `everywhere` or its own in `instances`; one that has neither is not frozen."""

    everywhere: Commands | None = None
    instances: Mapping[str, Commands] = field(default_factory=dict)

    def of(self, instance_id: str) -> Commands | None:
        return self.instances.get(instance_id, self.everywhere)

    @property
    def all(self) -> list[Commands]:
        return [*([self.everywhere] if self.everywhere else []), *self.instances.values()]

    @property
    def required(self) -> bool:
        """Whether a snapshot that was not cut while everything was frozen does not count."""
        return any(commands.on_failure == "abort" for commands in self.all)


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeRequest:
    """A freeze for one or more cuts that are made together.

    `key` is the hash of their intents, `scope` the stack whose commands these are; `warn` hears what went wrong where
    that ends nothing.
    """

    freeze: Freeze
    key: str
    scope: str
    disk_ids: Sequence[str]
    warn: Callable[[str], None]


def hold_seconds(commands: Sequence[Commands]) -> int:
    """Return the seconds after the start of a freeze when the guests thaw by themselves.

    That is once the time-out for the freeze, and once more for the cut.
    """
    return 2 * max((each.timeout for each in commands), default=0)
