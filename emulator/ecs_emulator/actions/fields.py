"""Parts of answers and requests that are the same for every resource."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from ecs_emulator import refusals
from ecs_emulator.actions.registry import Call
from ecs_emulator.gateway.parameters import Parameters


def time_field(moment: float | None) -> str:
    """Return a time such as `2026-01-31T08:00:00Z`, or an empty text for None."""
    return "" if moment is None else datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def minute_field(moment: float | None) -> str:
    """Return a time of an instance, such as `2026-01-31T08:00Z`, or an empty text for None."""
    return "" if moment is None else datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%MZ")


def tags_field(tags: Mapping[str, str]) -> dict[str, object]:
    """Return tags in the form of Describe actions."""
    return {"Tag": [{"TagKey": key, "TagValue": value} for key, value in tags.items()]}


def plain_tags_field(tags: Mapping[str, str]) -> dict[str, object]:
    """Return tags in the form of snapshot-consistent groups: Key and Value instead of TagKey and TagValue."""
    return {"Tag": [{"Key": key, "Value": value} for key, value in tags.items()]}


def requested_tags(parameters: Parameters) -> dict[str, str]:
    """Return the tags that a request gives."""
    return {tag.text("Key"): tag.text("Value") for tag in parameters.objects("Tag")}


def has_tags(tags: Mapping[str, str], parameters: Parameters) -> bool:
    """Return whether a resource has all tags of a filter. A filter without a value matches any value."""
    return all(
        tag.text("Key") in tags and ("Value" not in tag or tags[tag.text("Key")] == tag.text("Value"))
        for tag in parameters.objects("Tag")
    )


def is_same(parameters: Parameters, wanted: Mapping[str, str]) -> bool:
    """Return whether each parameter is absent, empty, or equal to the resource's value."""
    return all(parameters.text(name) in {"", value} for name, value in wanted.items())


def requested_group(call: Call) -> str:
    """Return the resource group of a request, which must exist, or an empty text."""
    group_id = call.parameters.text("ResourceGroupId")
    if group_id and group_id not in call.world.resource_groups:
        raise refusals.GROUP_NOT_FOUND.error()
    return group_id
