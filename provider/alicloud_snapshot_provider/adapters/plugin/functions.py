"""The functions of the plugin: they find snapshots, also in a preview, and they serve the guards of every language."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from ...ecs.models import SnapshotInfo
from ...errors import NotFound, Permanent
from ...nouns import rules
from ...nouns.fields import Change, Field, Kind
from ...nouns.property_values import Properties
from ...region import Region
from ...snapshots.fields import SNAPSHOT_FIELDS
from ...snapshots.query import Query, find_snapshots
from ...snapshots.resource import snapshot_outputs
from .guard_functions import CHECK_ARGUMENTS, CHECKED_FIELDS, PROTECT_ARGUMENTS, PROTECTED_FIELDS, check_guard, protect
from .invoke_context import InvokeContext
from .names import Names

ARGUMENTS = (
    Field("ids", Kind.STRINGS, "The ids of the snapshots.", Change.ASK),
    Field("disk_id", Kind.STRING, "The disk that the snapshots were taken from.", Change.ASK),
    Field("series", Kind.STRING, "The series of the snapshots.", Change.ASK),
    Field("scope", Kind.STRING, "The stack that took the snapshots, as `<project>/<stack>`.", Change.ASK),
    Field(
        "guarded",
        Kind.STRING,
        "The resource whose guard took the snapshots. It is a resource of the stack `scope`.",
        Change.ASK,
    ),
    Field("tags", Kind.TAGS, "The tags and values that the snapshots must have.", Change.ASK),
    Field("status", Kind.STRING, "The status: progressing, accomplished or failed.", Change.ASK),
    Field("region", Kind.STRING, "The region to ask. By default the provider's.", Change.ASK, validate=rules.region),
)
FOUND_FIELDS = tuple(
    field for field in SNAPSHOT_FIELDS if field.name in snapshot_outputs({}, SnapshotInfo(snapshot_id=""))
)
"""The properties of a found snapshot."""

_FOUND_NAMES = Names(FOUND_FIELDS)


@dataclass(frozen=True, slots=True)
class Function:
    """One function. If `many` is true, it returns a list, and each entry has the `outputs`."""

    doc: str
    call: Callable[[InvokeContext, Properties], Coroutine[Any, Any, dict[str, Any]]]
    arguments: tuple[Field, ...] = ARGUMENTS
    outputs: tuple[Field, ...] = FOUND_FIELDS
    many: bool = False


async def _get_snapshots(context: InvokeContext, arguments: Properties) -> dict[str, Any]:
    found = await _found(context.region(arguments.get("region", "")), arguments)
    return {"snapshots": [_FOUND_NAMES.to_schema(snapshot_outputs({}, info)) for info in found]}


async def _get_snapshot(context: InvokeContext, arguments: Properties) -> dict[str, Any]:
    region = context.region(arguments.get("region", ""))
    found = await _found(region, arguments)
    if not found:
        named = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
        raise NotFound(f"no snapshot in {region.name} matches {named}", remedy="Correct the filters or the region.")
    return _FOUND_NAMES.to_schema(snapshot_outputs({}, found[0]))


async def _found(region: Region, arguments: Properties) -> list[SnapshotInfo]:
    filters = {name: value for name, value in arguments.items() if name != "region"}
    try:
        return await find_snapshots(region, Query(**filters))
    except ValueError as error:
        raise Permanent(str(error)) from None


FUNCTIONS: Mapping[str, Function] = {
    "getSnapshot": Function(
        "Returns the newest snapshot that matches every given filter. It fails if there is none.",
        _get_snapshot,
    ),
    "getSnapshots": Function(
        "Returns the snapshots that match every given filter, newest first. Give at least one filter.",
        _get_snapshots,
        many=True,
    ),
    "checkGuard": Function(
        "Checks the settings of a guard, and returns what a guard of a stack guards.",
        check_guard,
        CHECK_ARGUMENTS,
        CHECKED_FIELDS,
    ),
    "protect": Function(
        "Takes a snapshot of every disk of a resource, and returns when all are safe. If it fails, the change must not "
        "begin. A hook calls it before a change. `guardStack` and `snapshotBefore` of the SDKs for TypeScript and Go "
        "make such hooks. In a preview it only says what it would take.",
        protect,
        PROTECT_ARGUMENTS,
        PROTECTED_FIELDS,
    ),
}
