"""Finds Pulumi's host for Node.js, which nothing but the TypeScript example needs; where there is none, says why."""

from __future__ import annotations

import shutil
from pathlib import Path

from workbench import go_tools
from workbench.environment import ENGINE, NODE_HOST, SetUpError, say

_EXECUTABLE = "pulumi-language-nodejs"
_MODULE = "language-nodejs"
_VERSION = "3.64.0"
"""The last release whose host is a part of the SDK's module."""


def provide_node_host() -> None:
    """Links `.cache/language-nodejs` to a host that was found or built, where this machine has Node.js at all."""
    if (ENGINE / _EXECUTABLE).exists() or shutil.which(_EXECUTABLE):
        say("Pulumi's Node.js host: comes with Pulumi")
        return
    if missing := [name for name in ("node", "npm") if shutil.which(name) is None]:
        say(f"Pulumi's Node.js host: none, as there is no {missing[0]}; the TypeScript example is not run")
        return
    target = go_tools.cache_folder(f"node-host-{_VERSION}", [_MODULE])
    origin = "from the cache" if target.is_dir() else _built(target)
    if target.is_dir():
        go_tools.link(NODE_HOST, target / "bin")
    say(f"Pulumi's Node.js host: {origin}")


def _built(target: Path) -> str:
    if shutil.which("go") is None:
        return "none, as there is no Go to build it; the TypeScript example is not run"
    say("building Pulumi's Node.js host from its Go module: once, about half a minute")
    try:
        go_tools.filled(target, _build)
    except SetUpError as error:
        return f"none; the TypeScript example is not run: {error}"
    return "built from its Go module"


def _build(folder: Path) -> str:
    go_tools.build(_MODULE, _VERSION, folder / "bin")
    return "built"
