"""Imports Pulumi's gRPC protocol without the rest of Pulumi's SDK, which a plugin does not need."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType


def import_protocol() -> None:
    """Import `pulumi.runtime.proto` without `pulumi`, which takes a third of the plugin's start.

    Two empty packages stand in for `pulumi` and `pulumi.runtime` meanwhile. A later `import pulumi` imports the rest.
    """
    spec = None if "pulumi" in sys.modules else find_spec("pulumi")
    if spec is None or not spec.submodule_search_locations:
        return
    folder = Path(spec.submodule_search_locations[0])
    packages = {"pulumi": folder, "pulumi.runtime": folder / "runtime"}
    for name, path in packages.items():
        sys.modules[name] = package = ModuleType(name)
        package.__path__ = [str(path)]
    try:
        with suppress(ImportError):  # then the servicer imports all of Pulumi
            import_module("pulumi.runtime.proto.callback_pb2_grpc")  # the package itself imports all others
    finally:
        for name in packages:
            del sys.modules[name]
