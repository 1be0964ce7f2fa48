"""Writes the typed properties of the SDK from the field tables: the same names and texts that the plugin's schema has.

Each noun gets a module with its `…Args`, the same as keyword arguments, and its `…Outputs`.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

from workbench.environment import ROOT, VENV, say

from alicloud_snapshot_provider.nouns.fields import Field, Kind, repetitions
from alicloud_snapshot_provider.registry import NOUNS

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
    texts[FOLDER / "choices.py"] = _choices([field for noun in NOUNS.values() for field in noun.fields])
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
        _imports(inputs, fields),
        _arguments(noun, inputs),
        _keywords(noun, inputs),
        _outputs(noun, fields),
    ]
    return "\n\n".join(parts)


def _imports(inputs: Sequence[Field], fields: Sequence[Field]) -> str:
    annotations = " ".join([*map(_input_type, inputs), *map(_output_type, fields)])
    aliases = sorted({_alias(field) for field in inputs if field.choices})
    lines = [
        "from __future__ import annotations\n",
        _import_from("collections.abc", [name for name in ("Mapping", "Sequence") if f"{name}[" in annotations]),
        "from dataclasses import dataclass",
        f"from typing import {'Any, ' if 'Any' in annotations else ''}TypedDict\n",
        "from pulumi import Input, Output\n",
        _import_from(".._drill_check", ["DrillCheckArgs"] if "DrillCheckArgs" in annotations else []),
        _import_from(".._freeze", ["FreezeArgs"] if "FreezeArgs" in annotations else []),
        _import_from(".._keep", ["KeepArgs"] if "KeepArgs" in annotations else []),
        _import_from(".choices", aliases),
    ]
    return "\n".join(line for line in lines if line)


def _import_from(module: str, names: Sequence[str]) -> str:
    return f"from {module} import {', '.join(names)}" if names else ""


def _arguments(noun: str, inputs: Iterable[Field]) -> str:
    lines = ["@dataclass(kw_only=True)", f"class {noun}Args:", f'    """The arguments of `{noun}`."""\n']
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
    text = field.doc + (f" Deprecated: {field.deprecated}" if field.deprecated else "")
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
    return "".join(word.capitalize() for word in field.name.split("_"))


def _file_name(noun: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in noun).removeprefix("_")


def _formatted(text: str) -> str:
    command = [str(VENV / "bin" / "ruff"), "format", "--stdin-filename", str(FOLDER / "module.py"), "-"]
    answer = subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True)
    return answer.stdout


if __name__ == "__main__":
    sys.exit(main())
