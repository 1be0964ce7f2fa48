"""Names at the border: snake_case inside, camelCase in the schema and in every program but a Python one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ...resources.fields import Field
from ...resources.values import Properties
from . import PACKAGE


def camel_case(name: str) -> str:
    """Return `diskId` for `disk_id`."""
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)


class Names:
    """The names of one table of fields, on both sides of the border."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._inside = {camel_case(field.name): field.name for field in fields}
        words = sorted(self._inside.values(), key=len, reverse=True)
        self._word = re.compile(rf"\b({'|'.join(words)})\b")

    def inward(self, values: Properties) -> dict[str, Any]:
        """Return the properties under the core's names, without what belongs to Pulumi.

        The core's own names pass too: the dynamic resource's state has them, and an alias hands it over.
        """
        return {self._inside.get(name, name): value for name, value in values.items() if not name.startswith("__")}

    def outward(self, values: Properties) -> dict[str, Any]:
        """Return the properties under their names in the schema."""
        return {camel_case(name): value for name, value in values.items()}

    def spoken(self, text: str) -> str:
        """Return a message of the core with the names that the user knows."""
        return in_own_namespace(self._word.sub(lambda match: camel_case(match[1]), text))


def in_own_namespace(text: str) -> str:
    """Return a message in which the configuration keys are the plugin's: the engine gives it no `alicloud:*`."""
    return text.replace("alicloud:", f"{PACKAGE}:")
