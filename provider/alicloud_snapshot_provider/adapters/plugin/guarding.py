"""The functions `checkGuard` and `protect`, from which the guards of every language but Python are made."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ...ecs.models import SnapshotInfo
from ...errors import SnapshotError
from ...guards.changing import GUARDED_TYPES, TELLING_OUTPUTS, Changing
from ...guards.fields import GUARD_FIELDS, guard_rules
from ...guards.guard import Guarded
from ...nouns import rules
from ...nouns.fields import Change, Field, Kind
from ...nouns.property_values import Properties, contains_unknown
from ...nouns.series import series_of_urn
from ...waiting.progress import Milestones
from .asking import Asking

CHANGES = ("update", "delete")
"""What there are hooks for. A replacement is a deletion to them."""


def _change(value: str) -> str | None:
    return None if value in CHANGES else f"must be of {', '.join(CHANGES)}, got {value!r}: correct it"


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
    "The resource that is about to change, as its hook is told of it.",
    Change.ASK,
    required=True,
    type_name="GuardedResource",
    members=(
        Field("change", Kind.STRING, "update or delete.", Change.ASK, required=True, choices=CHANGES, validate=_change),
        Field("type", Kind.STRING, "Its type.", Change.ASK, required=True),
        Field("name", Kind.STRING, "Its name.", Change.ASK, required=True),
        Field("urn", Kind.STRING, "Its URN.", Change.ASK, required=True),
        Field("id", Kind.STRING, "Its id.", Change.ASK, required=True),
        Field(
            "outputs",
            Kind.TAGS,
            f"Those of its outputs {', '.join(TELLING_OUTPUTS)} that it has.",
            Change.ASK,
            nullable=True,
        ),
    ),
)
CHECK_ARGUMENTS = (_SETTINGS,)
PROTECT_ARGUMENTS = (
    _RESOURCE,
    _SETTINGS,
    Field(
        "disk_ids",
        Kind.STRINGS,
        "The disks to protect. Without them and an instance the resource itself is the disk, the instance or the "
        "attachment of the disk.",
        Change.ASK,
        nullable=True,
        validate=rules.any_disk_ids,
    ),
    Field(
        "instance_id",
        Kind.STRING,
        "The instance whose disks to protect.",
        Change.ASK,
        nullable=True,
        validate=_instance_id,
    ),
    Field(
        "preview",
        Kind.BOOLEAN,
        "Whether to only say what would be taken. In a preview nothing is taken in any case.",
        Change.ASK,
        nullable=True,
    ),
)
CHECKED_FIELDS = (Field("types", Kind.STRINGS, "The types of the resources that a guard of a stack guards."),)
PROTECTED_FIELDS = (Field("snapshot_ids", Kind.STRINGS, "The snapshots, one of each disk; none in a preview."),)


async def check_guard(_asking: Asking, _arguments: Properties) -> dict[str, Any]:
    """Return what `checkGuard` answers: its settings have been checked by now."""
    return {"types": sorted(GUARDED_TYPES)}


async def protect(asking: Asking, arguments: Properties) -> dict[str, Any]:
    """Take the snapshots, or in a preview say which. Raises SnapshotError, when the change must not begin."""
    changing = Changing(**arguments["resource"])
    named = arguments.get("disk_ids"), arguments.get("instance_id")
    if changing.is_attachment and changing.change == "update" and not any(named):
        return {"snapshotIds": []}
    try:
        taken = await _protect(asking, arguments, changing)
    except SnapshotError as error:
        raise SnapshotError(f"{changing.name} was left untouched: {error.headline}", remedy=error.remedy) from None
    return {"snapshotIds": [info.snapshot_id for info in taken]}


async def _protect(asking: Asking, arguments: Properties, changing: Changing) -> list[SnapshotInfo]:
    settings = arguments.get("settings") or {}
    region, guarded, log = asking.region(_region(settings, changing)), _guarded(arguments, changing), asking.log
    note = partial(log.note, changing.urn)
    if asking.preview or arguments.get("preview"):
        await asking.changes.preview(region, guard_rules(settings), asking.price, changing, guarded, tell=note)
        return []
    progress = Milestones(partial(log.passing, changing.urn)).hear
    return await asking.changes.protect(region, guard_rules(settings), changing, guarded, progress=progress, tell=note)


def _region(settings: Properties, changing: Changing) -> str:
    return str(settings.get("region") or changing.region)


def _guarded(arguments: Properties, changing: Changing) -> Guarded:
    disk_ids: Sequence[str] = arguments.get("disk_ids") or ()
    instance_id = arguments.get("instance_id") or ""
    if contains_unknown([*disk_ids, instance_id]):
        raise SnapshotError("the guarded disk is not known yet", remedy="Guard a disk that exists before this run.")
    if not disk_ids and not instance_id:
        disk_ids, instance_id = changing.own()
    return Guarded(
        reason=changing.reason,
        series_of=lambda disk_id: series_of_urn(changing.urn, f"{changing.name}:{disk_id}"),
        disk_ids=disk_ids,
        instance_id=instance_id,
    )
