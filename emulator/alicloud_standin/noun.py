"""The interface of every resource type."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from alicloud_standin.ecs import Ecs

Properties = dict[str, Any]
"""A resource's inputs or outputs by their names in Pulumi's schema, such as `diskName`."""


@dataclass(frozen=True, slots=True)
class Change:
    """The inputs of one resource before and after a change."""

    olds: Properties
    news: Properties

    def properties(self) -> set[str]:
        return {name for name in self.olds | self.news if self.olds.get(name) != self.news.get(name)}


class Noun(ABC):
    """One resource type. Its methods raise EcsError. They return when ECS has done the work."""

    pulumi_type: ClassVar[str]
    settable: ClassVar[frozenset[str]]
    """The properties that a program may set and ECS returns."""
    replacing: ClassVar[frozenset[str]]
    """The properties whose change replaces the resource."""
    changing: ClassVar[frozenset[str]]
    """The properties that `update` changes in place."""

    @abstractmethod
    async def create(self, ecs: Ecs, inputs: Properties) -> str:
        """Creates the resource and returns its id."""

    @abstractmethod
    async def read(self, ecs: Ecs, resource_id: str) -> Properties | None:
        """Returns the properties as ECS has them, or None if the resource does not exist."""

    @abstractmethod
    async def update(self, ecs: Ecs, resource_id: str, change: Change) -> None:
        """Changes the resource in place."""

    @abstractmethod
    async def delete(self, ecs: Ecs, resource_id: str) -> None:
        """Deletes the resource."""
