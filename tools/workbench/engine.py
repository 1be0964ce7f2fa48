"""Finds the Pulumi engine: on PATH, in the cache, by the official installer, or built from Go modules."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workbench import go_tools
from workbench.environment import ENGINE, PYTHON, SetUpError, say

VERSION = "3.259.0"
_LANGUAGE_HOST_VERSION = "3.79.0"
_SUITABLE = ((3, 259, 0), (4, 0, 0))
_SCRIPTS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")
_INSTALLER = Path(__file__).with_name("official_installer.py")
_INSTALLER_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Engine:
    """The folder that holds `pulumi` and its Python language host, and how they came there."""

    folder: Path
    origin: str


def provide_engine() -> None:
    """Links `.cache/engine` to an engine, got in the quickest way that this machine offers."""
    engine = _on_path() or _in_cache() or _cached_after(_run_installer) or _cached_after(_build)
    if engine is None:
        raise SetUpError("No Pulumi engine: install Go 1.24 or later, or pulumi 3.259 or later, and run again.")
    go_tools.link(ENGINE, engine.folder)
    say(f"Pulumi engine {_version(engine.folder / 'pulumi')}, {engine.origin}: {engine.folder}")


def _on_path() -> Engine | None:
    pulumi = shutil.which("pulumi")
    if pulumi is None or shutil.which("pulumi-language-python") is None:
        return None
    if not _SUITABLE[0] <= _numbers(_version(Path(pulumi))) < _SUITABLE[1]:
        return None
    return Engine(Path(pulumi).resolve().parent, "found on PATH")


def _version(pulumi: Path) -> str:
    environment = os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"}
    answer = subprocess.run([pulumi, "version"], env=environment, capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def _numbers(version: str) -> tuple[int, ...]:
    release = version.removeprefix("v").split("-")[0].split("+")[0]
    return tuple(int(part) for part in release.split(".") if part.isdecimal())


def _in_cache() -> Engine | None:
    binaries = _cache_folder() / "bin"
    return Engine(binaries, "from the cache") if binaries.is_dir() else None


def _cache_folder() -> Path:
    return go_tools.cache_folder(f"engine-{VERSION}", ("pulumi", "language-python"))


def _cached_after(fill: Callable[[Path], str | None]) -> Engine | None:
    target = _cache_folder()
    origin = go_tools.filled(target, fill)
    return Engine(target / "bin", origin) if origin is not None else None


def _run_installer(target: Path) -> str | None:
    # A resolver that does not answer would else hold up a machine without network for half a minute.
    environment = os.environ | {"RES_OPTIONS": "timeout:1 attempts:1"}
    command = [str(PYTHON), str(_INSTALLER), str(target), VERSION]
    try:
        answer = subprocess.run(command, env=environment, capture_output=True, timeout=_INSTALLER_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    return "from the official installer" if answer.returncode == 0 else None


def _build(target: Path) -> str | None:
    if shutil.which("go") is None:
        return None
    say(f"building Pulumi {VERSION} from Go modules: once, about 4 minutes on 2 cores")
    binaries = target / "bin"
    go_tools.build("pulumi", VERSION, binaries)
    go_tools.build("language-python", _LANGUAGE_HOST_VERSION, binaries)
    sources = Path(go_tools.go("pulumi", "list", "-m", "-f", "{{.Dir}}", go_tools.SDK).strip())
    for script in _SCRIPTS:
        copy = shutil.copyfile(sources / script, binaries / Path(script).name)
        copy.chmod(0o755)
    return "built from Go modules"
