"""The examples in TypeScript and in YAML, run by their own language hosts where this machine has or builds them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import pytest
from generated import compiled_node_sdk, lay_node_modules
from harness import PLUGIN_FROM_VENV, copy_example
from installed import executable_archive
from shown import assert_shown
from workbench.environment import CACHE, ENGINE, engine_environment
from workbench.history import history, mutations
from workbench.stack import Stack
from workbench.yaml_host import yaml_host

from ecs_emulator import Emulator

pytestmark = [pytest.mark.engine, pytest.mark.exhaustive]

PACKAGE = "pulumi-alicloud-snapshot"


def needs(host: str) -> pytest.MarkDecorator:
    found = shutil.which(host, path=engine_environment(CACHE)["PATH"])
    return pytest.mark.skipif(found is None, reason=f"there is no {host} on this machine")


@pytest.fixture
def speed() -> float:
    return 600.0


@pytest.fixture(scope="session")
def with_yaml() -> Mapping[str, str]:
    """The environment in which Pulumi finds its host for YAML."""
    folder = yaml_host()
    if folder is None:
        pytest.skip("there is neither pulumi-language-yaml nor Go on this machine")
    return {"PATH": os.pathsep.join([engine_environment(CACHE)["PATH"], str(folder)])}


@needs("pulumi-language-nodejs")
def test_a_snapshot_is_taken_found_and_deleted_from_typescript(
    tmp_path: Path, emulator: Emulator, sdks: Path, node_modules: Path
) -> None:
    stack = _stack(tmp_path, "plugin-typescript", emulator)
    lay_node_modules(stack.project / "node_modules", node_modules, compiled_node_sdk(sdks, node_modules))
    _lives_its_life(stack, "plugin-typescript")


@needs("pulumi-language-nodejs")
def test_the_installed_executable_serves_typescript_where_there_is_no_python(
    tmp_path: Path, emulator: Emulator, sdks: Path, node_modules: Path
) -> None:
    project = copy_example(tmp_path, "plugin-typescript")
    settings = {
        "PATH": str(_path_without_python(tmp_path / "path")),
        "PULUMI_HOME": str(tmp_path / "home"),
        "TS_NODE_TRANSPILE_ONLY": "true",
    }
    stack = Stack(project, tmp_path / "state", emulator, speed=600.0, settings=settings)
    plugin = ("plugin", "install", "resource", "alicloud-snapshot", version(PACKAGE))
    install = [str(ENGINE / "pulumi"), *plugin, "--file", str(executable_archive())]
    subprocess.run(install, env=stack.environment, cwd=project, check=True, capture_output=True)
    stack.create()
    stack.configure_plugin()
    lay_node_modules(project / "node_modules", node_modules, compiled_node_sdk(sdks, node_modules))
    _lives_its_life(stack, "plugin-typescript")


@pytest.mark.xdist_group("yaml")  # whose host one worker builds if `make test` has not
def test_a_snapshot_is_taken_found_and_deleted_from_yaml(
    tmp_path: Path, emulator: Emulator, with_yaml: Mapping[str, str]
) -> None:
    _lives_its_life(_stack(tmp_path, "plugin-yaml", emulator, with_yaml), "plugin-yaml")


@pytest.mark.xdist_group("yaml")
def test_the_example_guards_a_stack_from_yaml(tmp_path: Path, emulator: Emulator, with_yaml: Mapping[str, str]) -> None:
    stack = _stack(tmp_path, "plugin-yaml-guard", emulator, with_yaml)
    stack.up()
    stack.configure({"instanceName": "after"})
    said = [stack.up()]
    stack.preview("--expect-no-changes")
    said.append(stack.destroy("--run-program"))
    steps = [step.split()[0] for step in mutations(emulator) if not step.startswith("TagResources")]
    assert steps == ["RunInstances", "CreateSnapshot", "ModifyInstanceAttribute", "CreateSnapshot", "DeleteInstance"]
    assert_shown("plugin-yaml-guard", *said)


def _stack(folder: Path, example: str, emulator: Emulator, more: Mapping[str, str] | None = None) -> Stack:
    project = copy_example(folder, example)
    with (project / "Pulumi.yaml").open("a") as description:
        description.write(PLUGIN_FROM_VENV)
    # That the program is typed is another test's matter, and would take seconds of each run here.
    settings = {"TS_NODE_TRANSPILE_ONLY": "true", **(more or {})}
    stack = Stack(project, folder / "state", emulator, speed=600.0, settings=settings)
    stack.create()
    stack.configure_plugin()
    return stack


def _path_without_python(folder: Path) -> Path:
    """Give a folder with the programs that Pulumi's host for Node.js calls, and no other."""
    folder.mkdir()
    for name in ("pulumi-language-nodejs", "node", "npm"):
        found = shutil.which(name, path=engine_environment(CACHE)["PATH"])
        (folder / name).symlink_to(Path(str(found)).resolve())
    return folder


def _lives_its_life(stack: Stack, example: str) -> None:
    foreseen = stack.preview()
    assert "[unknown]" in foreseen.partition("Outputs")[2], "what ECS decides is unknown in every language"
    said = [stack.up()]
    made = stack.outputs()
    assert f"snapshot.accomplished {made['snapshotId']}" in history(stack.emulator)
    stack.preview("--expect-no-changes")
    stack.configure({"release": "v2"})
    said.append(stack.up())
    again = stack.outputs()
    assert again["snapshotId"] != made["snapshotId"]
    assert made["snapshotId"] in str(again["kept"])
    said.append(stack.destroy())
    assert stack.emulator.describe_world()["snapshots"] == []
    assert_shown(example, *said)
