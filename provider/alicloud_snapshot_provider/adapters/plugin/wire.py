"""Between protobuf structs and the core's values: numbers, unknowns and secrets have their own shapes on the wire."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf import json_format, struct_pb2

from ...nouns.fields import plain
from ...nouns.values import UNKNOWN, Properties

_SHAPE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  (no password, but what marks one)
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
"""The engine's marks, from sdk/go/common/resource/sig and sdk/go/common/resource/plugin/rpc.go."""


@dataclass(frozen=True, slots=True)
class Received:
    """Properties as plain values, and the names of those that are, or contain, a secret."""

    values: dict[str, Any]
    secrets: frozenset[str]


def received(struct: struct_pb2.Struct) -> Received:
    """Read properties from the wire; what has no value is left out."""
    raw = json_format.MessageToDict(struct)
    values = {name: _value(value) for name, value in raw.items() if value is not None}
    return Received(values, frozenset(name for name in values if _holds_secret(raw[name])))


def sent(values: Properties, origin: Received | None = None) -> struct_pb2.Struct:
    """Write properties for the wire; what has no value is left out.

    A property is secret where `origin` has a secret of its name, or one of the same text under another name.
    """
    names = origin.secrets if origin else frozenset()
    texts = (
        {value for name, value in origin.values.items() if name in names and isinstance(value, str)} if origin else ()
    )

    def wrapped(name: str, value: Any) -> Any:
        is_secret = name in names or (isinstance(value, str) and value in texts)
        return {_SHAPE: _SECRET, "value": _raw(value)} if is_secret else _raw(value)

    raw = {name: wrapped(name, value) for name, value in values.items() if value is not None}
    return json_format.ParseDict(raw, struct_pb2.Struct())


def with_secrets(struct: struct_pb2.Struct, names: Collection[str]) -> struct_pb2.Struct:
    """Return the properties as they are on the wire, with those of these names secret."""
    raw = json_format.MessageToDict(struct)
    marked = {name: _secret(value) if name in names else value for name, value in raw.items()}
    return json_format.ParseDict(marked, struct_pb2.Struct())


def _secret(raw: Any) -> Any:
    is_one = raw is None or (isinstance(raw, Mapping) and raw.get(_SHAPE) == _SECRET)
    return raw if is_one else {_SHAPE: _SECRET, "value": raw}


def _value(raw: Any) -> Any:
    if isinstance(raw, str):
        return UNKNOWN if raw in _UNKNOWN else raw
    if isinstance(raw, Mapping):
        if raw.get(_SHAPE) == _SECRET:
            return _value(raw.get("value"))
        return {name: _value(entry) for name, entry in raw.items()}
    if isinstance(raw, list):
        return [_value(entry) for entry in raw]
    return plain(raw)


def _raw(value: Any) -> Any:
    if value is UNKNOWN:
        return _UNKNOWN_TEXT
    if isinstance(value, Mapping):
        return {name: _raw(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_raw(entry) for entry in value]
    return value


def _holds_secret(raw: Any) -> bool:
    if isinstance(raw, Mapping):
        return raw.get(_SHAPE) == _SECRET or any(map(_holds_secret, raw.values()))
    return isinstance(raw, list) and any(map(_holds_secret, raw))
