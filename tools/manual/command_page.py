"""The page of the command line, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

import typer

from alicloud_snapshot_provider.cli.app import app
from alicloud_snapshot_provider.cli.exit_codes import Exit
from ecs_emulator.__main__ import _parser as emulator_parser
from manual.tables import code, table

PROGRAM = "alicloud-snapshot"
_SHOWN_BY_ITS_OWN_PARSER = "emulator"
_EXITS = {
    Exit.FINE: "all is well",
    Exit.FAILED: "ECS refused, or what was watched or begun failed",
    Exit.BAD_INPUT: "a mistake in what was typed or configured, told in one sentence",
    Exit.FOUND: "what was looked for is there: an orphan, a disk without a recent snapshot",
    Exit.INTERRUPTED: "Ctrl-C",
}
_INTRODUCTION = f"""# The command line

`pip install 'pulumi-alicloud-snapshot[cli]'` brings `{PROGRAM}`. It works with the configuration and credentials of the
provider, and in the folder of a stack it knows that stack's series. `{PROGRAM} --install-completion` completes commands
and options in bash, zsh and fish.
"""


@cache
def commands() -> Mapping[str, Any]:
    """Return every command by its words, such as `orphans`."""
    return _below(typer.main.get_command(app), "")


def command_page() -> str:
    """Return the page."""
    exits = table(["exit code", "when"], [[str(int(each)), _EXITS[each]] for each in Exit])
    parts = [_section(name, command) for name, command in commands().items()]
    return "\n".join([_INTRODUCTION, exits, *parts])


def _below(group: Any, prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, command in sorted(group.commands.items()):
        words = f"{prefix}{name}"
        found |= _below(command, f"{words} ") if hasattr(command, "commands") else {words: command}
    return found


def _section(name: str, command: Any) -> str:
    heading = f"## `{PROGRAM} {name}`\n"
    about = " ".join((command.help or "").replace("\n\n", "\0").split()).replace("\0", "\n\n")
    if name == _SHOWN_BY_ITS_OWN_PARSER:
        parser = emulator_parser()
        parser.prog = f"{PROGRAM} {name}"
        return "\n".join([heading, about + "\n", code("text", parser.format_help())])
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    usage = " ".join([PROGRAM, name, "[OPTIONS]", *map(_argument_name, arguments)])
    rows = [_row(each) for each in command.params if each.name != "help"]
    listed = table(["argument or option", "meaning", "default"], rows) if rows else ""
    return "\n".join([heading, about + "\n", code("text", usage), listed])


def _argument_name(argument: Any) -> str:
    return str(argument.metavar or argument.name).upper()


def _row(parameter: Any) -> list[str]:
    names = ", ".join(f"`{each}`" for each in (*parameter.opts, *parameter.secondary_opts))
    if parameter.param_type_name == "argument":
        names = f"`{_argument_name(parameter)}`"
    choices = [f"`{each}`" for each in get_args(parameter.type_descriptor.annotation) if isinstance(each, str)]
    among = f" One of {', '.join(choices)}." if choices else ""
    return [names, f"{getattr(parameter, 'help', None) or ''}{among}", _default(parameter)]


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    default = parameter.default
    return "" if default is None or callable(default) or default is False else f"`{default}`"
