"""Checks of this machine: Python, the packages, the engine and its plugins."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata

from packaging.requirements import Requirement
from packaging.version import InvalidVersion, Version

from .check import Check, failed, ok, warning

OWN = "pulumi-alicloud-snapshot"
LEAST_PYTHON = (3, 11)
_SDKS = ("pulumi", "alibabacloud-ecs20140526", "alibabacloud-tea-openapi", "alibabacloud-credentials")
_PLUGIN = "pulumi-resource-alicloud-snapshot"
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Installed:
    """The installed versions. A missing one is empty or None."""

    python: str
    packages: dict[str, str]
    requirements: dict[str, Requirement]
    engine: str | None
    alicloud_plugins: Sequence[str]
    plugin: str | None


def look() -> Installed:
    """Look at the machine. This runs `pulumi`, which takes a second."""
    required = [Requirement(text) for text in metadata.requires(OWN) or ()]
    requirements = {each.name: each for each in required if each.name in _SDKS or each.name == "pulumi-alicloud"}
    engine = _pulumi("version")
    return Installed(
        python=platform.python_version(),
        packages={name: found for name in (OWN, *_SDKS, "pulumi-alicloud") if (found := _version(name))},
        requirements=requirements,
        engine=None if engine is None else engine.strip().removeprefix("v"),
        alicloud_plugins=_alicloud_plugins(),
        plugin=shutil.which(_PLUGIN),
    )


def machine_checks(installed: Installed, *, in_project: bool, runtime: str = "python") -> list[Check]:
    """Judge what is installed. `runtime` is the runtime of the project in this folder, if there is one."""
    return [
        _python(installed),
        *(_package(installed, name) for name in _SDKS),
        _engine(installed, in_project),
        _alicloud_plugin(installed),
        _plugin(installed, in_project and runtime != "python"),
    ]


def _python(installed: Installed) -> Check:
    least = ".".join(map(str, LEAST_PYTHON))
    found = f"Python {installed.python}, {OWN} {installed.packages.get(OWN, 'of an unknown version')}"
    if Version(installed.python) < Version(least):
        return failed("Python", found, f"Install Python {least} or later.")
    return ok("Python", f"{found}, in {sys.prefix}")


def _package(installed: Installed, name: str) -> Check:
    version, required = installed.packages.get(name, ""), installed.requirements.get(name)
    wanted = str(required.specifier) if required else ""
    if not version:
        return failed(name, "it is not installed", f"Run `pip install {OWN}` again.")
    if required and not required.specifier.contains(version, prereleases=True):
        return failed(name, f"{version}, but {wanted} is needed", f"Run `pip install '{name}{wanted}'`.")
    return ok(name, version)


def _engine(installed: Installed, in_project: bool) -> Check:
    required = installed.requirements.get("pulumi")
    wanted = str(required.specifier) if required else ""
    if installed.engine is None:
        remedy = "Install Pulumi, and put its folder on the PATH."
        judge = failed if in_project else warning
        return judge("engine", "there is no pulumi on the PATH", remedy)
    if required and not _fits(required, installed.engine):
        found = f"pulumi {installed.engine or 'of an unknown version'}, but {wanted} is needed"
        return failed("engine", found, f"Install a Pulumi {wanted}.")
    return ok("engine", f"pulumi {installed.engine}")


def _alicloud_plugin(installed: Installed) -> Check:
    name, version = "alicloud plugin", installed.packages.get("pulumi-alicloud", "")
    plugins = ", ".join(installed.alicloud_plugins) or "none"
    if not version:
        return ok(name, f"pulumi-alicloud is not installed, which only alicloud resources need; plugins: {plugins}")
    if version in installed.alicloud_plugins:
        return ok(name, f"{version}, as the package pulumi-alicloud")
    remedy = f"Run `pulumi plugin install resource alicloud {version}`, or let the next `pulumi up` download it."
    return warning(name, f"pulumi-alicloud is {version}, its plugin is not installed (plugins: {plugins})", remedy)


def _plugin(installed: Installed, needed: bool) -> Check:
    name = "snapshot plugin"
    if installed.plugin:
        return ok(name, installed.plugin)
    if needed:
        remedy = f"Run `pip install {OWN}`, and put the folder of {_PLUGIN} on the PATH."
        return failed(name, f"{_PLUGIN} is not on the PATH, which this project's language needs", remedy)
    return ok(name, f"{_PLUGIN} is not on the PATH, which only other languages than Python need")


def _fits(required: Requirement, version: str) -> bool:
    try:
        return required.specifier.contains(Version(version), prereleases=True)
    except InvalidVersion:
        return False


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _alicloud_plugins() -> list[str]:
    try:
        listed = json.loads(_pulumi("plugin", "ls", "--json") or "[]")
    except ValueError:
        return []
    return [str(each.get("version")) for each in listed if each.get("name") == "alicloud"]


def _pulumi(*arguments: str) -> str | None:
    """Return the output of a Pulumi command: None without Pulumi, and an empty text if the command fails."""
    executable = shutil.which("pulumi")
    if executable is None:
        return None
    try:
        answer = subprocess.run(  # noqa: S603  (fixed commands without a shell)
            [executable, *arguments], capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout if answer.returncode == 0 else ""
