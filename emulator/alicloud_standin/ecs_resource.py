"""The common part of disks, images, snapshots and instances. ECS names their actions after them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, ClassVar

from alicloud_standin.ecs import Ecs, EcsError, Item
from alicloud_standin.noun import Change, Noun, Properties

Names = Mapping[str, str]
"""ECS's name of each property: `{"diskName": "DiskName"}`."""

_FAILED = frozenset({"CreateFailed", "failed"})
_POLLS = 3000
_POLL_SECONDS = 0.2


class EcsResource(Noun):
    """A resource with its own id, status, attributes and tags. An example of a kind is `Disk`."""

    kind: ClassVar[str]
    ready: ClassVar[str]
    """The status in which a new resource is ready."""
    attributes: ClassVar[Names]
    """The properties that `ModifyDiskAttribute` changes."""
    created: ClassVar[Names]
    """The properties that `CreateDisk` takes."""
    described: ClassVar[Names]
    """The properties that `DescribeDisks` returns."""

    async def create(self, ecs: Ecs, inputs: Properties) -> str:
        tags = tag_list(inputs.get("tags", {}))
        answer = await ecs.call(f"Create{self.kind}", **parameters(inputs, self.created), Tag=tags)
        resource_id = str(answer[f"{self.kind}Id"])
        await self.wait_until(ecs, resource_id, self.ready)
        return resource_id

    async def read(self, ecs: Ecs, resource_id: str) -> Properties | None:
        item = await self.find(ecs, resource_id)
        return None if item is None else self.outputs(item)

    async def update(self, ecs: Ecs, resource_id: str, change: Change) -> None:
        changed = change.properties() & self.attributes.keys()
        if changed:
            # A property that the program no longer has becomes empty.
            values = {self.attributes[name]: change.news.get(name, "") for name in changed}
            await ecs.call(f"Modify{self.kind}Attribute", **self.identified(resource_id), **values)
        await update_tags(ecs, self.kind.lower(), resource_id, change)

    async def delete(self, ecs: Ecs, resource_id: str) -> None:
        await ecs.call(f"Delete{self.kind}", **self.identified(resource_id))

    async def find(self, ecs: Ecs, resource_id: str) -> Item | None:
        """Returns the resource as ECS describes it, or None."""
        answer = await ecs.call(f"Describe{self.kind}s", **self.filter_by_id(resource_id))
        return next(iter(answer[f"{self.kind}s"][self.kind]), None)

    def outputs(self, item: Item) -> Properties:
        """Returns the properties of the resource that ECS describes as `item`."""
        tags = {tag["TagKey"]: tag["TagValue"] for tag in item.get("Tags", {}).get("Tag", [])}
        return properties(item, self.described) | {"tags": tags}

    async def wait_until(self, ecs: Ecs, resource_id: str, status: str, *, or_gone: bool = False) -> None:
        """Polls until the resource is in `status`. ECS may not list a new resource yet."""
        for _ in range(_POLLS):
            item = await self.find(ecs, resource_id)
            if (item and item["Status"] == status) or (item is None and or_gone):
                return
            if item and item["Status"] in _FAILED:
                break
            await asyncio.sleep(_POLL_SECONDS)
        reached = item["Status"] if item else "not described"
        raise EcsError(f"{self.kind} {resource_id} is {reached} and did not become {status}")

    def identified(self, resource_id: str) -> dict[str, str]:
        return {f"{self.kind}Id": resource_id}

    def filter_by_id(self, resource_id: str) -> dict[str, str]:
        return {f"{self.kind}Ids": json.dumps([resource_id])}


async def update_tags(ecs: Ecs, resource_type: str, resource_id: str, change: Change) -> None:
    """Changes the tags of a resource as the program changed them."""
    old, new = change.olds.get("tags", {}), change.news.get("tags", {})
    target = {"ResourceType": resource_type, "ResourceId": [resource_id]}
    if gone := sorted(old.keys() - new.keys()):
        await ecs.call("UntagResources", **target, TagKey=gone)
    if fresh := tag_list({key: value for key, value in new.items() if old.get(key) != value}):
        await ecs.call("TagResources", **target, Tag=fresh)


def parameters(inputs: Properties, names: Names) -> dict[str, Any]:
    """Returns the inputs under ECS's names."""
    return {names[name]: value for name, value in inputs.items() if name in names}


def properties(item: Item, names: Names) -> Properties:
    """Returns ECS's description of a resource under the properties' names."""
    return {name: item[ecs_name] for name, ecs_name in names.items() if item.get(ecs_name) is not None}


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Returns the tags in ECS's format."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
