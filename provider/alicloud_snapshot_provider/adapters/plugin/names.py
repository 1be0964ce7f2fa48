"""Names at the border: snake_case inside, camelCase in the schema and in every program but a Python one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...ledger.ownership import OWNER_KEY
from ...nouns.fields import Field, Kind, repetitions
from ...nouns.lifecycle import UNTAGGED_KEY
from ...nouns.property_values import Properties
from . import PACKAGE
from .cases import camel_case

_KEY = re.compile(r"alicloud:(?!\w+/)")


class Names:
    """The names of one table of fields, on both sides of the border."""

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
        """Return the properties under the core's names, without what belongs to Pulumi.

        The core's own names pass too: the dynamic resource's state has them, and an alias hands it over.
        """
        return {
            (inside := self._inside.get(name, name)): self._within(inside, value, Names.to_core)
            for name, value in values.items()
            if _is_inside(name)
        }

    def to_schema(self, values: Properties) -> dict[str, Any]:
        """Return the properties under their names in the schema."""
        return {camel_case(name): self._within(name, value, Names.to_schema) for name, value in values.items()}

    def with_repetitions(self, names: Iterable[str]) -> frozenset[str]:
        """Return names of the schema, and with them the outputs that repeat one of these inputs."""
        own = frozenset(names)
        return own.union(*(self._repetitions.get(name, ()) for name in own))

    def _within(self, name: str, value: Any, translated: Callable[[Names, Properties], dict[str, Any]]) -> Any:
        """Return the value of a property with the names of its members translated, if it has any."""
        if name not in self._objects or not isinstance(value, Mapping):
            return value
        kind, names = self._objects[name]
        if kind is Kind.OBJECT:
            return translated(names, value)
        return {key: translated(names, each) if isinstance(each, Mapping) else each for key, each in value.items()}

    def translate(self, text: str) -> str:
        """Return a message of the core with the names that the user knows."""
        return in_own_namespace(self._word.sub(lambda match: camel_case(match[1]), text))


def _is_inside(name: str) -> bool:
    """Tell whether a property is the core's: what else begins like this is Pulumi's own."""
    return name in {OWNER_KEY, UNTAGGED_KEY} or not name.startswith("__")


def _member_names(fields: Iterable[Field]) -> set[str]:
    return {
        name for field in fields for name in (*(each.name for each in field.members), *_member_names(field.members))
    }


def in_own_namespace(text: str) -> str:
    """Return a message in which the configuration keys are the plugin's: the engine gives it no `alicloud:*`.

    The type of a resource, such as `alicloud:ecs/disk:Disk`, stays what it is.
    """
    return _KEY.sub(f"{PACKAGE}:", text)
