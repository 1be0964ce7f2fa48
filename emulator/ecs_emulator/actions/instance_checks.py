"""Checks of instances and zones for several actions."""

from __future__ import annotations

from ecs_emulator import refusals
from ecs_emulator.actions.registry import Call
from ecs_emulator.records.instance import Instance


def existing_instance(call: Call) -> Instance:
    """Return the instance of `InstanceId`. Raises EcsError if it does not exist."""
    instance = call.world.instances.get(call.parameters.text("InstanceId"))
    if instance is None:
        raise refusals.INSTANCE_NOT_FOUND.error()
    return instance


def check_zone(call: Call, zone_id: str) -> None:
    """Raise EcsError if the zone is not in the region of the call."""
    region = call.world.regions.get(call.region_id)
    if region is None or zone_id not in region.zones:
        raise refusals.INVALID_ZONE.error()
