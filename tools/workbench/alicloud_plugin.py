"""Serves `pulumi_alicloud`'s classes: by the official plugin where it is installed, else by the stand-in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from workbench.environment import CACHE, PULUMI_HOME, PYTHON, VENV, WARM_CLIENT, SetUpError, engine_environment, say

_EXECUTABLE = "pulumi-resource-alicloud"
_LAUNCHER = f"""#!/bin/sh
[ -z "$WARM_PYTHON" ] || exec "{PYTHON}" -I -S "{WARM_CLIENT}" "$WARM_PYTHON" -m alicloud_standin "$@"
exec "{PYTHON}" -P -m alicloud_standin "$@"
"""


def provide_alicloud_plugin() -> None:
    """Puts the plugin of the installed `pulumi_alicloud`'s version into the project's PULUMI_HOME."""
    version = _package_version()
    name = f"resource-alicloud-v{version}"
    installed = PULUMI_HOME / "plugins" / name
    official = _users_pulumi_home() / "plugins" / name
    if official != installed and (official / _EXECUTABLE).is_file():
        _link(installed, official)
        say(f"alicloud {version}: the official plugin, {official}")
    else:
        _install_stand_in(installed, version)
        say(f"alicloud {version}: the stand-in, emulator/alicloud_standin")


def _package_version() -> str:
    (description,) = VENV.glob("lib/python*/site-packages/pulumi_alicloud/pulumi-plugin.json")
    return str(json.loads(description.read_text())["version"])


def _users_pulumi_home() -> Path:
    return Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")


def _link(installed: Path, official: Path) -> None:
    if installed.resolve() == official.resolve():
        return
    if installed.is_symlink():
        installed.unlink()
    elif installed.is_dir():
        shutil.rmtree(installed)
    installed.parent.mkdir(parents=True, exist_ok=True)
    installed.symlink_to(official)


def _install_stand_in(installed: Path, version: str) -> None:
    if installed.is_symlink():
        installed.unlink()  # else the launcher would overwrite the official plugin behind the link
    executable = installed / _EXECUTABLE
    if executable.is_file() and executable.read_text() == _LAUNCHER:
        return
    launcher = CACHE / _EXECUTABLE
    launcher.write_text(_LAUNCHER)
    launcher.chmod(0o755)
    command = ["pulumi", "plugin", "install", "resource", "alicloud", version]
    command += ["--file", str(launcher), "--reinstall"]
    environment = engine_environment(CACHE)
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise SetUpError(f"the stand-in was not installed; put this right and run again:\n{answer.stderr}")
