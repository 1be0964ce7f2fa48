#!/usr/bin/env python3
"""Runs the tests that need no Pulumi engine on every Python that the package supports, and the next: `make matrix`.

Each Python gets a fresh environment with the wheel and the pinned packages. One that this machine does not have is
taken from pyenv or downloaded by uv; where that fails too, the last line says that it was not run.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

from workbench.environment import ROOT, SetUpError, say
from workbench.fresh import PINS, built_distributions, fresh_environment, program, uv

TESTS = ("tests/unit", "tests/docs", "tests/processes", "tests/emulator", "tests/lifecycle", "tests/cli")


def main(arguments: Sequence[str]) -> int:
    """Return 1 where the tests failed on any Python."""
    with tempfile.TemporaryDirectory() as folder:
        wheel, _ = built_distributions(Path(folder))
        told = {version: _tried(version, wheel, arguments or TESTS) for version in _versions()}
    say("matrix: " + ", ".join(f"{version} {said}" for version, said in told.items()))
    return int("failed" in told.values())


def _versions() -> list[str]:
    """Return the Pythons that the package says it runs on, and the one after them."""
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
    minors = [int(found[1]) for each in classifiers if (found := re.fullmatch(r"Programming .* :: 3\.(\d+)", each))]
    return [f"3.{minor}" for minor in (*minors, max(minors) + 1)]


def _tried(version: str, wheel: Path, tests: Sequence[str]) -> str:
    python = _interpreter(version)
    if python is None:
        return "not run: no such interpreter here"
    say(f"Python {version}: {python}")
    folder = ROOT / "build" / "matrix" / version
    environment = fresh_environment(folder, [f"{wheel}[cli,alicloud]", "--requirement", str(PINS)], python)
    command = [str(program(environment, "python")), "-m", "pytest", "--quiet", "--numprocesses", "auto", *tests]
    return "passed" if subprocess.run(command, cwd=ROOT, check=False).returncode == 0 else "failed"


def _interpreter(version: str) -> str | None:
    found = _found(version) or _of_pyenv(version)
    if found is None and subprocess.run([uv(), "python", "install", "--quiet", version], check=False).returncode == 0:
        return _found(version)
    return found


def _found(version: str) -> str | None:
    command = [uv(), "python", "find", "--system", version]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None


def _of_pyenv(version: str) -> str | None:
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    return next((str(python) for python in sorted(versions.glob(f"{version}.*/bin/python"))), None)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SetUpError as error:
        sys.exit(f"matrix: {error}")
