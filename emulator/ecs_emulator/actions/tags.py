"""TagResources, UntagResources, ListTagResources."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ecs_emulator.actions.fields import has_tags, requested_tags
from ecs_emulator.actions.formats import MAXIMUM_TAGS, tag_format
from ecs_emulator.actions.paging import INVALID_NEXT_TOKEN
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.actions.resources import RESOURCE_NOT_FOUND, RESOURCE_TYPES, resource_table
from ecs_emulator.gateway.parameters import Parameters
from ecs_emulator.refusals import Refusal
from ecs_emulator.world import TaggedRecord

TOO_MANY_RESOURCES = Refusal(
    "NumberExceed.ResourceIds", 400, "The ResourceIds parameter's number is exceed, Valid: 50."
)
TAG_QUOTA = Refusal("OperationDenied.QuotaExceed", 400, "The quota of tags on resource is beyond permitted range.")
ALL_WITH_KEYS = Refusal("Param.Conflict", 403, "The parameters All and TagKey.N can not be used together.")
NO_FILTER = Refusal(
    "BothEmpty.TagsAndResources", 403, "The specified Tags and ResourcesIds are not allow to both empty."
)
_MAXIMUM_RESOURCES = 50
_PAGE_SIZE = 50
# Not in the documented list, but the Terraform provider tags groups this way.
_TYPES = {**RESOURCE_TYPES, "snapshotgroup": "snapshot_groups", "snapshotpolicy": "auto_snapshot_policies"}


@action("TagResources", tag_format, mutating=True)
def tag_resources(call: Call) -> Response:
    """Add tags to resources. A tag with the same key is replaced."""
    new = requested_tags(call.parameters)
    tagged = [replace(record, tags={**record.tags, **new}) for record in _named_resources(call)]
    if any(sum(not _is_system_tag(key) for key in record.tags) > MAXIMUM_TAGS for record in tagged):
        raise TAG_QUOTA.error()
    for record in tagged:
        call.world.put(record)
    return {}


@action("UntagResources", mutating=True)
def untag_resources(call: Call) -> Response:
    """Remove named tags, or all tags, from resources."""
    keys = call.parameters.texts("TagKey") or []
    every = bool(call.parameters.flag("All"))
    if every and keys:
        raise ALL_WITH_KEYS.error()
    for record in _named_resources(call):
        gone = [key for key in record.tags if not _is_system_tag(key)] if every else keys
        call.world.put(replace(record, tags={key: value for key, value in record.tags.items() if key not in gone}))
    return {}


@action("ListTagResources", tag_format)
def list_tag_resources(call: Call) -> Response:
    """List the tags of resources, by their ids or by tags, in pages of 50 tags."""
    if not any(name in call.parameters for name in ("ResourceId", "Tag", "TagFilter")):
        raise NO_FILTER.error()
    rows = [row for record in _matching(call) for row in _rows(call, record)]
    start = _offset(call.parameters.text("NextToken"))
    end = start + _PAGE_SIZE
    token = base64.urlsafe_b64encode(str(end).encode()).decode() if end < len(rows) else ""
    return {"TagResources": {"TagResource": rows[start:end]}, "NextToken": token}


def _is_system_tag(key: str) -> bool:
    return key.startswith("acs:")


def _named_resources(call: Call) -> list[TaggedRecord]:
    ids = call.parameters.texts("ResourceId") or []
    if len(ids) > _MAXIMUM_RESOURCES:
        raise TOO_MANY_RESOURCES.error()
    table = resource_table(call, _TYPES)
    found = [record for resource_id in dict.fromkeys(ids) if (record := table.get(resource_id))]
    if len(found) < len(set(ids)):
        raise RESOURCE_NOT_FOUND.error()
    return found


def _matching(call: Call) -> Iterator[TaggedRecord]:
    table = resource_table(call, _TYPES)
    ids = call.parameters.texts("ResourceId")
    named = table if ids is None else (table.get(resource_id) for resource_id in ids)
    for record in named:
        if record is not None and has_tags(record.tags, call.parameters) and _passes(call, record.tags):
            yield record


def _passes(call: Call, tags: Mapping[str, str]) -> bool:
    return all(_has_one(tags, entry) for entry in call.parameters.objects("TagFilter"))


def _has_one(tags: Mapping[str, str], entry: Parameters) -> bool:
    values = entry.texts("TagValues")
    key = entry.text("TagKey")
    return key in tags and (not values or tags[key] in values)


def _rows(call: Call, record: TaggedRecord) -> Iterator[dict[str, str]]:
    for key, value in record.tags.items():
        yield {
            "ResourceId": record.id,
            "ResourceType": call.parameters.text("ResourceType"),
            "TagKey": key,
            "TagValue": value,
        }


def _offset(token: str) -> int:
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError):
        raise INVALID_NEXT_TOKEN.error() from None
