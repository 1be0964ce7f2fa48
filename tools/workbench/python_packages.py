"""Makes the virtual environment from the pinned requirements."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from workbench.environment import PYTHON, ROOT, VENV, say

_REQUIREMENTS = ROOT / "requirements" / "dev.txt"
_STAMP = VENV / "installed.sha256"
_PINNED = ("--require-hashes", "--requirement", str(_REQUIREMENTS))


def provide_python_packages() -> None:
    """Installs what `requirements/dev.txt` pins and the project itself, unless that has been done."""
    wanted = _fingerprint()
    if _STAMP.is_file() and _STAMP.read_text() == wanted:
        return
    say("installing the pinned Python packages into .venv")
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    if not _installed_by_uv():
        _pip(*_PINNED)
    _pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    _say_that_it_is_no_plugin()
    _STAMP.write_text(wanted)


def _say_that_it_is_no_plugin() -> None:
    """Puts the file that a wheel brings where the language host looks for it, which an editable install leaves out.

    Without it the host takes the package for a plugin, and every run of Pulumi looks for that and warns.
    """
    name = "pulumi_alicloud_snapshot"
    (packages,) = (VENV / "lib").glob("python*/site-packages")
    (packages / name).mkdir(exist_ok=True)
    shutil.copy(ROOT / "sdk" / name / "pulumi-plugin.json", packages / name)


def _fingerprint() -> str:
    contents = (_REQUIREMENTS, ROOT / "pyproject.toml")
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in contents)).hexdigest()


def _installed_by_uv() -> bool:
    """Lets uv install: it is quicker, and its cache then has what the packaging tests install without network.

    uv reads no configuration of pip's, so a machine that needs one goes on with pip.
    """
    with tempfile.TemporaryDirectory() as folder:
        pin = Path(folder) / "uv.txt"
        pin.write_text("".join(re.findall(r"^uv==(?:.*\\\n)*.*\n?", _REQUIREMENTS.read_text(), re.MULTILINE)))
        _pip("--require-hashes", "--requirement", str(pin))
    command = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--compile-bytecode", "--python", str(PYTHON)]
    return subprocess.run([*command, *_PINNED], stderr=subprocess.DEVNULL, check=False).returncode == 0


def _pip(*arguments: str) -> None:
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, *arguments], check=True)
