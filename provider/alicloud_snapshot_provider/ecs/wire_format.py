"""Converts ECS's JSON to the values of `models.py` and back, by the types of their fields.

ECS leaves fields out and mixes up types. So a field that is missing, null or mistyped gets the empty value of its type.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def wire(name: str, read: Callable[[Any], Any] | None = None) -> Mapping[str, Any]:
    """Return a field's metadata: its name in the API, and a reader if its type is not enough."""
    return {"wire": name, "read": read}


def read(kind: type[T], record: Any) -> T:
    """Return a value of type `kind`, read from a record in ECS's answer."""
    known: Any = kind
    given = record if isinstance(record, Mapping) else {}
    return kind(**{name: convert(given.get(wired)) for name, wired, convert in _readers(known)})


def parameters(request: Any) -> dict[str, Any]:
    """Return the fields of a request by the API's names."""
    given = {_wired(each): getattr(request, each.name) for each in fields(request)}
    return given | {"Tag": tag_list(given["Tag"])}


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags in the form of a call."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


@cache
def _readers(kind: Any) -> list[tuple[str, str, Callable[[Any], Any]]]:
    return [
        (each.name, _wired(each), each.metadata.get("read") or _CONVERTERS[str(each.type)]) for each in fields(kind)
    ]


def _wired(known: Any) -> str:
    return str(known.metadata.get("wire") or known.name.title().replace("_", ""))


def items_of(container: Any, name: str) -> list[Mapping[str, Any]]:
    """Return the list inside one of the API's wrappers, or [] if the wrapper or the list is missing."""
    listed = container.get(name) if isinstance(container, Mapping) else None
    return [item for item in listed if isinstance(item, Mapping)] if isinstance(listed, list) else []


def text(value: Any) -> str:
    """Return the value as text, "" for None."""
    return "" if value is None else str(value)


def whole(value: Any) -> int | None:
    """Return a number or a text as a whole number, or None if it is neither."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return int(number) if math.isfinite(number) else None


def percent(progress: str) -> int:
    """Return ECS's progress, such as "45%", as a number from 0 to 100. It is 0 if the text is none."""
    return min(100, max(0, whole(progress.rstrip("%")) or 0))


def flag(value: Any) -> bool:
    """Return whether the value is true, as a boolean or as text."""
    return value is True or text(value).lower() == "true"


def moment(value: str) -> datetime | None:
    """Return a time of ECS, with or without seconds, or None if the text is no time."""
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def written_moment(seconds: float) -> str:
    """Return a time in the format of ECS. `seconds` count from the epoch."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_CONVERTERS: Mapping[str, Callable[[Any], Any]] = {
    "str": text,
    "bool": flag,
    "int": lambda value: whole(value) or 0,
    "int | None": whole,
}
"""The reader for each annotated type. A field of any other type names its reader in `wire`."""
