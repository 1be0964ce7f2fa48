"""Finding a resource by its type and id, as tags and resource groups do."""

from __future__ import annotations

from typing import Any

from ecs_emulator.actions.registry import Call
from ecs_emulator.refusals import Refusal
from ecs_emulator.tables import Table

TYPE_NOT_FOUND = Refusal("InvalidResourceType.NotFound", 404, "The ResourceType provided does not exist.")
RESOURCE_NOT_FOUND = Refusal("InvalidResourceId.NotFound", 404, "The specified ResourceIds are not found.")

_TABLES = {"snapshot": "snapshots", "disk": "disks", "instance": "instances", "image": "images"}


def resource_table(call: Call) -> Table[Any]:
    """Return the table of the type that `ResourceType` names; the case of the letters counts."""
    name = _TABLES.get(call.parameters.text("ResourceType"))
    if name is None:
        raise TYPE_NOT_FOUND.error()
    return call.world.tables[name]
