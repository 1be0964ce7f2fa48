"""The commands of `alicloud-snapshot`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from ecs_emulator.__main__ import main as run_emulator

from .orphans import report_orphans

app = typer.Typer(
    name="alicloud-snapshot",
    help="Disk snapshots of Alibaba Cloud ECS: the commands beside the Pulumi resources.",
    no_args_is_help=True,
    add_completion=True,
)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
def emulator(context: typer.Context) -> None:
    """Run the embedded ECS on 127.0.0.1; `emulator --help` shows its options."""
    raise typer.Exit(run_emulator(context.args))


@app.command()
def orphans(
    region: Annotated[list[str] | None, typer.Option(help="A region to look in; may be repeated.")] = None,
    state: Annotated[Path | None, typer.Option(help="An exported state, instead of the current stack's.")] = None,
    output: Annotated[Literal["table", "json"], typer.Option(help="How to print them.")] = "table",
) -> None:
    """List paid snapshots of ours that no intent claims, with how to adopt or delete each.

    Ends with 0 where there are none, 3 where there are some, and 2 where it cannot look.
    """
    raise typer.Exit(report_orphans(region or [], state, output, typer.echo, lambda line: typer.echo(line, err=True)))
