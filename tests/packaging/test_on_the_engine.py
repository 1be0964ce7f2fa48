"""The installed wheel on the real engine: the dynamic resource, the plugin, and what Pulumi's command line sees."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from harness import write_project
from installed import Install
from workbench.environment import ENGINE, NODE_HOST, engine_environment
from workbench.fresh import program
from workbench.stack import Stack

from ecs_emulator import AcceleratedClock, running_emulator

pytestmark = pytest.mark.exhaustive

EXECUTABLE = "pulumi-resource-alicloud-snapshot"
SPEED = 600.0

PROGRAM = """
    import pulumi
    from pulumi_alicloud_snapshot import Snapshot, plugin

    system = Snapshot("system", disk_id="d-demo-system")
    data = plugin.Snapshot("data", disk_id="d-demo-data")
    pulumi.export("progress", pulumi.Output.all(system.progress, data.progress))
"""


@pytest.fixture(scope="session")
def environment(install: Install) -> Path:
    """The package alone, and pip, which Pulumi asks what is installed."""
    made = install()
    subprocess.run([program(made, "python"), "-m", "ensurepip"], check=True, capture_output=True)
    return made


@pytest.mark.engine
def test_an_installed_wheel_takes_snapshots_by_the_dynamic_resource_and_by_the_plugin(
    environment: Path, tmp_path: Path
) -> None:
    with running_emulator(clock=AcceleratedClock(SPEED)) as emulator:
        project = write_project(tmp_path, PROGRAM)
        stack = Stack(project, tmp_path / "state", emulator, SPEED, settings=_settings(environment))
        stack.create()
        stack.configure_plugin()
        said = stack.up()
        assert stack.outputs() == {"progress": ["100%", "100%"]}
        assert f"using {EXECUTABLE} from $PATH at {environment}" in said
        stack.destroy()
        assert emulator.describe_world()["snapshots"] == []


def test_the_command_line_finds_the_schema_whole(environment: Path, tmp_path: Path) -> None:
    schema = _pulumi(tmp_path, "package", "get-schema", str(program(environment, EXECUTABLE)))
    assert json.loads(schema)["version"]
    file = tmp_path / "schema.json"
    file.write_text(schema)
    _pulumi(tmp_path, "schema", "check", str(file))


def _settings(environment: Path) -> dict[str, str]:
    binaries = environment / "bin"
    return {
        "PATH": os.pathsep.join([str(binaries), str(ENGINE), str(NODE_HOST), os.environ["PATH"]]),
        "VIRTUAL_ENV": str(environment),
    }


def _pulumi(folder: Path, *arguments: str) -> str:
    settings = engine_environment(folder) | {"PULUMI_HOME": str(folder / "home")}
    command = [str(ENGINE / "pulumi"), *arguments, "--non-interactive"]
    answer = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout
