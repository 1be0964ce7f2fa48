"""The component `StackGuard`: one declaration guards a stack in every language.

The plugin serves its hooks. So they need nothing of the program's language, and outlive the program.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pulumi.runtime.proto import provider_pb2, resource_pb2

from ...errors import Permanent
from ...guards.changing_resource import ATTACHMENT_TYPES, GUARDED_TYPES, NEEDED_OUTPUTS
from ...guards.unguarded import GUARD_HOOK
from ...nouns.fields import Change, Field, Kind, check_fields
from ...nouns.property_values import Properties, contains_unknown
from .callbacks import Callbacks
from .guard_functions import CHANGES, CHECK_ARGUMENTS, guarded_hooks
from .monitor import Monitor
from .names import Names
from .wire import from_wire

Take = Callable[[Properties], Awaitable[str]]
"""Takes the snapshots by the arguments of `protect`. Returns why the change must not start, "" if it may."""


def _types(value: Sequence[str]) -> str | None:
    unknown = [each for each in value if each not in GUARDED_TYPES]
    known = ", ".join(sorted(GUARDED_TYPES))
    return f"must be of {known}, got {unknown[0]!r}: correct it" if unknown else None


STACK_GUARD = "StackGuard"
STACK_GUARD_FIELDS = (
    *CHECK_ARGUMENTS,
    Field(
        "types",
        Kind.STRINGS,
        "The types of the guarded resources. By default the instances, the disks and the disk attachments of "
        "`alicloud.ecs`.",
        Change.ASK,
        nullable=True,
        validate=_types,
    ),
    Field(
        "exclude",
        Kind.STRINGS,
        "The names of resources that are not guarded. Name a disk and its attachment.",
        Change.ASK,
        nullable=True,
    ),
)
STACK_GUARD_NAMES = Names(STACK_GUARD_FIELDS)


@dataclass(frozen=True, slots=True)
class StackGuard:
    """A guard of every resource of some types. `hooks` are the names of its hooks by change."""

    hooks: Mapping[str, str]
    types: Collection[str]
    exclude: Collection[str]
    settings: Properties
    preview: bool

    def guards(self, resource_type: str, name: str) -> bool:
        return resource_type in self.types and name not in self.exclude

    async def bind(self, request: bytes) -> bytes:
        """Add the hooks to the options of a declared resource, behind those that it has."""
        declared = resource_pb2.TransformRequest.FromString(request)
        if not self.guards(declared.type, declared.name):
            return b""
        options = declared.options
        for change, name in self.hooks.items():
            # The update of an attachment changes no disk.
            if change == "update" and declared.type not in ATTACHMENT_TYPES:
                options.hooks.before_update.append(name)
            elif change == "delete":
                options.hooks.before_delete.append(name)
        return resource_pb2.TransformResponse(options=options).SerializeToString()

    async def run(self, change: str, take: Take, request: bytes) -> bytes:
        """Answer the engine's call of a hook once the snapshots are safe."""
        changing = resource_pb2.ResourceHookRequest.FromString(request)
        outputs = from_wire(changing.old_outputs).values
        resource = {
            "change": change,
            "type": changing.type,
            "name": changing.name,
            "urn": changing.urn,
            "id": changing.id,
            "outputs": {name: outputs[name] for name in NEEDED_OUTPUTS if name in outputs},
        }
        error = await take({"resource": resource, "settings": self.settings, "preview": self.preview})
        return resource_pb2.ResourceHookResponse(error=error).SerializeToString()


def stack_guard(request: provider_pb2.ConstructRequest) -> StackGuard:
    """Return the guard that a program declares. Raises Permanent if an argument cannot work."""
    arguments = STACK_GUARD_NAMES.to_core(from_wire(request.inputs).values)
    for name, reason in check_fields(STACK_GUARD_FIELDS, arguments).items():
        raise Permanent(reason if reason.startswith(f"{name}.") else f"{name} {reason}")
    for name, value in arguments.items():
        if contains_unknown(value):
            raise Permanent(
                f"{name} of the guard is not known yet", remedy="Give the guard values that are known before this run."
            )
    hooks = guarded_hooks(arguments.get("changes") or CHANGES)
    return StackGuard(
        hooks={change: f"{GUARD_HOOK}{request.name}:{hook}" for change, hook in hooks.items()},
        types=arguments.get("types") or GUARDED_TYPES,
        exclude=arguments.get("exclude") or (),
        settings=arguments.get("settings") or {},
        preview=request.dryRun,
    )


@dataclass(frozen=True, slots=True)
class GuardedRun:
    """The run in which a guard is declared. `stored` returns the URNs of the stored resources of some types."""

    monitor: Monitor
    callbacks: Callbacks
    take: Take
    stored: Callable[[str, Collection[str]], Awaitable[Sequence[str]]]

    async def declare(self, request: provider_pb2.ConstructRequest) -> str:
        """Register the guard, and return its URN. Raises Permanent if it cannot guard what it must."""
        guard = stack_guard(request)
        if not await self.monitor.has("resourceHooks"):
            raise Permanent(
                "this Pulumi cannot guard: it has no resource hooks", remedy="Install Pulumi 3.182 or later."
            )
        urn = await self.monitor.register(request)
        for change, name in guard.hooks.items():
            await self.monitor.hook(name, self.callbacks.add(partial(guard.run, change, self.take)))
        await self.monitor.transform(self.callbacks.add(guard.bind))
        await self._refuse_what_came_before(guard, urn)
        return urn

    async def _refuse_what_came_before(self, guard: StackGuard, urn: str) -> None:
        """Only the stored state names what the engine has registered. A new resource has nothing to lose yet."""
        stored = await self.stored(urn, guard.types)
        guarded = [each for each in stored if each.rpartition("::")[2] not in guard.exclude]
        before = [each for each in guarded if await self.monitor.is_declared(each)]
        if before:
            names = ", ".join(each.rpartition("::")[2] for each in before)
            raise Permanent(
                f"declared before the guard, so not guarded: {names}",
                remedy="Give each of them the option dependsOn with the guard, or name it in exclude.",
            )
