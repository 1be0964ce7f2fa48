"""The outputs that a preview knows. With them Pulumi can preview the resources that use them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import SnapshotError
from .fields import Field
from .property_values import UNKNOWN, Properties

_EMPTY = {"description": "", "tags": {}}
"""The outputs of inputs that are not declared."""
_CHANGING = {"status", "progress", "remain_time", "available", "last_modified_time", "full_snapshot_size_in_bytes"}
"""The outputs that change until the snapshot is accomplished."""


def preview_of_new(fields: Sequence[Field], repeated: Mapping[str, str], inputs: Properties) -> dict[str, Any]:
    """Return the outputs before a create. `repeated` maps outputs to the inputs whose values they have."""
    decided_by_ecs = {field.name: UNKNOWN for field in fields if field.computed or not field.is_input}
    copies = {name: inputs[source] for name, source in repeated.items() if source in inputs}
    return {**decided_by_ecs, **_EMPTY, **copies, **inputs}


def preview_of_update(fields: Sequence[Field], olds: Properties, inputs: Properties, *, ready: bool) -> dict[str, Any]:
    """Return the outputs before an update. If the snapshot is not `ready`, its progress is unknown, too."""
    changing = {"last_modified_time"} if ready else _CHANGING
    unknown = [field.name for field in fields if field.name in changing]
    undeclared = {field.name for field in fields if field.is_input and not field.computed} - inputs.keys()
    kept = {name: value for name, value in olds.items() if name not in undeclared}
    return {**kept, **_EMPTY, **dict.fromkeys(unknown, UNKNOWN), **inputs}


def unchecked_warning(error: SnapshotError) -> str:
    """Return the warning of a preview that could not ask ECS. The preview goes on without a preflight."""
    what_to_do = f". {error.remedy}" if error.remedy else ""
    return f"could not look ahead: {error.problem.rstrip('.')}{what_to_do}"
