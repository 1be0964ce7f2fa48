"""Reads records from plain data (a seed, a control call, the state file) and says clearly what is wrong."""

from __future__ import annotations

import dataclasses
import difflib
import types
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

R = TypeVar("R")


class RecordError(ValueError):
    """Data is no valid record. The text has the place, the mistake, and what to write instead."""

    def __init__(self, path: str, problem: str, remedy: str) -> None:
        super().__init__(f"{path}: {problem}. {remedy}.")
        self.path = path


def decode(record_type: type[R], data: object, path: str) -> R:
    """Return the record of `data`. `path` is the place in errors.

    Raises RecordError on an unknown or missing key and on a value of the wrong kind.
    """
    values = decode_fields(record_type, data, path)
    _check_complete(record_type, values, path)
    return record_type(**values)


def overlay(record: R, data: object, path: str) -> R:
    """Return `record` with the fields of `data` changed. Nested records and mappings are merged."""
    values = decode_fields(type(record), data, path, base=record)
    return dataclasses.replace(record, **values)  # type: ignore[type-var]


def encode(record: object) -> dict[str, Any]:
    """Return the record as plain data that `decode` reads back."""
    return dataclasses.asdict(record)  # type: ignore[call-overload, no-any-return]


def decode_fields(record_type: type, data: object, path: str, base: object = None) -> dict[str, Any]:
    """Return the values of the fields in `data`, each checked by the field's type."""
    hints = _hints(record_type)
    given = _mapping(data, path)
    for name in given:
        if name not in hints:
            raise RecordError(path, f"`{name}` is not known", _suggestion(name, hints))
    return {
        name: _value(hints[name], value, f"{path}.{name}", getattr(base, name, None)) for name, value in given.items()
    }


def _suggestion(name: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"Write `{close[0]}`" if close else f"Use one of: {', '.join(sorted(known))}"


@cache
def _hints(record_type: type) -> dict[str, Any]:
    hints = get_type_hints(record_type)
    return {field.name: hints[field.name] for field in dataclasses.fields(record_type)}


def _check_complete(record_type: type, values: Mapping[str, object], path: str) -> None:
    for field in dataclasses.fields(record_type):
        has_default = (field.default, field.default_factory) != (dataclasses.MISSING, dataclasses.MISSING)
        if field.name not in values and not has_default:
            raise RecordError(path, f"`{field.name}` is missing", f"Give it as `{field.name}: …`")


def _mapping(data: object, path: str) -> Mapping[str, Any]:
    if isinstance(data, Mapping):
        return {str(name): value for name, value in data.items()}
    raise RecordError(path, f"expected names with values, got {data!r}", "Write it as `name: value` lines")


def _value(hint: Any, value: object, path: str, base: object) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = next(kind for kind in get_args(hint) if kind is not type(None))
        return None if value is None else _value(inner, value, path, base)
    if origin is Literal:
        return _choice(get_args(hint), value, path)
    if origin is tuple:
        return _sequence(get_args(hint)[0], value, path)
    if origin is not None:
        return _merged(get_args(hint)[1], value, path, base)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return decode(hint, value, path) if base is None else overlay(base, value, path)
    return _scalar(hint, value, path)


def _choice(choices: tuple[object, ...], value: object, path: str) -> object:
    if value in choices:
        return value
    raise RecordError(path, f"{value!r} is not allowed", f"Use one of: {', '.join(map(str, choices))}")


def _sequence(hint: Any, value: object, path: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise RecordError(path, f"expected a list, got {value!r}", "Write it as `- item` lines")
    return tuple(_value(hint, item, f"{path}[{index}]", None) for index, item in enumerate(value))


def _merged(hint: Any, value: object, path: str, base: object) -> dict[str, Any]:
    old = base if isinstance(base, Mapping) else {}
    new = {name: _value(hint, item, f"{path}.{name}", old.get(name)) for name, item in _mapping(value, path).items()}
    return {**old, **new}


def _scalar(hint: Any, value: object, path: str) -> Any:
    if hint is object or (isinstance(value, hint) and (hint is bool or not isinstance(value, bool))):
        return value
    if hint is float:
        return _number(value, path)
    raise RecordError(path, f"expected {_SAMPLES[hint][0]}, got {value!r}", f"Write e.g. {_SAMPLES[hint][1]}")


_SAMPLES: Mapping[type, tuple[str, str]] = {
    str: ("text", '"text"'),
    int: ("a whole number", "40"),
    bool: ("true or false", "true"),
}


def _number(value: object, path: str) -> float:
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        value = _moment(value)
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    remedy = "Write e.g. 2.5, or 2026-01-31T08:00:00Z for a time"
    raise RecordError(path, f"expected a number or a time, got {value!r}", remedy)


def _moment(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text
