"""Finds a resource by its type and id, for tags and resource groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecs_emulator.actions.registry import Call
from ecs_emulator.refusals import Refusal
from ecs_emulator.tables import Table

TYPE_NOT_FOUND = Refusal("InvalidResourceType.NotFound", 404, "The ResourceType provided does not exist.")
RESOURCE_NOT_FOUND = Refusal("InvalidResourceId.NotFound", 404, "The specified ResourceIds are not found.")

RESOURCE_TYPES = {"snapshot": "snapshots", "disk": "disks", "instance": "instances", "image": "images"}


def resource_table(call: Call, types: Mapping[str, str] = RESOURCE_TYPES) -> Table[Any]:
    """Return the table of the type in `ResourceType`, which is case-sensitive."""
    name = types.get(call.parameters.text("ResourceType"))
    if name is None:
        raise TYPE_NOT_FOUND.error()
    return call.world.tables[name]
