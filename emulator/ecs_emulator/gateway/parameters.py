"""Turns the flat parameters of a request into typed values, by the table of each action's parameters."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ecs_emulator import refusals
from ecs_emulator.refusals import EcsError

_PIECE = re.compile(r"[A-Za-z0-9]+|\[\]|[{}\[\]:!,]")
_KINDS = frozenset("sibfj")
MAXIMUM_IDS = 100


@dataclass(frozen=True, slots=True)
class Shape:
    """The type of one parameter: its kind (see parameter_tables.yaml), or the fields of an object."""

    kind: str = "s"
    repeated: bool = False
    required: bool = False
    fields: Mapping[str, Shape] | None = None


@dataclass(frozen=True, slots=True)
class Parameters:
    """The checked parameters of one call. For a missing one, an accessor returns None or an empty value."""

    values: Mapping[str, Any] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        return str(self.values.get(name, ""))

    def number(self, name: str) -> int | None:
        value: int | None = self.values.get(name)
        return value

    def flag(self, name: str) -> bool | None:
        value: bool | None = self.values.get(name)
        return value

    def texts(self, name: str) -> list[str] | None:
        value: list[str] | None = self.values.get(name)
        return value

    def objects(self, name: str) -> list[Parameters]:
        return [Parameters(value) for value in self.values.get(name, ())]

    def object(self, name: str) -> Parameters:
        return Parameters(self.values.get(name, {}))


def read_parameters(action: str, flat: Mapping[str, str]) -> Parameters:
    """Return the parameters of a call to `action`. Raises EcsError for a missing, unknown or malformed one."""
    table = table_of(action)
    values = _object(table, _tree(flat), "")
    for name, shape in table.items():
        if shape.required and values.get(name) in (None, "", []):
            raise _missing(action, name)
    return Parameters(values)


def _missing(action: str, name: str) -> EcsError:
    special = _tables()["missing"].get(action, {}).get(name)
    if special is None:
        return refusals.MANDATORY.error(name=name)
    return EcsError(special["code"], special["status"], refusals.MISSING_PARAMETER.naming(name).message)


@cache
def table_of(action: str) -> Mapping[str, Shape]:
    """Return the parameters of `action`, including those of every action."""
    tables = _tables()
    return {**_parse(tables["common"]), **_parse(tables["actions"][action])}


@cache
def _tables() -> dict[str, Any]:
    text = files("ecs_emulator").joinpath("gateway/parameter_tables.yaml").read_text(encoding="utf-8")
    tables: dict[str, Any] = yaml.safe_load(text)
    return tables


def _parse(notation: str) -> dict[str, Shape]:
    return _parse_fields(iter(_PIECE.findall(f"{notation}}}")))


def _parse_fields(pieces: Iterator[str]) -> dict[str, Shape]:
    fields: dict[str, Shape] = {}
    name = ""
    repeated = False
    for piece in pieces:
        if piece == "}":
            break
        if piece in {"[", "[]"}:
            repeated = True
        elif piece == "{":
            fields[name] = Shape(repeated=repeated, fields=_parse_fields(pieces))
        elif piece == "!":
            fields[name] = Shape(fields[name].kind, fields[name].repeated, True, fields[name].fields)
        elif piece in _KINDS:
            fields[name] = Shape(piece, repeated)
        elif piece.isalnum():
            name, repeated = piece, False
    return fields


def _tree(flat: Mapping[str, str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, value in flat.items():
        *parents, leaf = name.split(".")
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
            if not isinstance(node, dict):
                raise refusals.INVALID_PARAMETER.error(name=name)
        node[leaf] = value
    return tree


def _object(fields: Mapping[str, Shape], node: Mapping[str, Any], path: str) -> dict[str, Any]:
    for name in node:
        if name not in fields:
            raise refusals.UNKNOWN_PARAMETER.error(name=f"{path}{name}")
    return {name: _value(fields[name], value, f"{path}{name}") for name, value in node.items()}


def _value(shape: Shape, node: Any, path: str) -> Any:
    if shape.repeated:
        items = Shape(shape.kind, fields=shape.fields)
        return [_value(items, node[index], f"{path}.{index}") for index in _positions(node, path)]
    if shape.fields is not None and isinstance(node, dict):
        return _object(shape.fields, node, f"{path}.")
    if shape.fields is not None or not isinstance(node, str):
        raise refusals.INVALID_PARAMETER.error(name=path)
    return _scalar(shape.kind, node, path)


def _positions(node: Any, path: str) -> list[str]:
    if not isinstance(node, dict) or not all(index.isdecimal() for index in node):
        raise refusals.INVALID_PARAMETER.error(name=path)
    return sorted(node, key=int)


def _scalar(kind: str, text: str, path: str) -> Any:
    refusal = refusals.IDS_MALFORMED if kind == "j" else refusals.INVALID_PARAMETER
    try:
        return _READERS[kind](text)
    except ValueError:
        raise refusal.error(name=path) from None


def _flag(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ValueError(text)
    return text.lower() == "true"


def _identifiers(text: str) -> list[str]:
    values = json.loads(text)
    if not isinstance(values, list) or len(values) > MAXIMUM_IDS:
        raise ValueError(text)
    return [str(value) for value in values]


_READERS: Mapping[str, Callable[[str], Any]] = {
    "s": str,
    "i": int,
    "f": float,
    "b": _flag,
    "j": _identifiers,
}
