"""Builds the programs that `tools/*/go.mod` pin, once for all clones of the project on a machine."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from workbench.environment import ROOT, SetUpError

TOOLS = ROOT / "tools"
SDK = "github.com/pulumi/pulumi/sdk/v3"


def cache_folder(name: str, modules: Sequence[str]) -> Path:
    """Gives the folder of the user's cache for what those modules pin."""
    pins = [TOOLS / module / "go.mod" for module in modules]
    fingerprint = hashlib.sha256(b"\0".join(pin.read_bytes() for pin in pins)).hexdigest()[:12]
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "pulumi-alicloud-snapshot" / f"{name}-{fingerprint}"


def filled(target: Path, fill: Callable[[Path], str | None]) -> str | None:
    """Lets `fill` work in a folder of its own, puts it in place whole or not at all, and gives what `fill` gives."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".unfinished-") as unfinished:
        folder = Path(unfinished) / "filled"
        origin = fill(folder)
        if origin is not None and not target.exists():
            folder.rename(target)
    return origin


def build(module: str, version: str, binaries: Path) -> None:
    """Builds the tools of a module into a folder. Raises SetUpError."""
    # Without it `pulumi version` prints an empty line, which the Automation API refuses.
    stamp = f"-s -w -X {SDK}/go/common/version.Version=v{version}"
    binaries.mkdir(parents=True, exist_ok=True)
    go(module, "build", "-trimpath", "-buildvcs=false", "-ldflags", stamp, "-o", f"{binaries}/", "tool")


def go(module: str, *arguments: str) -> str:
    """Runs `go` in a module and gives what it prints. Raises SetUpError."""
    folder = TOOLS / module
    answer = subprocess.run(["go", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        reason = "\n".join(answer.stderr.splitlines()[-10:])
        raise SetUpError(f"`go {arguments[0]}` in {folder} failed; put this right and run again:\n{reason}")
    return answer.stdout


def link(name: Path, folder: Path) -> None:
    """Makes `name` a link to the folder, at once and whatever it was a link to."""
    name.parent.mkdir(parents=True, exist_ok=True)
    fresh = name.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(folder)
    fresh.replace(name)
