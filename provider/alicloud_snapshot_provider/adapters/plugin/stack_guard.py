"""The component `StackGuard`: one declaration guards a stack in every language.

The plugin serves its hooks. So they need nothing of the program's language, and outlive the program.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from pulumi.runtime.proto import provider_pb2, resource_pb2

from ...errors import Permanent
from ...guards.changing_resource import ATTACHMENT_TYPES, GUARDED_TYPES, NEEDED_OUTPUTS
from ...guards.unguarded import GUARD_HOOK
from ...nouns.fields import Change, Field, Kind, check_fields
from ...nouns.property_values import Properties, contains_unknown
from .guard_functions import CHANGES, CHECK_ARGUMENTS, guarded_hooks
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
        """Tell whether the guard is for this resource."""
        return resource_type in self.types and name not in self.exclude

    def bound(self, declared: resource_pb2.TransformRequest) -> resource_pb2.TransformResponse:
        """Return the options of a declared resource with the hooks, behind those that it has."""
        options = declared.options
        for change, name in self.hooks.items():
            # The update of an attachment changes no disk.
            if change == "update" and declared.type not in ATTACHMENT_TYPES:
                options.hooks.before_update.append(name)
            elif change == "delete":
                options.hooks.before_delete.append(name)
        return resource_pb2.TransformResponse(options=options)

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
