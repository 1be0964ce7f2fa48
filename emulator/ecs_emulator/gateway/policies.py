"""RAM policies: what a key may do, by action, resource and the tags of the resource.

An action is allowed if, for each of its resources, a statement allows it and none denies it. `_RESOURCES` has the
resources of some actions. All other actions have the resource `*`. Source: the tables of
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
"""The kind of each resource, and the parameter with its id. For tags, another parameter has the kind."""
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
    """Return whether the policies allow the call. A key without a policy may do everything."""
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
    """Return whether a condition is true. It is false if the resource does not have the tag."""
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
    """Return whether the text matches one of the patterns, in which `*` means anything."""
    return any(re.fullmatch(re.escape(each).replace(r"\*", ".*"), text, re.DOTALL) for each in _list(patterns))


def _list(values: str | Sequence[str]) -> Sequence[str]:
    return [values] if isinstance(values, str) else values
