"""JoinResourceGroup."""

from __future__ import annotations

from dataclasses import replace

from ecs_emulator.actions.fields import requested_group
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.actions.resources import RESOURCE_NOT_FOUND, resource_table
from ecs_emulator.refusals import Refusal

ALREADY_MEMBER = Refusal(
    "InvalidResourceGroup.Duplicate", 403, "The specified resource is already in the resource group."
)


@action("JoinResourceGroup", mutating=True)
def join_resource_group(call: Call) -> Response:
    """Move a resource into a resource group."""
    record = resource_table(call).get(call.parameters.text("ResourceId"))
    if record is None:
        raise RESOURCE_NOT_FOUND.error()
    group_id = requested_group(call)
    if record.resource_group_id == group_id:
        raise ALREADY_MEMBER.error()
    call.world.put(replace(record, resource_group_id=group_id))
    return {}
