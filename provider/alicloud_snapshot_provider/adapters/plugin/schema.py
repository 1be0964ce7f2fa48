"""Makes the schema of the package from the field tables, which also check and compare the properties."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.metadata import metadata, version
from pathlib import Path
from typing import Any

from ...nouns.fields import Change, Field, Kind
from ...registry import NOUNS
from . import PACKAGE
from .cases import camel_case
from .configuration import CONFIG_KEYS, ConfigKey
from .functions import FOUND_FIELDS, FUNCTIONS, Function
from .names import in_own_namespace
from .stack_guard import STACK_GUARD, STACK_GUARD_FIELDS

_DISTRIBUTION = "pulumi-alicloud-snapshot"
_DOCUMENTATION = Path(__file__).parent / "documentation"
_FOUND_TYPE = f"{PACKAGE}:index:FoundSnapshot"
_TYPES: Mapping[Kind, dict[str, Any]] = {
    Kind.STRING: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.STRINGS: {"type": "array", "items": {"type": "string"}},
    Kind.TAGS: {"type": "object", "additionalProperties": {"type": "string"}},
    Kind.ANY: {"$ref": "pulumi.json#/Any"},
}


def schema_text(release: str = "") -> str:
    """Return the schema as JSON, with a version if `release` is given."""
    return json.dumps(_schema() | ({"version": release} if release else {}), indent=2, ensure_ascii=False) + "\n"


def plugin_version() -> str:
    """Return the version of the installed package. It is the version of the plugin, too."""
    return version(_DISTRIBUTION)


def _schema() -> dict[str, Any]:
    return {
        "name": PACKAGE,
        "displayName": "Alibaba Cloud snapshots",
        "description": "Disk snapshots of Alibaba Cloud ECS: snapshot before change.",
        "keywords": ["pulumi", "alicloud", "ecs", "snapshot", "backup", "category/cloud", "kind/native"],
        "license": "Apache-2.0",
        **_published(),
        "config": {"variables": {key.name: _config_key(key) for key in CONFIG_KEYS}},
        "provider": {
            "description": "The provider of `alicloud-snapshot`: its region, its endpoint and its credentials.",
            "inputProperties": {key.name: _config_key(key) for key in CONFIG_KEYS},
        },
        "types": {
            _FOUND_TYPE: {
                "type": "object",
                "description": "A snapshot as ECS describes it, with its series and its generation.",
                **_properties(FOUND_FIELDS),
            },
            **_object_types([field for function in FUNCTIONS.values() for field in function.arguments]),
            **_object_types([field for noun in NOUNS.values() for field in noun.fields]),
        },
        "resources": {
            **{f"{PACKAGE}:index:{noun}": _resource(noun, NOUNS[noun].fields) for noun in NOUNS},
            f"{PACKAGE}:index:{STACK_GUARD}": _component(STACK_GUARD, STACK_GUARD_FIELDS),
        },
        "functions": {f"{PACKAGE}:index:{name}": _function(function) for name, function in FUNCTIONS.items()},
        "language": _LANGUAGES,
    }


def _published() -> dict[str, str]:
    """Return the publisher and the addresses, from the project's URLs. The releases there have the executables."""
    urls = dict(url.split(", ", 1) for url in metadata(_DISTRIBUTION).get_all("Project-URL", []))
    owner, repository = urls["Repository"].split("/")[-2:]
    return {
        "publisher": owner,
        "homepage": urls["Homepage"],
        "repository": urls["Repository"],
        "pluginDownloadURL": f"github://api.github.com/{owner}/{repository}",
    }


_LANGUAGES = {
    "csharp": {"namespaces": {PACKAGE: "AlicloudSnapshot"}, "respectSchemaVersion": True},
    "go": {"importBasePath": f"pulumi-{PACKAGE}/sdk/go/alicloudsnapshot", "respectSchemaVersion": True},
    "nodejs": {"packageName": f"pulumi-{PACKAGE}", "respectSchemaVersion": True},
    "python": {"packageName": "pulumi_alicloud_snapshot_sdk", "pyproject": {"enabled": True}},
}


def _resource(noun: str, fields: tuple[Field, ...]) -> dict[str, Any]:
    inputs = [field for field in fields if field.is_input]
    return {
        "description": (_DOCUMENTATION / f"{noun}.md").read_text(),
        **_properties(fields),
        "inputProperties": {camel_case(field.name): _input(field) for field in inputs},
        "requiredInputs": [camel_case(field.name) for field in inputs if field.required and not field.derived],
    }


def _component(name: str, fields: tuple[Field, ...]) -> dict[str, Any]:
    return {
        "description": (_DOCUMENTATION / f"{name}.md").read_text(),
        "isComponent": True,
        "inputProperties": {camel_case(field.name): _input(field) for field in fields},
    }


def _function(function: Function) -> dict[str, Any]:
    required = [camel_case(field.name) for field in function.arguments if field.required]
    return {
        "description": function.doc,
        "inputs": {
            "properties": {camel_case(field.name): _input(field) for field in function.arguments},
            **({"required": required} if required else {}),
        },
        "outputs": _properties(function.outputs) | {"type": "object"} if not function.many else _MANY,
    }


_MANY = {
    "type": "object",
    "properties": {
        "snapshots": {
            "type": "array",
            "items": {"$ref": f"#/types/{_FOUND_TYPE}"},
            "description": "The snapshots, newest first.",
        }
    },
    "required": ["snapshots"],
}


def _properties(fields: Iterable[Field]) -> dict[str, Any]:
    outputs = [field for field in fields if field.output]
    return {
        "properties": {camel_case(field.name): _property(field) for field in outputs},
        "required": [camel_case(field.name) for field in outputs if not field.nullable],
    }


def _property(field: Field) -> dict[str, Any]:
    deprecation = {"deprecationMessage": field.deprecated} if field.deprecated else {}
    return {**_type(field), "description": in_own_namespace(field.doc), **deprecation}


def _type(field: Field) -> dict[str, Any]:
    if field.kind is Kind.OBJECT:
        return _reference(field)
    if field.kind is Kind.OBJECTS:
        return {"type": "object", "additionalProperties": _reference(field)}
    return _TYPES[field.kind]


def _reference(field: Field) -> dict[str, Any]:
    return {"$ref": f"#/types/{PACKAGE}:index:{field.type_name}"}


def _object_types(fields: Iterable[Field]) -> dict[str, Any]:
    """Return the object types of the fields and of their members, by token."""
    types: dict[str, Any] = {}
    for field in fields:
        if field.members:
            own = {"type": "object", "description": in_own_namespace(field.doc), **_properties(field.members)}
            types |= {f"{PACKAGE}:index:{field.type_name}": own, **_object_types(field.members)}
    return types


def _input(field: Field) -> dict[str, Any]:
    default = {"default": field.default} if field.default is not None else {}
    replaces = {"replaceOnChanges": True} if field.change is Change.REPLACE else {}
    return {**_property(field), **default, **replaces}


def _config_key(key: ConfigKey) -> dict[str, Any]:
    return {**_TYPES[key.kind], "description": key.doc, **({"secret": True} if key.secret else {})}
