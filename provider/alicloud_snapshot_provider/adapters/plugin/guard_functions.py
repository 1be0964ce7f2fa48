"""The functions `checkGuard` and `protect`: the guards of all languages except Python call them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ...ecs.models import SnapshotInfo
from ...errors import SnapshotError
from ...guards.changing_resource import GUARDED_TYPES, NEEDED_OUTPUTS, ChangingResource
from ...guards.fields import GUARD_FIELDS, guard_rules
from ...guards.guard import GuardTarget
from ...guards.unguarded import STAYS
from ...nouns import rules
from ...nouns.fields import Change, Field, Kind
from ...nouns.property_values import Properties, contains_unknown
from ...nouns.series import series_of_urn
from ...waiting.progress import Milestones
from .invoke_context import InvokeContext

HOOKS = {"update": "before_update", "delete": f"before_delete{STAYS}"}
"""The changes that have hooks, and the ends of the hooks' names. A replacement calls the hook for a deletion."""
CHANGES = ("update", "replace", "delete")


def _change(value: str) -> str | None:
    return None if value in HOOKS else f"must be of {', '.join(HOOKS)}, got {value!r}: correct it"


def _changes(value: Sequence[str]) -> str | None:
    unknown = [each for each in value if each not in CHANGES]
    return f"must be of {', '.join(CHANGES)}, got {unknown[0]!r}: correct it" if unknown else None


def _instance_id(value: str) -> str | None:
    return None if not value else rules.instance_id(value)


_SETTINGS = Field(
    "settings",
    Kind.OBJECT,
    "How a guard takes and keeps its snapshots.",
    Change.ASK,
    nullable=True,
    type_name="GuardSettings",
    members=GUARD_FIELDS,
)
_RESOURCE = Field(
    "resource",
    Kind.OBJECT,
    "The resource that is about to change, as Pulumi describes it to the hook.",
    Change.ASK,
    required=True,
    type_name="GuardedResource",
    members=(
        Field(
            "change",
            Kind.STRING,
            "The change: update or delete.",
            Change.ASK,
            required=True,
            choices=tuple(HOOKS),
            validate=_change,
        ),
        Field("type", Kind.STRING, "The resource's type.", Change.ASK, required=True),
        Field("name", Kind.STRING, "The resource's name.", Change.ASK, required=True),
        Field("urn", Kind.STRING, "The resource's URN.", Change.ASK, required=True),
        Field("id", Kind.STRING, "The resource's id.", Change.ASK, required=True),
        Field(
            "outputs",
            Kind.TAGS,
            f"The resource's outputs of these names, if it has them: {', '.join(NEEDED_OUTPUTS)}.",
            Change.ASK,
            nullable=True,
        ),
    ),
)
CHECK_ARGUMENTS = (
    Field(
        "changes",
        Kind.STRINGS,
        f"The guarded changes, of {', '.join(CHANGES)}. By default all.",
        Change.ASK,
        nullable=True,
        validate=_changes,
    ),
    _SETTINGS,
)
PROTECT_ARGUMENTS = (
    _RESOURCE,
    _SETTINGS,
    Field(
        "disk_ids",
        Kind.STRINGS,
        "The disks to protect. By default the resource says which: it is a disk, an instance, or the attachment of "
        "a disk.",
        Change.ASK,
        nullable=True,
        validate=rules.any_disk_ids,
    ),
    Field(
        "instance_id",
        Kind.STRING,
        "The instance whose disks are protected.",
        Change.ASK,
        nullable=True,
        validate=_instance_id,
    ),
    Field(
        "preview",
        Kind.BOOLEAN,
        "If true, only say what would be taken. A preview never takes a snapshot.",
        Change.ASK,
        nullable=True,
    ),
)
CHECKED_FIELDS = (
    Field("types", Kind.STRINGS, "The types of the resources that the guard of a stack guards."),
    Field("hooks", Kind.TAGS, "The hooks to register: for each change of `protect`, the end of the hook's name."),
)
PROTECTED_FIELDS = (
    Field("snapshot_ids", Kind.STRINGS, "The snapshots, one of each disk. In a preview there are none."),
)


async def check_guard(_context: InvokeContext, arguments: Properties) -> dict[str, Any]:
    """Return the guarded types and the hooks to register. The arguments have been checked by now."""
    return {"types": sorted(GUARDED_TYPES), "hooks": guarded_hooks(arguments.get("changes") or CHANGES)}


def guarded_hooks(changes: Sequence[str]) -> dict[str, str]:
    """Return the ends of the names of the hooks that guard these changes."""
    hooked = {"update" if each == "update" else "delete" for each in changes}
    return {each: name for each, name in HOOKS.items() if each in hooked}


async def protect(context: InvokeContext, arguments: Properties) -> dict[str, Any]:
    """Take the snapshots; in a preview only tell which. Raises SnapshotError; the change must not start then."""
    resource = ChangingResource(**arguments["resource"])
    named = arguments.get("disk_ids"), arguments.get("instance_id")
    if resource.is_attachment and resource.change == "update" and not any(named):
        return {"snapshotIds": []}
    try:
        taken = await _protect(context, arguments, resource)
    except SnapshotError as error:
        raise SnapshotError(f"{resource.name} was left untouched: {error.headline}", remedy=error.remedy) from None
    return {"snapshotIds": [info.snapshot_id for info in taken]}


async def _protect(context: InvokeContext, arguments: Properties, resource: ChangingResource) -> list[SnapshotInfo]:
    settings = arguments.get("settings") or {}
    region, target = context.region(settings.get("region") or resource.region), _target(arguments, resource)
    log = context.log
    note = partial(log.note, resource.urn)
    if context.preview or arguments.get("preview"):
        await context.changes.preview(region, guard_rules(settings), context.price, resource, target, tell=note)
        return []

    progress = Milestones(partial(log.progress, resource.urn)).hear
    return await context.changes.protect(region, guard_rules(settings), resource, target, progress=progress, tell=note)


def _target(arguments: Properties, resource: ChangingResource) -> GuardTarget:
    disk_ids: Sequence[str] = arguments.get("disk_ids") or ()
    instance_id = arguments.get("instance_id") or ""
    if contains_unknown([*disk_ids, instance_id]):
        raise SnapshotError("the guarded disk is not known yet", remedy="Guard a disk that exists before this run.")
    return resource.target(disk_ids, instance_id, lambda name, urn: series_of_urn(urn, name))
