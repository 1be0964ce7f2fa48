"""What every served resource type answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from alicloud_standin.ecs import Ecs

Properties = dict[str, Any]
"""A resource's inputs or outputs by their names in Pulumi's schema, such as `diskName`."""


@dataclass(frozen=True, slots=True)
class Change:
    """The inputs of one resource before and after."""

    olds: Properties
    news: Properties

    def properties(self) -> set[str]:
        return {name for name in self.olds | self.news if self.olds.get(name) != self.news.get(name)}


class Noun(ABC):
    """One resource type. Its methods raise EcsError and return once ECS has done what they ask."""

    pulumi_type: ClassVar[str]
    settable: ClassVar[frozenset[str]]
    """The properties that a program may set and ECS gives back."""
    replacing: ClassVar[frozenset[str]]
    """The properties whose change needs a new resource."""
    changing: ClassVar[frozenset[str]]
    """The properties that `update` changes in place."""

    @abstractmethod
    async def create(self, ecs: Ecs, inputs: Properties) -> str:
        """Creates the resource and gives its id."""

    @abstractmethod
    async def read(self, ecs: Ecs, resource_id: str) -> Properties | None:
        """Gives the properties as ECS has them, or None when there is no such resource."""

    @abstractmethod
    async def update(self, ecs: Ecs, resource_id: str, change: Change) -> None:
        """Changes the resource in place."""

    @abstractmethod
    async def delete(self, ecs: Ecs, resource_id: str) -> None:
        """Deletes the resource."""
