"""The definition of a resource's properties: inputs, outputs, checks and changes come from one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Any

from .property_values import Properties, contains_unknown


class Kind(Enum):
    """The type of a property's value."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    STRINGS = "list of strings"
    TAGS = "map of strings"
    OBJECT = "object"
    OBJECTS = "map of objects"
    ANY = "any JSON value"


class Change(Enum):
    """What a changed input does to the resource."""

    REPLACE = "replace"
    UPDATE = "update"
    ASK = "ask"
    """An argument of a function, not of a resource: the question is asked again."""


Validator = Callable[[Any], str | None]
"""Returns why a value cannot work, with the remedy, or None."""


@dataclass(frozen=True, slots=True)
class Field:
    """One property. Inputs have a `change`; `output` tells whether it is read back from ECS.

    `computed`: where the input is not declared, what ECS has stays. `derived`: a program need not declare it, although
    it is required. `default`: what an absent input means. `nullable`: the output may have no value. `deprecated` says
    why not to use it. `members` are the properties of an object or of each object of a map, and `type_name` is what a
    schema calls it. `choices` are the only values of a string. `repeats` are the inputs whose values the output has in
    it: it is as secret as they are.
    """

    name: str
    kind: Kind
    doc: str
    change: Change | None = None
    output: bool = True
    required: bool = False
    derived: bool = False
    computed: bool = False
    default: object = None
    nullable: bool = False
    deprecated: str = ""
    remedy: str = "set it"
    members: tuple[Field, ...] = ()
    type_name: str = ""
    choices: tuple[str, ...] = ()
    repeats: tuple[str, ...] = ()
    validate: Validator = lambda _value: None

    @property
    def is_input(self) -> bool:
        return self.change is not None


def check_fields(fields: Iterable[Field], news: Properties) -> dict[str, str]:
    """Return why inputs cannot work, by property. What is not known yet is not judged."""
    inputs = {field.name: field for field in fields if field.is_input}
    failures = {name: unknown_name(name, inputs) for name in news if name not in inputs and not name.startswith("__")}
    for name, field in inputs.items():
        value = news.get(name)
        if (value is not None or field.required) and (reason := _reason(field, value)):
            failures[name] = reason
    return failures


def changed(fields: Iterable[Field], olds: Properties, news: Properties, change: Change) -> list[str]:
    """Return the inputs with this kind of change whose declared value is not what it was.

    `olds` are the old outputs. A property that they lack, since an earlier release wrote them, had its default.
    """
    return [field.name for field in fields if field.change is change and _differs(field, olds, news)]


def repetitions(fields: Iterable[Field]) -> dict[str, list[str]]:
    """Return the outputs that repeat an input under another name, by that input."""
    pairs = [(name, field.name) for field in fields for name in field.repeats]
    return {name: [output for each, output in pairs if each == name] for name, _ in pairs}


def _differs(field: Field, olds: Properties, news: Properties) -> bool:
    if field.computed and field.name not in news:
        return False
    before, after = olds.get(field.name), news.get(field.name)
    if before.__class__ is after.__class__ and before.__class__ in _SCALARS and before == after:
        return False
    old, new = _settled(field, before), _settled(field, after)
    return bool(_told_apart(old) != _told_apart(new))


_SCALARS = frozenset({str, int, float, bool, type(None)})


def _told_apart(value: Any) -> Any:
    """Return a value in which no truth value equals a number, as 1 == True does in Python."""
    if isinstance(value, bool):
        return ("a truth value", value)
    if isinstance(value, Mapping):
        return {key: _told_apart(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_told_apart(entry) for entry in value]
    return value


def _settled(field: Field, value: Any) -> Any:
    return field.default if value is None or value in ("", {}, []) else plain(value)


def plain(value: Any) -> Any:
    """Return a value in which numbers that Pulumi carries as floats compare equal to whole ones."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return value


def unknown_name(name: str, known: Iterable[str]) -> str:
    """Return why a name cannot work, with the nearest of the `known` ones."""
    names = list(known)
    close = get_close_matches(name, names, n=1)
    hint = f"did you mean {close[0]}?" if close else f"the arguments are {', '.join(names)}"
    return f"is not an argument: {hint}"


def _reason(field: Field, value: Any) -> str | None:
    if value is None:
        return f"is required: {field.remedy}" if field.required else None
    if contains_unknown(value):
        return None
    return _wrong_type(field.kind, value) or _wrong_member(field, value) or field.validate(value)


def _wrong_member(field: Field, value: Any) -> str | None:
    """Return why an object's member cannot work, under its path below the property."""
    objects = {"": value} if field.kind is Kind.OBJECT else value if field.kind is Kind.OBJECTS else {}
    for key, each in objects.items():
        for name, reason in check_fields(field.members, each).items():
            below = reason if reason.startswith(f"{name}.") else f"{name} {reason}"
            return ".".join(part for part in (field.name, key, below) if part)
    return None


def _wrong_type(kind: Kind, value: Any) -> str | None:
    if _TYPES[kind](value):
        return None
    return f"must be {_ARTICLE[kind]}, got {value!r}: give it as one"


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _is_tags(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(key, str) and isinstance(entry, str) for key, entry in value.items()
    )


_TYPES: Mapping[Kind, Callable[[Any], bool]] = {
    Kind.STRING: lambda value: isinstance(value, str),
    Kind.INTEGER: lambda value: not isinstance(value, bool) and isinstance(plain(value), int),
    Kind.NUMBER: lambda value: not isinstance(value, bool) and isinstance(value, int | float),
    Kind.BOOLEAN: lambda value: isinstance(value, bool),
    Kind.STRINGS: _is_strings,
    Kind.TAGS: _is_tags,
    Kind.OBJECT: lambda value: isinstance(value, Mapping),
    Kind.OBJECTS: lambda value: (
        isinstance(value, Mapping) and all(isinstance(each, Mapping) for each in value.values())
    ),
    Kind.ANY: lambda _value: True,
}

_ARTICLE = {
    Kind.STRING: "a string",
    Kind.INTEGER: "a whole number",
    Kind.NUMBER: "a number",
    Kind.BOOLEAN: "True or False",
    Kind.STRINGS: "a list of strings",
    Kind.TAGS: "a map of strings to strings",
    Kind.OBJECT: "an object",
    Kind.OBJECTS: "a map of objects",
}
