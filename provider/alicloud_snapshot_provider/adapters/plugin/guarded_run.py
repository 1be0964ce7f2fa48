"""The run in which a program declares a `StackGuard`: registers the guard, and finds what it misses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from functools import partial

from pulumi.runtime.proto import provider_pb2, resource_pb2

from ...errors import Permanent
from ..stored_state import StoredResources
from .callbacks import Callbacks
from .monitor import Monitor
from .stack_guard import StackGuard, Take, stack_guard

_ROOT = "pulumi:pulumi:Stack"


@dataclass(frozen=True, slots=True)
class GuardedRun:
    """What a guard needs of its run. `stored` returns the stored resources of some types, and `warn` gets a URN."""

    monitor: Monitor
    callbacks: Callbacks
    take: Take
    stored: Callable[[str, Collection[str]], Awaitable[StoredResources]]
    warn: Callable[[str, str], None]
    bound: set[str] = field(default_factory=set)
    """The URNs of the guarded resources so far."""
    after: set[str] = field(default_factory=set)
    """The URNs of the guard and of what depends on it."""

    async def declare(self, request: provider_pb2.ConstructRequest) -> str:
        """Register the guard, and return its URN. Raises Permanent if it cannot guard what it must."""
        guard = stack_guard(request)
        if not await self.monitor.has("resourceHooks"):
            raise Permanent(
                "this Pulumi cannot guard: it has no resource hooks", remedy="Install Pulumi 3.182 or later."
            )
        urn = await self.monitor.register(request)
        self.after.add(urn)
        for change, name in guard.hooks.items():
            await self.monitor.hook(name, self.callbacks.add(partial(guard.run, change, self.take)))
        await self.monitor.transform(self.callbacks.add(partial(self._bind, guard, urn)))
        await self._refuse_what_came_before(guard, urn)
        return urn

    async def _bind(self, guard: StackGuard, guard_urn: str, request: bytes) -> bytes:
        declared = resource_pb2.TransformRequest.FromString(request)
        urn = _urn_of(declared, guard_urn)
        if self.after.intersection([declared.parent, *declared.options.depends_on]):
            self.after.add(urn)
        if not guard.guards(declared.type, declared.name):
            return b""
        self.bound.add(urn)
        if urn not in self.after:
            self._warn_of_chance(guard_urn, declared.name)
        return guard.bound(declared).SerializeToString()

    def _warn_of_chance(self, guard_urn: str, name: str) -> None:
        self.warn(
            guard_urn,
            f"{name} does not depend on the guard: it is guarded only because it came later in this run. Give it the "
            "option dependsOn with the guard.",
        )

    async def _refuse_what_came_before(self, guard: StackGuard, urn: str) -> None:
        """Only the stored state names what the engine has registered. A new resource has nothing to lose yet."""
        stored = await self.stored(urn, guard.types)
        missed = [each for each in stored.urns if each not in self.bound and _name_of(each) not in guard.exclude]
        before = [each for each in missed if each in stored.changing or await self.monitor.is_declared(each)]
        if before:
            raise Permanent(
                f"declared before the guard, so not guarded: {', '.join(map(_name_of, before))}",
                remedy="Give each of them the option dependsOn with the guard, or name it in exclude.",
            )


def _name_of(urn: str) -> str:
    return urn.split("::", maxsplit=3)[-1]


def _urn_of(declared: resource_pb2.TransformRequest, other: str) -> str:
    """Return the URN that the engine will give to a resource of the stack of the other URN."""
    stack, project, _ = other.split("::", maxsplit=2)
    parent = declared.parent.split("::")[2] if declared.parent else _ROOT
    kind = declared.type if parent == _ROOT else f"{parent}${declared.type}"
    return f"{stack}::{project}::{kind}::{declared.name}"
