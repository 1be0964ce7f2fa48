"""RAM policies: what a key may do, judged by action, resource and the tags of the resource.

An action is allowed if each resource that it concerns is allowed by a statement and denied by none. Which resources
those are is known for the actions of `_RESOURCES`; every other action concerns `*` as a whole. Source: the tables of
"RAM authorization" in the ECS API reference.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecs_emulator.gateway.parameters import Parameters
from ecs_emulator.tables import Table
from ecs_emulator.world import World

ACCOUNT = "1000000000000000"
_RESOURCES: Mapping[str, Sequence[tuple[str, str]]] = {
    "DeleteSnapshot": [("snapshot", "SnapshotId")],
    "ModifySnapshotCategory": [("snapshot", "SnapshotId")],
    "DeleteImage": [("image", "ImageId")],
    "DeleteSnapshotGroup": [("snapshotgroup", "SnapshotGroupId")],
    "ModifySnapshotGroup": [("snapshotgroup", "SnapshotGroupId")],
    "ResetDisk": [("disk", "DiskId"), ("snapshot", "SnapshotId")],
    "AttachDisk": [("disk", "DiskId"), ("instance", "InstanceId")],
    "DetachDisk": [("disk", "DiskId"), ("instance", "InstanceId")],
    "DeleteDisk": [("disk", "DiskId")],
    "StartInstance": [("instance", "InstanceId")],
    "StopInstance": [("instance", "InstanceId")],
    "RunCommand": [("instance", "InstanceId")],
    "TagResources": [("", "ResourceId")],
    "UntagResources": [("", "ResourceId")],
}
"""The kind of each resource, and the parameter that names it; the tags' actions name the kind by another one."""
_RESOURCE_TAGS = ("acs:ResourceTag/", "ecs:tag/")


@dataclass(frozen=True, slots=True)
class _Resource:
    arn: str
    tags: Mapping[str, str]


def read_policy(text: str) -> Sequence[Mapping[str, Any]]:
    """Return the statements of a policy. Raises ValueError with what is wrong."""
    statements: Sequence[Mapping[str, Any]] = json.loads(text)["Statement"]
    for statement in statements:
        unknown = set(statement.get("Condition", ())) - {"StringEquals", "StringLike"}
        if unknown:
            raise ValueError(f"the operators {', '.join(sorted(unknown))} are not judged")
    return statements


def may(policies: Sequence[str], action: str, parameters: Parameters, region_id: str, world: World) -> bool:
    """Tell whether the policies allow the call; a key without any policy may do everything."""
    if not policies:
        return True
    statements = [
        each for policy in policies for each in read_policy(policy) if _matches(each["Action"], f"ecs:{action}")
    ]
    return all(_is_allowed(statements, each) for each in _concerned(action, parameters, region_id, world))


def _is_allowed(statements: Sequence[Mapping[str, Any]], resource: _Resource) -> bool:
    effects = {each["Effect"] for each in statements if _applies(each, resource)}
    return effects == {"Allow"}


def _applies(statement: Mapping[str, Any], resource: _Resource) -> bool:
    conditions = [
        (operator, key, values)
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    ]
    return _matches(statement["Resource"], resource.arn) and all(_holds(*each, resource) for each in conditions)


def _holds(operator: str, key: str, values: str | Sequence[str], resource: _Resource) -> bool:
    """Tell whether a condition holds; one on a tag that the resource does not have never does."""
    prefix = next((each for each in _RESOURCE_TAGS if key.startswith(each)), None)
    actual = resource.tags.get(key.removeprefix(prefix)) if prefix else None
    if actual is None:
        return False
    return _matches(values, actual) if operator == "StringLike" else actual in _list(values)


def _concerned(action: str, parameters: Parameters, region_id: str, world: World) -> Iterator[_Resource]:
    if action not in _RESOURCES:
        yield _Resource("*", {})
    for fixed, name in _RESOURCES.get(action, ()):
        kind, named = fixed or parameters.text("ResourceType"), parameters.values.get(name, "")
        for resource_id in _list(named):
            yield _Resource(f"acs:ecs:{region_id}:{ACCOUNT}:{kind}/{resource_id}", _tags(world, kind, resource_id))


def _tags(world: World, kind: str, resource_id: str) -> Mapping[str, str]:
    tables: Mapping[str, Table[Any]] = {
        "snapshot": world.snapshots,
        "snapshotgroup": world.snapshot_groups,
        "disk": world.disks,
        "instance": world.instances,
        "image": world.images,
    }
    found = tables[kind].get(resource_id) if kind in tables else None
    tags: Mapping[str, str] = getattr(found, "tags", {})
    return tags


def _matches(patterns: str | Sequence[str], text: str) -> bool:
    """Tell whether the text is one of the patterns, in which `*` stands for anything."""
    return any(re.fullmatch(re.escape(each).replace(r"\*", ".*"), text, re.DOTALL) for each in _list(patterns))


def _list(values: str | Sequence[str]) -> Sequence[str]:
    return [values] if isinstance(values, str) else values
