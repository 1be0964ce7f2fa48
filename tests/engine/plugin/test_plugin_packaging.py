"""The plugin as it is shipped: in the wheel, found on PATH, and understood by the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from harness import write_project
from workbench.environment import ENGINE, ROOT, VENV, engine_environment

EXECUTABLE = "pulumi-resource-alicloud-snapshot"

PROGRAM = """
    import pulumi
    from pulumi_alicloud_snapshot import plugin

    plugin.Snapshot("web", disk_id="d-1", region="cn-hangzhou", preflight="off")
"""


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that has the wheel, and takes what that depends on from this one."""
    folder = tmp_path_factory.mktemp("installed")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT))
    (wheel,) = folder.glob("*.whl")
    _run(sys.executable, "-m", "venv", "--without-pip", str(folder / "venv"))
    (packages,) = (folder / "venv" / "lib").glob("python*/site-packages")
    pip = (sys.executable, "-m", "pip", "--python", str(folder / "venv" / "bin" / "python"), "install")
    _run(*pip, "--quiet", "--no-deps", "--no-index", str(wheel))
    (dependencies,) = (VENV / "lib").glob("python*/site-packages")
    (packages / "dependencies.pth").write_text(f"{dependencies}\n")
    return folder


def test_the_wheel_carries_the_plugin_and_its_documentation(installed: Path) -> None:
    (wheel,) = installed.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "alicloud_snapshot_provider/adapters/plugin/documentation/Snapshot.md" in names
    assert "pulumi_alicloud_snapshot/plugin.py" in names


def test_the_command_line_finds_the_schema_whole(installed: Path, tmp_path: Path) -> None:
    schema = _pulumi(tmp_path, "package", "get-schema", str(installed / "venv" / "bin" / EXECUTABLE))
    assert json.loads(schema)["version"]
    file = tmp_path / "schema.json"
    file.write_text(schema)
    _pulumi(tmp_path, "schema", "check", str(file))


@pytest.mark.engine
def test_an_installed_plugin_is_found_on_path(installed: Path, tmp_path: Path) -> None:
    project = write_project(tmp_path, PROGRAM)
    binaries = installed / "venv" / "bin"
    environment = {"PATH": os.pathsep.join([str(binaries), str(ENGINE), os.environ["PATH"]])}
    environment["PULUMI_PYTHON_CMD"] = str(binaries / "python")
    _pulumi(project, "stack", "init", "test", **environment)
    shown = _pulumi(project, "preview", "--stack", "test", **environment)
    assert f"using {EXECUTABLE} from $PATH at {binaries}" in shown
    assert "2 to create" in shown


def _pulumi(folder: Path, *arguments: str, **settings: str) -> str:
    environment = engine_environment(folder) | {"PULUMI_HOME": str(folder / "home")} | settings
    return _run(str(ENGINE / "pulumi"), *arguments, "--non-interactive", folder=folder, environment=environment)


def _run(*command: str, folder: Path | None = None, environment: dict[str, str] | None = None) -> str:
    answer = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout
