"""The outputs of a snapshot as far as a preview can know them, so that what depends on them can be previewed too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import SnapshotError
from .fields import Field
from .property_values import UNKNOWN, Properties

_EMPTY = {"description": "", "tags": {}}
"""What ECS says where these inputs are not declared."""
_PASSING = {"status", "progress", "remain_time", "available", "last_modified_time", "full_snapshot_size_in_bytes"}
"""Outputs that change by themselves until the snapshot is accomplished."""


def preview_of_new(fields: Sequence[Field], repeated: Mapping[str, str], inputs: Properties) -> dict[str, Any]:
    """Return the outputs of a snapshot that is about to be taken; `repeated` are those that say an input again."""
    decided_by_ecs = {field.name: UNKNOWN for field in fields if field.computed or not field.is_input}
    copies = {name: inputs[source] for name, source in repeated.items() if source in inputs}
    return {**decided_by_ecs, **_EMPTY, **copies, **inputs}


def preview_of_update(
    fields: Sequence[Field], olds: Properties, inputs: Properties, *, settled: bool
) -> dict[str, Any]:
    """Return the outputs of a snapshot that is about to be updated; one that is not `settled` also moves on."""
    moving = {"last_modified_time"} if settled else _PASSING
    passing = [field.name for field in fields if field.name in moving]
    undeclared = {field.name for field in fields if field.is_input and not field.computed} - inputs.keys()
    kept = {name: value for name, value in olds.items() if name not in undeclared}
    return {**kept, **_EMPTY, **dict.fromkeys(passing, UNKNOWN), **inputs}


def unchecked_warning(error: SnapshotError) -> str:
    """Return what a preview says that cannot look at ECS, which keeps it from nothing."""
    what_to_do = f". {error.remedy}" if error.remedy else ""
    return f"could not look ahead: {error.problem.rstrip('.')}{what_to_do}"
