"""Parts of answers and requests that look the same for every resource."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from ecs_emulator import refusals
from ecs_emulator.actions.registry import Call
from ecs_emulator.gateway.parameters import Parameters


def time_field(moment: float | None) -> str:
    """Return `2026-01-31T08:00:00Z`, or nothing for a time that has not come."""
    return "" if moment is None else datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def minute_field(moment: float | None) -> str:
    """Return `2026-01-31T08:00Z`, as instances show times, or nothing for a time that has not come."""
    return "" if moment is None else datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%MZ")


def tags_field(tags: Mapping[str, str]) -> dict[str, object]:
    """Return tags as Describe calls nest them."""
    return {"Tag": [{"TagKey": key, "TagValue": value} for key, value in tags.items()]}


def plain_tags_field(tags: Mapping[str, str]) -> dict[str, object]:
    """Return tags as snapshot-consistent groups nest them: Key and Value instead of TagKey and TagValue."""
    return {"Tag": [{"Key": key, "Value": value} for key, value in tags.items()]}


def requested_tags(parameters: Parameters) -> dict[str, str]:
    """Return the tags that a request gives."""
    return {tag.text("Key"): tag.text("Value") for tag in parameters.objects("Tag")}


def has_tags(tags: Mapping[str, str], parameters: Parameters) -> bool:
    """Say whether a resource has all tags that a request filters by; a filter without a value takes any."""
    return all(
        tag.text("Key") in tags and ("Value" not in tag or tags[tag.text("Key")] == tag.text("Value"))
        for tag in parameters.objects("Tag")
    )


def is_same(parameters: Parameters, wanted: Mapping[str, str]) -> bool:
    """Say whether each named parameter is absent, empty, or equal to the resource's value."""
    return all(parameters.text(name) in {"", value} for name, value in wanted.items())


def requested_group(call: Call) -> str:
    """Return the resource group that a request names, which must exist, or none."""
    group_id = call.parameters.text("ResourceGroupId")
    if group_id and group_id not in call.world.resource_groups:
        raise refusals.GROUP_NOT_FOUND.error()
    return group_id
