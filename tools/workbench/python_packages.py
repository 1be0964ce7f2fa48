"""Makes the virtual environment from the pinned requirements."""

from __future__ import annotations

import hashlib
import subprocess
import sys

from workbench.environment import PYTHON, ROOT, VENV, say

_REQUIREMENTS = ROOT / "requirements" / "dev.txt"
_STAMP = VENV / "installed.sha256"


def provide_python_packages() -> None:
    """Installs what `requirements/dev.txt` pins and the project itself, unless that has been done."""
    wanted = _fingerprint()
    if _STAMP.is_file() and _STAMP.read_text() == wanted:
        return
    say("installing the pinned Python packages into .venv")
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    _pip("--require-hashes", "--requirement", str(_REQUIREMENTS))
    _pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    _STAMP.write_text(wanted)


def _fingerprint() -> str:
    contents = (_REQUIREMENTS, ROOT / "pyproject.toml")
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in contents)).hexdigest()


def _pip(*arguments: str) -> None:
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, *arguments], check=True)
