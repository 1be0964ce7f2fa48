"""Translates property names between the core (snake_case) and the schema (camelCase)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...ledger.ownership import OWNER_KEY
from ...nouns.fields import Field, Kind, repetitions
from ...nouns.lifecycle import IMPORTED_KEY, UNTAGGED_KEY
from ...nouns.property_values import Properties
from . import PACKAGE
from .cases import camel_case

_KEY = re.compile(r"alicloud:(?!\w+/)")


class Names:
    """The names of one table of fields, for both directions."""

    def __init__(self, fields: Iterable[Field]) -> None:
        known = list(fields)
        self._inside = {camel_case(field.name): field.name for field in known}
        self._objects = {field.name: (field.kind, Names(field.members)) for field in known if field.members}
        self._repetitions = {
            camel_case(name): [camel_case(output) for output in outputs] for name, outputs in repetitions(known).items()
        }
        words = sorted({*self._inside.values(), *_member_names(known)}, key=len, reverse=True)
        self._word = re.compile(rf"\b({'|'.join(words)})\b")

    def to_core(self, values: Properties) -> dict[str, Any]:
        """Return the properties with the names of the core, without those of Pulumi itself.

        The names of the core are accepted, too: a state that a dynamic resource hands over by an alias has them.
        """
        return {
            (inside := self._inside.get(name, name)): self._within(inside, value, Names.to_core)
            for name, value in values.items()
            if _is_inside(name)
        }

    def to_schema(self, values: Properties) -> dict[str, Any]:
        """Return the properties with the names of the schema."""
        return {camel_case(name): self._within(name, value, Names.to_schema) for name, value in values.items()}

    def with_repetitions(self, names: Iterable[str]) -> frozenset[str]:
        """Return the names, and the names of the outputs that repeat these inputs."""
        own = frozenset(names)
        return own.union(*(self._repetitions.get(name, ()) for name in own))

    def _within(self, name: str, value: Any, translated: Callable[[Names, Properties], dict[str, Any]]) -> Any:
        """Return the value of a property. If it is an object, the names of its members are translated."""
        if name not in self._objects or not isinstance(value, Mapping):
            return value
        kind, names = self._objects[name]
        if kind is Kind.OBJECT:
            return translated(names, value)
        return {key: translated(names, each) if isinstance(each, Mapping) else each for key, each in value.items()}

    def translate(self, text: str) -> str:
        """Return a message of the core with the names of the schema."""
        return in_own_namespace(self._word.sub(lambda match: camel_case(match[1]), text))


def _is_inside(name: str) -> bool:
    """Tell whether a property belongs to the core. Other names with two underscores are Pulumi's own."""
    return name in {OWNER_KEY, UNTAGGED_KEY, IMPORTED_KEY} or not name.startswith("__")


def _member_names(fields: Iterable[Field]) -> set[str]:
    return {
        name for field in fields for name in (*(each.name for each in field.members), *_member_names(field.members))
    }


def in_own_namespace(text: str) -> str:
    """Return a message with the plugin's configuration keys: the engine does not give it `alicloud:*`.

    The type of a resource, such as `alicloud:ecs/disk:Disk`, does not change.
    """
    return _KEY.sub(f"{PACKAGE}:", text)
