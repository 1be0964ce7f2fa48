"""Writes the typed properties of the SDK from the field tables: the same names and texts that the plugin's schema has.

Each noun gets a module with its `…Args`, the same as keyword arguments, its `…Outputs`, and the class that both
providers' resources are subclasses of.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from workbench.environment import ROOT, VENV, say

from alicloud_snapshot_provider.adapters.plugin.cases import snake_case
from alicloud_snapshot_provider.adapters.plugin.configuration import CONFIG_KEYS, SECRET_KEYS
from alicloud_snapshot_provider.guards.fields import GUARD_FIELDS
from alicloud_snapshot_provider.nouns.fields import Field, Kind, repetitions
from alicloud_snapshot_provider.registry import NOUNS

UNREADABLE = frozenset({"DiskRollback", "RestoreDrill"})
"""Nouns that nobody can read by an id, and so have no `get`: ECS keeps no record of them."""
FOLDER = ROOT / "sdk" / "pulumi_alicloud_snapshot" / "_properties"
_WIDTH = 116
_INPUT_TYPES = {
    Kind.STRING: "Input[str]",
    Kind.INTEGER: "Input[int]",
    Kind.NUMBER: "Input[float]",
    Kind.BOOLEAN: "Input[bool]",
    Kind.STRINGS: "Input[Sequence[Input[str]]]",
    Kind.TAGS: "Input[Mapping[str, Input[str]]]",
    Kind.ANY: "Input[Any]",
}
_OUTPUT_TYPES = {
    Kind.STRING: "str",
    Kind.INTEGER: "int",
    Kind.NUMBER: "float",
    Kind.BOOLEAN: "bool",
    Kind.STRINGS: "Sequence[str]",
    Kind.TAGS: "Mapping[str, str]",
}


def modules() -> dict[Path, str]:
    """Gives each file of the SDK that is written from the field tables, with its text."""
    texts = {FOLDER / f"{_file_name(noun)}.py": _module(noun, NOUNS[noun].fields) for noun in NOUNS}
    every = _with_members(field for noun in NOUNS.values() for field in noun.fields)
    texts[FOLDER / "objects.py"] = _objects(every)
    texts[FOLDER / "choices.py"] = _choices([*every, *GUARD_FIELDS])
    texts[FOLDER / "guard_settings.py"] = _guard_settings()
    texts[FOLDER / "provider.py"] = _provider_args()
    texts[FOLDER / "repetitions.py"] = _repetitions()
    texts[FOLDER / "__init__.py"] = (
        '"""What the resources take and give, written by `make schema` from their field tables."""\n'
    )
    return {path: _formatted(text) for path, text in texts.items()}


def main() -> int:
    """Writes every file."""
    FOLDER.mkdir(exist_ok=True)
    for path, text in modules().items():
        path.write_text(text)
    say(f"{FOLDER.relative_to(ROOT)}: {len(NOUNS)} nouns")
    return 0


def _module(noun: str, fields: Sequence[Field]) -> str:
    inputs = [field for field in fields if field.is_input]
    parts = [
        f'"""What `{noun}` takes and gives. Written by `make schema` from its field table."""',
        _imports(noun, inputs, fields),
        _arguments(noun, f"The arguments of `{noun}`.", inputs),
        _keywords(noun, inputs),
        _outputs(noun, fields),
        _declared(noun),
    ]
    return "\n\n".join(parts)


def _imports(noun: str, inputs: Sequence[Field], fields: Sequence[Field]) -> str:
    annotations = " ".join([*map(_input_type, inputs), *map(_output_type, fields)])
    aliases = sorted({_alias(field) for field in inputs if field.choices})
    lines = [
        "from __future__ import annotations\n",
        _import_from("collections.abc", [name for name in ("Mapping", "Sequence") if f"{name}[" in annotations]),
        "from dataclasses import dataclass",
        _import_from("typing", ["Any"] * ("Any" in annotations) + ["Self"] * (noun not in UNREADABLE))
        + ", TypedDict, Unpack\n",
        "from pulumi import Input, Output, ResourceOptions\n",
        _import_from(".._declared_resource", ["DeclaredResource"]),
        _import_from(".choices", aliases),
        _import_from(".objects", sorted({f"{field.type_name}Args" for field in inputs if field.members})),
    ]
    return "\n".join(line for line in lines if line)


def _import_from(module: str, names: Sequence[str]) -> str:
    return f"from {module} import {', '.join(names)}" if names else ""


def _objects(fields: Iterable[Field]) -> str:
    """Return the module of the arguments that are objects themselves, such as `FreezeArgs`."""
    types = {field.type_name: field for field in reversed(list(fields)) if field.members}
    aliases = {_alias(member) for field in types.values() for member in field.members if member.choices}
    parts = [
        '"""Arguments that are objects. Written by `make schema` from the field tables."""',
        "from __future__ import annotations\n\n"
        "from collections.abc import Mapping\nfrom dataclasses import dataclass\nfrom typing import Any\n\n"
        "from pulumi import Input\n\n" + _import_from(".choices", sorted(aliases)),
        *(_object(types, name) for name in sorted(types, key=lambda name: (_base(types, name) is not None, name))),
    ]
    return "\n\n".join(parts)


def _object(types: Mapping[str, Field], name: str) -> str:
    """Return the class of an object, with the members that its base class does not have."""
    base = _base(types, name)
    known = types[base].members if base else ()
    members = [member for member in types[name].members if member not in known]
    return _arguments(name, types[name].doc, members, f"({base}Args)" if base else "")


def _base(types: Mapping[str, Field], name: str) -> str | None:
    """Return the type whose members the object all has, as a freeze has those of an instance's freeze."""
    own = types[name].members
    return next((each for each in types if each != name and all(member in own for member in types[each].members)), None)


def _guard_settings() -> str:
    """Return the module of the keyword arguments of a guard. They are plain values, not outputs."""
    lines = [
        '"""The settings of a guard. Written by `make schema` from their field table."""\n',
        "from __future__ import annotations\n",
        "from collections.abc import Mapping\nfrom typing import Any, TypedDict\n",
        _import_from(".choices", sorted(_alias(field) for field in GUARD_FIELDS if field.choices)),
        _import_from(".objects", ["FreezeArgs", "KeepArgs"]),
        "\n\nclass GuardSettings(TypedDict, total=False):",
        '    """How a guard takes and keeps its snapshots. Every setting is optional, and none may be an output."""\n',
    ]
    for field in GUARD_FIELDS:
        lines += [f"    {field.name}: {_setting_type(field)}", _documented(field)]
    return "\n".join(lines)


def _setting_type(field: Field) -> str:
    if field.members:
        return ("" if field.name == "drill" else f"{field.type_name}Args | ") + "Mapping[str, Any]"
    return _alias(field) if field.choices else _OUTPUT_TYPES[field.kind]


def _provider_args() -> str:
    """Return the module of the arguments of an explicit provider."""
    secrets = sorted(map(snake_case, SECRET_KEYS))
    lines = [
        '"""The arguments of `Provider`. Written by `make schema` from the configuration keys."""\n',
        "from __future__ import annotations\n",
        "from collections.abc import Mapping\nfrom dataclasses import dataclass\n",
        "from pulumi import Input\n",
        f"SECRETS = frozenset({secrets!r})",
        "\n\n@dataclass(kw_only=True)\nclass ProviderKeys:",
        '    """The arguments of `Provider`. The environment gives what is not set here."""\n',
    ]
    for key in CONFIG_KEYS:
        lines += [f"    {snake_case(key.name)}: {_INPUT_TYPES[key.kind]} | None = None", _comment(key.doc)]
    return "\n".join(lines)


def _with_members(fields: Iterable[Field]) -> list[Field]:
    return [each for field in fields for each in (field, *_with_members(field.members))]


def _arguments(noun: str, doc: str, inputs: Iterable[Field], bases: str = "") -> str:
    lines = ["@dataclass(kw_only=True)", f"class {noun}Args{bases}:", _comment(doc) + "\n"]
    for field in inputs:
        optional = "" if _is_required(field) else " | None = None"
        lines += [f"    {field.name}: {_input_type(field)}{optional}", _documented(field)]
    return "\n".join(lines)


def _keywords(noun: str, inputs: Iterable[Field]) -> str:
    lines = [f"class {noun}Keywords(TypedDict, total=False):", f'    """`{noun}Args` as keyword arguments."""\n']
    lines += [f"    {field.name}: {_input_type(field)}{'' if _is_required(field) else ' | None'}" for field in inputs]
    return "\n".join(lines)


def _outputs(noun: str, fields: Iterable[Field]) -> str:
    lines = [f"class {noun}Outputs:", f'    """The outputs of `{noun}`, whichever provider serves it."""\n']
    for field in fields:
        lines.append(f"    {field.name}: Output[{_output_type(field)}]")
        if not field.is_input:
            lines.append(_documented(field))
    return "\n".join(lines)


def _declared(noun: str) -> str:
    text = f'''class Declared{noun}(DeclaredResource, {noun}Outputs):
    """`{noun}`, whichever provider serves it."""

    _noun = "{noun}"
    _outputs = {noun}Outputs

    def __init__(
        self,
        resource_name: str,
        args: {noun}Args | None = None,
        opts: ResourceOptions | None = None,
        **arguments: Unpack[{noun}Keywords],
    ) -> None:
        """Declare a `{noun}`, with `{noun}Args` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old one would be gone before the new one exists.
        """
        self._declare(resource_name, args or {noun}Args(**arguments), opts)
'''
    return text if noun in UNREADABLE else text + _get(noun)


def _get(noun: str) -> str:
    region = getattr(NOUNS[noun], "home_region", "region")
    return f'''
    @classmethod
    def get(
        cls,
        resource_name: str,
        id: Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: ResourceOptions | None = None,
        *,
        {region}: Input[str] | None = None,
    ) -> Self:
        """Return an existing `{noun}`, which Pulumi reads and never changes.

        `id` is its `{NOUNS[noun].id_output}`, and `{region}` the region that it is in: `alicloud:region` by default.
        """
        return cls._existing(resource_name, id, opts, {region}={region})
'''


def _choices(fields: Iterable[Field]) -> str:
    aliases = {_alias(field): field for field in fields if field.choices}
    lines = [
        '"""The values of arguments that have only some. Written by `make schema` from the field tables."""\n',
        "from typing import Literal\n",
        *(f"{name} = Literal{list(aliases[name].choices)!r}" for name in sorted(aliases)),
    ]
    return "\n".join(lines)


def _repetitions() -> str:
    found = {noun: repetitions(resource.fields) for noun, resource in NOUNS.items()}
    lines = [
        '"""The outputs that repeat an input under another name. Written by `make schema` from the field tables."""\n',
        "from collections.abc import Mapping, Sequence\n",
        f"REPETITIONS: Mapping[str, Mapping[str, Sequence[str]]] = {found!r}",
        '"""By noun and input."""',
    ]
    return "\n".join(lines)


def _documented(field: Field) -> str:
    return _comment(field.doc + (f" Deprecated: {field.deprecated}" if field.deprecated else ""))


def _comment(text: str) -> str:
    return textwrap.indent("\n".join(textwrap.wrap(f'"""{text}"""', _WIDTH)), "    ")


def _input_type(field: Field) -> str:
    if field.choices:
        return f"Input[{_alias(field)}]"
    if field.kind is Kind.OBJECTS:
        return f"Mapping[str, {field.type_name}Args | Mapping[str, Any]] | Input[Mapping[str, Any]]"
    if field.members:
        return f"{field.type_name}Args | Input[Mapping[str, Any]]"
    return _INPUT_TYPES[field.kind]


def _output_type(field: Field) -> str:
    plain = _OUTPUT_TYPES.get(field.kind, "Any")
    return f"{plain} | None" if field.nullable and plain != "Any" else plain


def _is_required(field: Field) -> bool:
    return field.required and not field.derived


def _alias(field: Field) -> str:
    return field.type_name or "".join(word.capitalize() for word in field.name.split("_"))


def _file_name(noun: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in noun).removeprefix("_")


def _formatted(text: str) -> str:
    command = [str(VENV / "bin" / "ruff"), "format", "--stdin-filename", str(FOLDER / "module.py"), "-"]
    answer = subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True)
    return answer.stdout


if __name__ == "__main__":
    sys.exit(main())
