"""The pages of the functions, the guards and the configuration, made from their definitions."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any, get_args

import pulumi_alicloud_snapshot as sdk
from alicloud_snapshot_provider.adapters.plugin.configuration import CONFIG_KEYS
from alicloud_snapshot_provider.adapters.plugin.functions import ARGUMENTS, FOUND_FIELDS, FUNCTIONS
from alicloud_snapshot_provider.adapters.plugin.stack_guard import STACK_GUARD_FIELDS
from alicloud_snapshot_provider.ecs import codes
from alicloud_snapshot_provider.errors import InvalidInput
from manual.resource_pages import arguments_table, outputs_table
from manual.tables import code, table

_TOPICS = {
    "guards": ("guard_stack", "snapshot_before"),
    "functions": ("get_snapshot", "get_snapshots", "get_snapshots_output", "restore_from", "adoption_tags"),
}
"""The functions of the SDK by the page that describes them."""

_GUARDS = """# Guards

A guard takes snapshots right before a resource is changed, replaced or deleted, and lets the change begin only once
they are safe. [Guard a whole stack](examples.md#example-02-guard-a-stack) shows one at work.

"""
_STACK_GUARD = """## `StackGuard`

The plugin's resource `alicloud-snapshot:index:StackGuard` guards a stack in
[every language](plugin.md#a-guard-in-every-language). In TypeScript and Go `guardStack` and `snapshotBefore`
[do the same](plugin.md#guards-in-typescript-and-go) without `dependsOn`.

"""
_AFTER_GUARDS = """## A destroy that failed

The state names hooks, so `pulumi destroy` needs `--run-program`; without it nothing is deleted. Where a snapshot
fails, its resource stays, and what was built on it is gone by then. Run `pulumi destroy --run-program` again once
the snapshot works: the tests show that for a Python program that computes with the outputs of what is gone. Where a
program cannot do without them and fails ([pulumi #23921](https://github.com/pulumi/pulumi/issues/23921)), run
`pulumi up` first, which makes it again.

## A policy: nothing without a guard

`alicloud-snapshot guarded` fails a pipeline whose preview has an instance or a disk without a guard, in any language:

```console
$ pulumi preview --json --show-sames | alicloud-snapshot guarded
data (alicloud:ecs/ecsDisk:EcsDisk): no snapshot is taken before its update and delete
  add before the resources: guard_stack()
1 of 3 instances and disks without a guard
```

Then it ends with 3, and with 1 if the preview failed. `--exclude NAME` leaves a resource alone. `--change delete` asks
for no guard of updates. The command also finds a guard that comes too late: a deletion runs only the guards that
the last `pulumi up` stored. Run it before each `pulumi up`. A Pulumi policy
[cannot see guards](decisions.md#a-command-judges-guards-not-a-policy-pack).
"""
_FUNCTIONS = """# Functions

What there is, asked in the preview too, and never changed by it.

"""
_CONFIGURATION = """# Configuration

The dynamic resources read the keys of pulumi_alicloud, `alicloud:*`; the [plugin](plugin.md) reads the same names as
`alicloud-snapshot:*` or as arguments of its `Provider`. What is not configured comes from the environment, and without
any of it the default chain of alibabacloud-credentials decides.

"""
_CODES = """# Error codes of ECS

What the provider makes of an error that ECS answers: by its code, never by the HTTP status. A code stands for all that
begin or end like it where it has a `*`. A code that is not listed is shown with ECS's own message.

*Retried* errors have been repeated for a while before you see them. See also [troubleshooting](troubleshooting.md).

"""


def functions_page() -> str:
    """Return the page of the functions of Python and of the plugin."""
    parts = [_FUNCTIONS, "## In Python\n", *_described("functions"), "## In every other language\n"]
    parts += [f"`alicloud-snapshot:index:{name}`: {function.doc}\n" for name, function in FUNCTIONS.items()]
    parts += ["### Arguments\n", arguments_table(ARGUMENTS), "### What a found snapshot has\n"]
    parts += [outputs_table(FOUND_FIELDS), "## Types\n", table(["type of Python", "values"], _types())]
    return "\n".join(parts)


def guards_page() -> str:
    """Return the page of the guards."""
    settings = attribute_documentation(sdk.GuardSettings)
    rows = [[f"`{name}`", meaning] for name, meaning in settings.items()]
    return "\n".join(
        [
            _GUARDS,
            *_described("guards"),
            _STACK_GUARD + arguments_table(STACK_GUARD_FIELDS),
            "## Settings\n",
            table(["setting", "meaning"], rows),
            _AFTER_GUARDS,
        ]
    )


def configuration_page() -> str:
    """Return the page of the configuration."""
    rows = [[f"`{key.name}`", key.doc, "yes" if key.secret else ""] for key in CONFIG_KEYS]
    return _CONFIGURATION + table(["key", "meaning", "secret"], rows)


def ecs_codes_page() -> str:
    """Return the page of what each error code of ECS means."""
    rows = [[", ".join(f"`{each}`" for each in rule.codes), *_built(rule.build), rule.remedy] for rule in codes._RULES]
    return _CODES + table(["code", "error", "argument", "what to do"], rows)


def _types() -> list[list[str]]:
    """Return the types of the SDK that are one of a few texts."""
    values = {name: get_args(getattr(sdk, name)) for name in sdk.__all__}
    return [[f"`{name}`", ", ".join(f'`"{each}"`' for each in texts)] for name, texts in values.items() if texts]


def _built(build: Callable[..., Exception]) -> tuple[str, str]:
    """Return the kind of error, and the argument that it is about."""
    error = build("")
    kind = type(error).__name__
    return f"`{kind}`", f"`{error.property_name}`" if isinstance(error, InvalidInput) else ""


def _described(topic: str) -> list[str]:
    return [part for name in _TOPICS[topic] for part in _function(name)]


def _function(name: str) -> list[str]:
    function: Any = getattr(sdk, name)
    signature = inspect.signature(function)
    parameters = list(signature.parameters.values())
    first = next((place for place, each in enumerate(parameters) if each.kind is each.KEYWORD_ONLY), None)
    shown = [str(each).replace("'", "") for each in parameters]
    if first is not None and parameters[max(0, first - 1)].kind is not inspect.Parameter.VAR_POSITIONAL:
        shown.insert(first, "*")
    written = "\n".join([f"{name}(", *(f"    {each}," for each in shown), f") -> {signature.return_annotation}"])
    return [f"## `{name}`\n", code("text", written), inspect.cleandoc(function.__doc__ or "") + "\n"]


def attribute_documentation(cls: type) -> dict[str, str]:
    """Return what stands below each attribute of a class."""
    body = next(node.body for node in ast.walk(ast.parse(inspect.getsource(cls))) if isinstance(node, ast.ClassDef))
    found: dict[str, str] = {}
    for node, below in pairwise(body):
        match node, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = re.sub(r"\s+", " ", text)
    return found
