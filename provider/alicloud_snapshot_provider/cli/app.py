"""The commands of `alicloud-snapshot`."""

from __future__ import annotations

import typer
from ecs_emulator.__main__ import main as run_emulator

app = typer.Typer(
    name="alicloud-snapshot",
    help="Disk snapshots of Alibaba Cloud ECS: the commands beside the Pulumi resources.",
    no_args_is_help=True,
    add_completion=True,
)


@app.callback()
def _root() -> None:
    """Keep the commands named, also while there is only one."""


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
def emulator(context: typer.Context) -> None:
    """Run the embedded ECS on 127.0.0.1; `emulator --help` shows its options."""
    raise typer.Exit(run_emulator(context.args))
