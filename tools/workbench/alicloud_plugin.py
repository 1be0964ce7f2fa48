"""Serves `pulumi_alicloud`'s classes: by the official plugin where it is installed, else by the stand-in."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from workbench.environment import CACHE, PULUMI_HOME, PYTHON, VENV, engine_environment, say

_EXECUTABLE = "pulumi-resource-alicloud"
_LAUNCHER = f"""#!/bin/sh
exec "{PYTHON}" -P -m alicloud_standin "$@"
"""


def provide_alicloud_plugin() -> None:
    """Puts the plugin of the installed `pulumi_alicloud`'s version into the project's PULUMI_HOME."""
    version = _package_version()
    name = f"resource-alicloud-v{version}"
    installed = PULUMI_HOME / "plugins" / name
    official = _users_pulumi_home() / "plugins" / name
    if (official / _EXECUTABLE).is_file():
        _link_official(official, installed)
        say(f"alicloud {version}: the official plugin, {official}")
        return
    if not _holds_launcher(installed):
        _install_stand_in(version)
    say(f"alicloud {version}: the stand-in, emulator/alicloud_standin")


def _package_version() -> str:
    (description,) = VENV.glob("lib/python*/site-packages/pulumi_alicloud/pulumi-plugin.json")
    return str(json.loads(description.read_text())["version"])


def _users_pulumi_home() -> Path:
    return Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")


def _link_official(official: Path, installed: Path) -> None:
    if installed.resolve() == official.resolve():
        return
    _remove_stand_in(installed)
    installed.parent.mkdir(parents=True, exist_ok=True)
    installed.symlink_to(official)


def _remove_stand_in(installed: Path) -> None:
    (installed / _EXECUTABLE).unlink(missing_ok=True)
    if installed.is_dir():
        installed.rmdir()


def _holds_launcher(installed: Path) -> bool:
    executable = installed / _EXECUTABLE
    return not installed.is_symlink() and executable.is_file() and executable.read_text() == _LAUNCHER


def _install_stand_in(version: str) -> None:
    launcher = CACHE / _EXECUTABLE
    launcher.write_text(_LAUNCHER)
    launcher.chmod(0o755)
    command = ["pulumi", "plugin", "install", "resource", "alicloud", version]
    command += ["--file", str(launcher), "--reinstall"]
    environment = engine_environment(CACHE)
    subprocess.run(command, env=environment, check=True, capture_output=True)
