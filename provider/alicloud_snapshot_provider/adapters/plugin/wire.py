"""Converts properties between protobuf structs and the core: numbers, unknown values and secrets differ there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf import json_format, struct_pb2

from ...nouns.fields import plain
from ...nouns.property_values import UNKNOWN, Properties

_SHAPE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  (not a password, but the marker of one)
_UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWN = frozenset(
    {
        _UNKNOWN_TEXT,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)
"""The markers of the engine, from sdk/go/common/resource/sig and sdk/go/common/resource/plugin/rpc.go."""


@dataclass(frozen=True, slots=True)
class WireProperties:
    """Properties as plain values, and the names of those that are or contain a secret."""

    values: dict[str, Any]
    secrets: frozenset[str]


def from_wire(struct: struct_pb2.Struct) -> WireProperties:
    """Read properties from a struct. Those without a value are left out."""
    values, secrets = {}, set()
    for name, raw in struct.fields.items():
        value, is_secret = _read(raw)
        if raw.WhichOneof("kind") != "null_value":
            values[name] = value
            if is_secret:
                secrets.add(name)
    return WireProperties(values, frozenset(secrets))


def to_wire(values: Properties, origin: WireProperties | None = None) -> struct_pb2.Struct:
    """Write properties to a struct. Those without a value are left out.

    A property is secret if `origin` has a secret with the same name, or with the same text under another name.
    """
    names = origin.secrets if origin else frozenset()
    texts = (
        {value for name, value in origin.values.items() if name in names and isinstance(value, str)} if origin else ()
    )

    struct = struct_pb2.Struct()
    for name, value in values.items():
        if value is None:
            continue
        target = struct.fields[name]
        if name in names or (isinstance(value, str) and value in texts):
            target.struct_value.fields[_SHAPE].string_value = _SECRET
            target = target.struct_value.fields["value"]
        _write(target, value)
    return struct


def with_secrets(struct: struct_pb2.Struct, names: Collection[str]) -> struct_pb2.Struct:
    """Return the struct with these properties as secrets."""
    raw = json_format.MessageToDict(struct)
    marked = {name: _secret(value) if name in names else value for name, value in raw.items()}
    return json_format.ParseDict(marked, struct_pb2.Struct())


def _secret(raw: Any) -> Any:
    is_one = raw is None or (isinstance(raw, Mapping) and raw.get(_SHAPE) == _SECRET)
    return raw if is_one else {_SHAPE: _SECRET, "value": raw}


def _read(raw: struct_pb2.Value) -> tuple[Any, bool]:
    """Return a value, and whether it is or contains a secret. json_format would take twice as long."""
    kind = raw.WhichOneof("kind")
    if kind == "string_value":
        text = raw.string_value
        return (UNKNOWN if text in _UNKNOWN else text), False
    if kind == "struct_value":
        return _read_object(raw.struct_value.fields)
    if kind == "list_value":
        entries = [_read(entry) for entry in raw.list_value.values]
        return [value for value, _ in entries], any(is_secret for _, is_secret in entries)
    if kind == "number_value":
        return plain(raw.number_value), False
    return (raw.bool_value if kind == "bool_value" else None), False


def _read_object(members: Mapping[str, struct_pb2.Value]) -> tuple[Any, bool]:
    if _SHAPE in members and members[_SHAPE].string_value == _SECRET:
        return (_read(members["value"])[0] if "value" in members else None), True
    entries = {name: _read(entry) for name, entry in members.items()}
    return {name: value for name, (value, _) in entries.items()}, any(is_secret for _, is_secret in entries.values())


def _write(target: struct_pb2.Value, value: Any) -> None:
    if isinstance(value, str):
        target.string_value = value
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, int | float):
        target.number_value = value
    elif value is UNKNOWN:
        target.string_value = _UNKNOWN_TEXT
    elif value is None:
        target.null_value = struct_pb2.NULL_VALUE
    else:
        _write_many(target, value)


def _write_many(target: struct_pb2.Value, values: Any) -> None:
    if isinstance(values, Mapping):
        target.struct_value.SetInParent()
        for name, value in values.items():
            _write(target.struct_value.fields[name], value)
    elif isinstance(values, list | tuple):
        target.list_value.SetInParent()
        for value in values:
            _write(target.list_value.values.add(), value)
    else:
        raise TypeError(f"{type(values).__name__} has no form on the wire")
