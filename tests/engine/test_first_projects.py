"""What `init` writes and what the templates hold is run as it is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner
from workbench.environment import ENGINE, ROOT, engine_environment
from workbench.stack import Stack

from alicloud_snapshot_provider.cli.app import app
from ecs_emulator import Emulator

pytestmark = pytest.mark.engine


def test_the_program_that_init_writes_takes_its_snapshots(
    tmp_path: Path, emulator: Emulator, speed: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    named = {"REGION": "cn-hangzhou", "ACCESS_KEY": "emulator-key-id", "SECRET_KEY": "emulator-key-secret"}
    for name, value in named.items():
        monkeypatch.setenv(f"ALICLOUD_{name}", value)
    monkeypatch.setenv("ECS_ENDPOINT", emulator.url)
    answer = CliRunner().invoke(app, ["init", "i-demo"])
    assert answer.exit_code == 0, answer.output

    stack = Stack(project, tmp_path / "state", emulator, speed)
    stack.create()
    stack.up()

    kept = {snapshot.disk_id for snapshot in emulator.world.snapshots}
    assert kept == {"d-demo-system", "d-demo-data"}
    assert stack.outputs()["id"].startswith("ssg-")


def test_pulumi_new_makes_a_program_of_the_python_template_that_takes_its_snapshot(
    tmp_path: Path, emulator: Emulator, speed: float
) -> None:
    project = _new(tmp_path, "python")
    described = yaml.safe_load((project / "Pulumi.yaml").read_text())
    assert (described["name"], described["description"]) == ("web", "before each release")
    assert described["runtime"]["options"] == {"toolchain": "pip", "virtualenv": "venv"}
    (project / "Pulumi.yaml").write_text("name: web\nruntime: python\n")

    stack = Stack(project, tmp_path / "state", emulator, speed)
    stack.create()
    stack.configure({"diskId": "d-demo-system", "release": "v1"})
    stack.up()

    assert [snapshot.disk_id for snapshot in emulator.world.snapshots] == ["d-demo-system"]


def test_pulumi_new_fills_in_the_typescript_template(tmp_path: Path) -> None:
    project = _new(tmp_path, "typescript")
    assert yaml.safe_load((project / "Pulumi.yaml").read_text())["name"] == "web"
    assert '"name": "web"' in (project / "package.json").read_text()
    template = ROOT / "templates" / "typescript"
    assert (project / "index.ts").read_text() == (template / "index.ts").read_text()


def _new(folder: Path, language: str) -> Path:
    project = folder / "project"
    named = ("--name", "web", "--description", "before each release", "--dir", str(project))
    command = [str(ENGINE / "pulumi"), "new", str(ROOT / "templates" / language), "--generate-only", "--yes", *named]
    made = subprocess.run(
        command, env=engine_environment(folder / "state"), cwd=folder, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return project
