"""The provider plugin `pulumi-resource-alicloud-snapshot`: it serves every Pulumi language by gRPC."""

from __future__ import annotations

import sys

PACKAGE = "alicloud-snapshot"


def main() -> int:
    """Run the plugin for the engine. With `--schema`, print the schema instead."""
    if sys.argv[1:] == ["--schema"]:
        from .schema import schema_text  # noqa: PLC0415

        sys.stdout.write(schema_text())
        return 0
    from .protocol import import_protocol  # noqa: PLC0415

    import_protocol()
    from .server import run  # noqa: PLC0415

    return run(sys.argv[1:])
