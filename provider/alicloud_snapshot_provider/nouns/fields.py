"""The table of a resource's properties. Checks, diffs, outputs, the schema and the documentation come from it."""

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
    """What Pulumi does with the resource if an input changes."""

    REPLACE = "replace"
    UPDATE = "update"
    ASK = "ask"
    """For an argument of a function: Pulumi calls the function again."""


Validator = Callable[[Any], str | None]
"""Returns why a value cannot work, with the remedy. Returns None if it can."""


@dataclass(frozen=True, slots=True)
class Field:
    """One property. It is an input if it has a `change`. It is an output if `output` is set.

    - `required`: without a value the check fails. `derived`: the SDK fills it in, so a program need not declare it.
    - `computed`: if the program does not declare the input, the value of ECS stays. `default`: the value if the program
      declares none. `nullable`: the output may have no value.
    - `deprecated` says why not to use it. `remedy` says how to set a required one.
    - `members` are the properties of an object, or of each object in a map. `type_name` is its name in the schema.
    - `choices` are the only values of a string.
    - `repeats` are inputs whose values this output has, too. If they are secret, it is.
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
    """Return why inputs cannot work, by property. Unknown values are not checked."""
    inputs = {field.name: field for field in fields if field.is_input}
    failures = {name: unknown_name(name, inputs) for name in news if name not in inputs and not name.startswith("__")}
    for name, field in inputs.items():
        value = news.get(name)
        if (value is not None or field.required) and (reason := _reason(field, value)):
            failures[name] = reason
    return failures


def changed(fields: Iterable[Field], olds: Properties, news: Properties, change: Change) -> list[str]:
    """Return the names of the changed inputs whose field has this kind of change.

    `olds` are the old outputs. If an earlier release wrote them without a property, that had its default.
    """
    return [field.name for field in fields if field.change is change and _differs(field, olds, news)]


def repetitions(fields: Iterable[Field]) -> dict[str, list[str]]:
    """Return by input the outputs that repeat its value."""
    pairs = [(name, field.name) for field in fields for name in field.repeats]
    return {name: [output for each, output in pairs if each == name] for name, _ in pairs}


def _differs(field: Field, olds: Properties, news: Properties) -> bool:
    if field.computed and field.name not in news:
        return False
    before, after = olds.get(field.name), news.get(field.name)
    if before.__class__ is after.__class__ and before.__class__ in _SCALARS and before == after:
        return False
    old, new = _normalized(field, before), _normalized(field, after)
    return bool(_typed(old) != _typed(new))


_SCALARS = frozenset({str, int, float, bool, type(None)})


def _typed(value: Any) -> Any:
    """Return a value in which no boolean equals a number. In Python, 1 == True."""
    if isinstance(value, bool):
        return (bool, value)
    if isinstance(value, Mapping):
        return {key: _typed(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_typed(entry) for entry in value]
    return value


def _normalized(field: Field, value: Any) -> Any:
    return field.default if value is None or value in ("", {}, []) else plain(value)


def plain(value: Any) -> Any:
    """Return the value with whole numbers as int: Pulumi passes every number as a float."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return value


def unknown_name(name: str, known: Iterable[str]) -> str:
    """Return the reason for an unknown name, with the most similar of the `known` ones."""
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
    """Return why a member of an object cannot work, with the path to it."""
    objects = {"": value} if field.kind is Kind.OBJECT else value if field.kind is Kind.OBJECTS else {}
    for key, each in objects.items():
        for name, reason in check_fields(field.members, each).items():
            below = reason if reason.startswith(f"{name}.") else f"{name} {reason}"
            return ".".join(part for part in (field.name, key, below) if part)
    return None


def _wrong_type(kind: Kind, value: Any) -> str | None:
    article, is_one = _TYPES[kind]
    return None if is_one(value) else f"must be {article}, got {value!r}: give it as one"


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _is_tags(value: Any) -> bool:
    return isinstance(value, Mapping) and _is_strings([*value.keys(), *value.values()])


def _is_objects(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(each, Mapping) for each in value.values())


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float)


_TYPES: Mapping[Kind, tuple[str, Callable[[Any], bool]]] = {
    Kind.STRING: ("a string", lambda value: isinstance(value, str)),
    Kind.INTEGER: ("a whole number", lambda value: _is_number(value) and isinstance(plain(value), int)),
    Kind.NUMBER: ("a number", _is_number),
    Kind.BOOLEAN: ("True or False", lambda value: isinstance(value, bool)),
    Kind.STRINGS: ("a list of strings", _is_strings),
    Kind.TAGS: ("a map of strings to strings", _is_tags),
    Kind.OBJECT: ("an object", lambda value: isinstance(value, Mapping)),
    Kind.OBJECTS: ("a map of objects", _is_objects),
    Kind.ANY: ("any value", lambda _value: True),
}
