"""One page for each resource, made from the table by which it is checked, compared and reported."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from alicloud_snapshot_provider.adapters import plugin
from alicloud_snapshot_provider.adapters.plugin.cases import camel_case
from alicloud_snapshot_provider.nouns import rules
from alicloud_snapshot_provider.nouns.fields import Change, Field
from alicloud_snapshot_provider.registry import NOUNS
from manual.error_texts import texts_of_function
from manual.tables import code, table

DOCUMENTATION = Path(plugin.__file__).parent / "documentation"
_EXAMPLE = re.compile(r"```(typescript|python|yaml)\n(.*?)```", re.DOTALL)
_TITLES = {"typescript": "TypeScript", "yaml": "YAML"}
_CHANGES = {Change.REPLACE: "replace", Change.UPDATE: "update", Change.ASK: "asked again"}


def resource_pages() -> dict[str, str]:
    """Return the page of each resource by its path."""
    return {f"resources/{noun}.md": resource_page(noun) for noun in NOUNS}


def resource_page(noun: str) -> str:
    """Return the page of one resource."""
    about, _, rest = (DOCUMENTATION / f"{noun}.md").read_text(encoding="utf-8").partition("{{% examples %}}")
    examples, _, after = rest.partition("{{% /examples %}}")
    fields = NOUNS[noun].fields
    inputs = [field for field in fields if field.is_input]
    return "\n".join(
        [
            f"# {noun}\n",
            about.strip() + "\n",
            "The tables have each name in Python, then in the other languages, as this text has it.\n",
            "## Examples\n",
            *_examples(examples),
            "## Arguments\n",
            f"By name, or in Python also as one `{noun}Args`.",
            "*replace*: a change takes effect as a new resource before the old one goes; *update*: in place.\n",
            arguments_table(inputs),
            "## What is refused\n",
            "A check failure in the preview, on the argument:\n",
            _refusals(inputs),
            "What depends on the cloud is looked at in the preview too: see [troubleshooting](../troubleshooting.md),",
            "and [error codes of ECS](../ecs-codes.md) for what ECS itself answers.\n",
            "## Outputs\n",
            "Every argument, and:\n",
            outputs_table(field for field in fields if field.output and not field.is_input),
            after.strip() + "\n",
        ]
    )


def arguments_table(inputs: Iterable[Field]) -> str:
    """Return the arguments with type, default, what a change does, and meaning."""
    rows = ([_names(field), f"{field.kind.value}; {_default(field)}; {_change(field)}", field.doc] for field in inputs)
    return table(["argument", "type; default; change", "meaning"], rows)


def outputs_table(outputs: Iterable[Field]) -> str:
    """Return the outputs with type and meaning."""
    rows = ([_names(field), field.kind.value, _meaning(field)] for field in outputs)
    return table(["output", "type", "meaning"], rows)


def _names(field: Field) -> str:
    """Return the name in Python, then that in every other language where it is another one."""
    other = camel_case(field.name)
    return f"`{field.name}`" if other == field.name else f"`{field.name}` `{other}`"


def _change(field: Field) -> str:
    return _CHANGES[field.change] if field.change else ""


def _default(field: Field) -> str:
    if field.default is not None:
        return f"`{field.default!r}`".replace("'", '"')
    if field.required:
        return "derived" if field.derived else "**required**"
    return "ECS decides" if field.computed else "none"


def _meaning(field: Field) -> str:
    return f"{field.doc} **Deprecated**: {field.deprecated}" if field.deprecated else field.doc


def _refusals(inputs: Iterable[Field]) -> str:
    rows = [
        [f"`{field.name}`", f"`` {text} ``"]
        for field in inputs
        if getattr(rules, field.validate.__name__, None) is field.validate
        for text in texts_of_function(Path(rules.__file__), field.validate.__name__)
    ]
    return table(["argument", "message"], rows)


def _examples(text: str) -> list[str]:
    return [part for title, blocks in _titled(text) for part in (f"### {title}\n", *_each_language(blocks))]


def _titled(text: str) -> list[tuple[str, str]]:
    parts = re.split(r"^### (.+)$", text, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def _each_language(blocks: str) -> list[str]:
    programs = dict(_EXAMPLE.findall(blocks))
    python = programs.pop("python")
    shown = ["Python, the dynamic resource:\n", code("python", dynamic(python))]
    shown += ["Python, the [plugin](../plugin.md):\n", code("python", python)]
    return shown + [part for name, text in programs.items() for part in (f"{_TITLES[name]}:\n", code(name, text))]


def dynamic(program: str) -> str:
    """Return a program of the plugin's resources with the dynamic ones."""
    used = ", ".join(sorted(set(re.findall(r"plugin\.(\w+)\(", program))))
    imported = program.replace("import plugin", f"import {used}")
    return imported.replace("plugin.", "")
