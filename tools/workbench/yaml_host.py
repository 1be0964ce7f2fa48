"""Finds Pulumi's host for YAML, or builds it. `make test` runs this before the tests. Only two of them need it."""

from __future__ import annotations

import shutil
from pathlib import Path

from workbench import go_tools
from workbench.environment import CACHE, engine_environment, say

_EXECUTABLE = "pulumi-language-yaml"
_MODULE = "language-yaml"
_VERSION = "1.25.0"


def yaml_host() -> Path | None:
    """Gives the folder of the host on PATH, or of one built from its Go module; None without both host and Go."""
    if found := shutil.which(_EXECUTABLE, path=engine_environment(CACHE)["PATH"]):
        return Path(found).parent
    if shutil.which("go") is None:
        return None
    target = go_tools.cache_folder(f"yaml-host-{_VERSION}", [_MODULE])
    if not target.is_dir():
        say("building Pulumi's YAML host from its Go module: once, about two minutes")
        go_tools.filled(target, _build)
    return target


def _build(folder: Path) -> str:
    go_tools.build(_MODULE, _VERSION, folder)
    return "built"


if __name__ == "__main__":
    yaml_host()
