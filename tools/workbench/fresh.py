"""Fresh virtual environments, into which the project is installed as a user installs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from workbench.environment import ROOT, SetUpError

PINS = ROOT / "requirements" / "dev.txt"
_BIN = "Scripts" if sys.platform == "win32" else "bin"
_FOREIGN = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


def uv() -> str:
    """Return the path of the pinned uv."""
    return str(Path(sys.executable).with_name("uv"))


def program(environment: Path, name: str) -> Path:
    """Return the path of a program in a virtual environment."""
    return environment / _BIN / (f"{name}.exe" if sys.platform == "win32" else name)


def fresh_environment(folder: Path, wishes: Sequence[str], python: str = sys.executable) -> Path:
    """Make a virtual environment that holds the wishes, in the pinned versions, and return its folder.

    The set-up has filled uv's cache, so this takes a second and no network; where it cannot, uv asks the registry.
    Raises SetUpError.
    """
    _run([uv(), "venv", "--quiet", "--clear", "--python", python, str(folder)])
    install = [uv(), "pip", "install", "--quiet", "--python", str(program(folder, "python")), "--constraint", str(PINS)]
    try:
        _run([*install, "--offline", *wishes])
    except SetUpError:
        _run([*install, *wishes])
    return folder


def built_distributions(folder: Path, sources: Path = ROOT) -> tuple[Path, Path]:
    """Build the wheel and the sdist of the sources into a folder, and return both. Raises SetUpError."""
    build = [uv(), "build", "--quiet", "--no-build-isolation", "--python", sys.executable, "--out-dir", str(folder)]
    _run([*build, "--wheel", "--sdist", str(sources)])
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel, sdist


def built_wheel(folder: Path, sources: Path) -> Path:
    """Build the wheel of the sources into a folder, and return it. Raises SetUpError."""
    build = [uv(), "build", "--quiet", "--no-build-isolation", "--python", sys.executable, "--out-dir", str(folder)]
    _run([*build, "--wheel", str(sources)])
    (wheel,) = folder.glob("*.whl")
    return wheel


def _run(command: Sequence[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise SetUpError(f"`{' '.join(command[:3])}` failed; put this right and run again:\n{answer.stderr[-2000:]}")
