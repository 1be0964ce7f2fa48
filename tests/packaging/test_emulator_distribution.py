"""The emulator on its own, as people get it who use no Pulumi: in a fresh environment, with nothing of the provider."""

from __future__ import annotations

import re
import subprocess
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from workbench.environment import ROOT
from workbench.fresh import built_wheel, fresh_environment, program

pytestmark = pytest.mark.exhaustive

TEST = """
import json
import urllib.request
from importlib.util import find_spec


def test_it(ecs):
    with urllib.request.urlopen(f"{ecs.url}/_control/health") as answer:
        assert json.load(answer) == {"status": "ok"}
    assert len(ecs.describe_world()["disks"]) == 6
    assert [each for each in ("pulumi", "grpc", "alibabacloud_ecs20140526") if find_spec(each)] == []
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_wheel(tmp_path_factory.mktemp("emulator"), ROOT / "emulator")


@pytest.fixture(scope="module")
def alone(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that has the emulator and pytest."""
    return fresh_environment(tmp_path_factory.mktemp("fresh") / "venv", [str(wheel), "pytest"])


def test_the_wheel_has_the_emulator_alone_in_the_version_of_the_package(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    stated = f"ecs_emulator-{version('pulumi-alicloud-snapshot')}.dist-info"
    assert {name.split("/")[0] for name in archive.namelist()} == {"ecs_emulator", "pytest_ecs_emulator", stated}
    assert "ecs_emulator/gateway/parameter_tables.yaml" in archive.namelist()
    needed = re.findall(r"^Requires-Dist: (\S+?)[<>]\S*$", archive.read(f"{stated}/METADATA").decode(), re.MULTILINE)
    assert sorted(needed) == ["aiohttp", "pyyaml"]


def test_its_fixture_serves_an_ecs_without_pulumi_and_without_the_sdk(alone: Path, tmp_path: Path) -> None:
    (tmp_path / "test_alone.py").write_text(TEST)
    answer = _run(alone, "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path))
    assert "1 passed" in answer


def test_its_program_says_what_it_takes(alone: Path) -> None:
    assert "An embedded ECS for tests and demos." in _run(alone, "ecs-emulator", "--help")


def _run(environment: Path, name: str, *arguments: str) -> str:
    answer = subprocess.run([program(environment, name), *arguments], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout
