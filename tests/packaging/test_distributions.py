"""The wheel and the sdist as people get them: outside of the checkout, in fresh environments, with each extra."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import urllib.request
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from installed import Install, answered_version
from workbench.environment import ROOT
from workbench.fresh import built_distributions, fresh_environment, program, uv
from workbench.processes import end

pytestmark = pytest.mark.exhaustive

EXECUTABLE = "pulumi-resource-alicloud-snapshot"
PACKAGES = ("alicloud_snapshot_provider", "ecs_emulator", "pulumi_alicloud_snapshot", "pytest_ecs_emulator")
VERSION = version("pulumi-alicloud-snapshot")

PROGRAM = """
from alicloud_snapshot_provider.errors import SnapshotError
from ecs_emulator import ManualClock, running_emulator
from pulumi_alicloud_snapshot import Snapshot, plugin

taken = Snapshot("web", disk_id="d-web", keep_last=3)
by_plugin = plugin.Snapshot("web", disk_id="d-web")
failures: type[Exception] = SnapshotError


def now() -> float:
    with running_emulator(clock=ManualClock()) as ecs:
        return ecs.now()
"""
MISTYPED = 'Snapshot("db", disk_id=5)  # must not pass\n'

TEST = """
from alibabacloud_ecs20140526.models import CreateSnapshotRequest


def test_it(ecs, ecs_client):
    ecs_client.create_snapshot(CreateSnapshotRequest(disk_id="d-demo-system"))
    assert ecs.counts() == {"CreateSnapshot": 1}
"""


@pytest.fixture(scope="session")
def bare(install: Install) -> Path:
    """The package without extras, and pytest beside it."""
    return install("", "pytest")


def test_the_wheel_has_the_packages_their_types_and_their_data_and_nothing_else(
    distributions: tuple[Path, Path],
) -> None:
    names = zipfile.ZipFile(distributions[0]).namelist()
    assert {name.split("/")[0] for name in names} == {*PACKAGES, f"pulumi_alicloud_snapshot-{VERSION}.dist-info"}
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names)
    assert {
        "alicloud_snapshot_provider/adapters/plugin/documentation/Snapshot.md",
        "ecs_emulator/default_world.yaml",
        "pulumi_alicloud_snapshot/plugin.py",
        "pulumi_alicloud_snapshot/pulumi-plugin.json",
    } <= set(names)


def test_the_sdist_makes_the_same_wheel(distributions: tuple[Path, Path], tmp_path: Path) -> None:
    wheel, sdist = distributions
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (sources,) = tmp_path.iterdir()
    again, _ = built_distributions(tmp_path / "again", sources)
    assert again.name == wheel.name
    assert _contents(again) == _contents(wheel)


@pytest.mark.parametrize("extra", ["cli", "alicloud"])
def test_with_an_extra_everything_is_there_and_fits_together(install: Install, extra: str, tmp_path: Path) -> None:
    environment = install(extra)
    _everything_works(environment, tmp_path)
    if extra == "cli":
        assert _run(program(environment, "alicloud-snapshot"), "--version").strip() == VERSION
    else:
        _run(program(environment, "python"), "-c", "from pulumi_alicloud import ecs; ecs.Image")


def test_without_extras_everything_is_there_but_the_command_line_which_says_what_it_needs(
    bare: Path, tmp_path: Path
) -> None:
    _everything_works(bare, tmp_path)
    answer = subprocess.run([program(bare, "alicloud-snapshot")], capture_output=True, text=True, check=False)
    said = "alicloud-snapshot needs typer: run `pip install 'pulumi-alicloud-snapshot[cli]'`\n"
    assert (answer.returncode, answer.stderr) == (2, said)


def test_a_type_checker_reads_the_types_of_the_installed_package(bare: Path, tmp_path: Path) -> None:
    mypy = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}"]
    command = [*mypy, "--follow-imports=silent", f"--python-executable={program(bare, 'python')}", "program.py"]
    (tmp_path / "program.py").write_text(PROGRAM)
    _run(*command, folder=tmp_path)
    (tmp_path / "program.py").write_text(PROGRAM + MISTYPED)
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Found 1 error in 1 file" in answer.stdout
    assert '"Snapshot"' in answer.stdout


def test_pytest_has_the_emulator_s_fixtures(bare: Path, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TEST)
    assert "1 passed" in _run(program(bare, "python"), "-m", "pytest", folder=tmp_path)


def test_the_emulator_s_image_installs_what_the_emulator_needs(
    distributions: tuple[Path, Path], tmp_path: Path
) -> None:
    recipe = (ROOT / "tools" / "image" / "Containerfile").read_text()
    wishes = re.findall(r'"([a-z]+[^"=,]*>=[^"]+)"', recipe)
    assert set(wishes) < set(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"])
    environment = fresh_environment(tmp_path / "venv", wishes)
    python = program(environment, "python")
    _run(uv(), "pip", "install", "--offline", "--no-deps", "--python", str(python), str(distributions[0]))
    _emulator_listens(python, tmp_path)


def _everything_works(environment: Path, folder: Path) -> None:
    """Import each package, and talk to the plugin and to the emulator, far from the checkout."""
    python = program(environment, "python")
    _run(uv(), "pip", "check", "--python", str(python))
    names = PACKAGES[:-1]  # the last one is for pytest only
    places = f"import {', '.join(names)}; print({', '.join(f'{name}.__file__' for name in names)})"
    assert _run(python, "-c", places, folder=folder).count(str(environment.resolve())) == len(names)
    assert answered_version(program(environment, EXECUTABLE)) == VERSION
    _emulator_listens(python, folder)


def _emulator_listens(python: Path, folder: Path) -> None:
    command = [str(python), "-m", "ecs_emulator"]
    with subprocess.Popen(command, cwd=folder, env=_environment(), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().split(" on ")[1].split()[0]
            with urllib.request.urlopen(f"{address}/_control/health") as answer:  # noqa: S310 - 127.0.0.1
                assert json.load(answer)
        finally:
            end(process)


def _contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _run(*command: str | Path, folder: Path | None = None) -> str:
    answer = subprocess.run(command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
