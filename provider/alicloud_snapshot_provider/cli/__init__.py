"""The command line, `alicloud-snapshot`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line. If typer is not installed, say how to install it."""
    try:
        from .app import app  # noqa: PLC0415  (typer is an extra)
    except ModuleNotFoundError as missing:
        print(
            f"alicloud-snapshot needs {missing.name}: run `pip install 'pulumi-alicloud-snapshot[cli]'`",
            file=sys.stderr,
        )
        return 2
    app()
    return 0
