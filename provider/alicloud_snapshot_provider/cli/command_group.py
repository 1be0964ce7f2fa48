"""The group of all commands. It reports a wrong argument in one sentence."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from .exit_codes import Exit

UsageError: type[Exception] = typer.BadParameter.__mro__[1]
"""The error that typer raises for every wrong argument. typer exports only its subclasses."""


class CommandGroup(TyperGroup):
    """Prints a wrong argument as one line, with the command that shows the help, instead of typer's box."""

    def main(  # the parameters are those of the class above
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        try:
            code = super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        except UsageError as mistake:
            if not standalone_mode:
                raise
            code = _told(mistake)
        except typer.Abort:
            if not standalone_mode:
                raise
            code = Exit.INTERRUPTED
        if not standalone_mode:
            return code
        sys.exit(code if isinstance(code, int) else Exit.FINE)


def _told(mistake: Any) -> int:
    command = mistake.ctx.command_path if mistake.ctx else "alicloud-snapshot"
    text = mistake.format_message()
    stop = "" if text.endswith((".", "?")) else "."
    typer.echo(f"error: {text}{stop} Run `{command} --help` to see what it takes.", err=True)
    return Exit.BAD_INPUT
