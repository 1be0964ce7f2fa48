"""Between ECS's JSON and the values of `models`: one table of converters in place of code for each field.

ECS leaves fields out and mixes up types, so a missing, null or mistyped field reads as its type's empty value.
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
    """Return how ECS names a field, and what reads it where its type does not say so."""
    return {"wire": name, "read": read}


def read(kind: type[T], record: Any) -> T:
    """Read a record of ECS's answer."""
    known: Any = kind
    held = record if isinstance(record, Mapping) else {}
    return kind(**{name: convert(held.get(wired)) for name, wired, convert in _readers(known)})


def parameters(wanted: Any) -> dict[str, Any]:
    """Return what a request asks for, by the API's names."""
    given = {_wired(each): getattr(wanted, each.name) for each in fields(wanted)}
    return given | {"Tag": tag_list(given["Tag"])}


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags as a call takes them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


@cache
def _readers(kind: Any) -> list[tuple[str, str, Callable[[Any], Any]]]:
    return [
        (each.name, _wired(each), each.metadata.get("read") or _CONVERTERS[str(each.type)]) for each in fields(kind)
    ]


def _wired(known: Any) -> str:
    return str(known.metadata.get("wire") or known.name.title().replace("_", ""))


def items_of(container: Any, name: str) -> list[Mapping[str, Any]]:
    """Return the list inside of one of the API's wrappers; empty where the wrapper or the list is missing."""
    listed = container.get(name) if isinstance(container, Mapping) else None
    return [item for item in listed if isinstance(item, Mapping)] if isinstance(listed, list) else []


def text(value: Any) -> str:
    """Return text, empty for None."""
    return "" if value is None else str(value)


def whole(value: Any) -> int | None:
    """Return a whole number, also from text; None for anything else."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return int(number) if math.isfinite(number) else None


def percent(progress: str) -> int:
    """Return ECS's progress, such as "45%", as a number from 0 to 100; 0 where it states none."""
    return min(100, max(0, whole(progress.rstrip("%")) or 0))


def flag(value: Any) -> bool:
    """Return True for true in any spelling."""
    return value is True or text(value).lower() == "true"


def moment(value: str) -> datetime | None:
    """Return the time that ECS wrote, with or without seconds; None where it is no time."""
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def written_moment(seconds: float) -> str:
    """Return a time in seconds since the epoch as ECS writes it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_CONVERTERS: Mapping[str, Callable[[Any], Any]] = {
    "str": text,
    "bool": flag,
    "int": lambda value: whole(value) or 0,
    "int | None": whole,
}
"""How a value of each annotated type is read; what has another type is nested, and read by its own reader."""
