"""Runs PyInstaller on the plugin."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from workbench.fresh import built_distributions, fresh_environment, program

NAME = "pulumi-resource-alicloud-snapshot"
DISTRIBUTION = "pulumi-alicloud-snapshot"
_PROGRAM = Path(__file__).with_name("program")
_LEFT_OUT = (
    "alibabacloud_ecs20140526",  # the provider calls by the API's own names
    "alicloud_snapshot_provider.cli",
    "cryptography",  # see without_cryptography.py
    "curses",
    "debugpy",
    "doctest",
    "pydoc",
    "readline",
    "setuptools",
    "sqlite3",
    "tkinter",
    "unittest",
)


def built(folder: Path) -> Path:
    """Build the executable for this machine in a folder, which is emptied, and return the folder to be packed."""
    shutil.rmtree(folder, ignore_errors=True)
    wheel, _ = built_distributions(folder / "distributions")
    # PyInstaller takes along what it finds beside the package, so there must be nothing but what that needs.
    venv = fresh_environment(folder / "environment", [str(wheel), "pyinstaller"])
    # The hashes of strings decide the order in which sets are stored.
    settings = {"PYTHONHASHSEED": "1"}
    answer = subprocess.run(
        [str(program(venv, "pyinstaller")), *_options(folder), str(_PROGRAM / "entry.py")],
        env=os.environ | settings,
        stderr=subprocess.STDOUT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        raise SystemExit(f"PyInstaller failed; put this right and run again:\n{answer.stdout[-3000:]}")
    return folder / "dist" / NAME


def _options(folder: Path) -> list[str]:
    return [
        "--noconfirm",
        "--onedir",
        f"--name={NAME}",
        f"--distpath={folder / 'dist'}",
        f"--workpath={folder / 'work'}",
        f"--specpath={folder}",
        "--hidden-import=alibabacloud_tea_openapi.client",  # imported by the first call only
        "--collect-data=alicloud_snapshot_provider",
        "--collect-data=tzdata",  # for machines that have no time zones
        f"--copy-metadata={DISTRIBUTION}",
        "--copy-metadata=pulumi",
        f"--runtime-hook={_PROGRAM / 'without_cryptography.py'}",
        *(f"--exclude-module={module}" for module in _LEFT_OUT),
        *(["--strip"] if sys.platform == "linux" else []),  # elsewhere it breaks signatures
    ]
