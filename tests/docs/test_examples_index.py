"""Every example is a whole project, listed in the index, with a README whose screens a test holds."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in (ROOT / "examples").glob("*/README.md"))
INDEX = (ROOT / "examples" / "README.md").read_text()
ENGINE_TESTS = "\n".join(file.read_text() for file in (ROOT / "tests" / "engine").rglob("test_*.py"))
each_example = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def test_the_index_lists_every_example_and_no_other() -> None:
    listed = re.findall(r"^\| \[([\w-]+)\]\(([\w-]+)\) \|", INDEX, re.MULTILINE)
    assert [name for name, _ in listed] == [target for _, target in listed]
    there = sorted(path.name for path in (ROOT / "examples").iterdir() if path.is_dir())
    assert [name for name, _ in listed] == there


def test_the_readme_links_the_index() -> None:
    assert "](examples/README.md)" in (ROOT / "README.md").read_text()


@each_example
def test_an_example_is_a_short_program_in_a_project(folder: Path) -> None:
    project = yaml.safe_load((folder / "Pulumi.yaml").read_text())
    assert project["description"]
    for program in (*folder.glob("*.py"), *folder.glob("*.ts"), folder / "Pulumi.yaml"):
        assert len(program.read_text().splitlines()) < 60, program


@each_example
def test_a_readme_sets_what_its_program_reads(folder: Path) -> None:
    declared = yaml.safe_load((folder / "Pulumi.yaml").read_text()).get("config", {})
    told = re.findall(r"pulumi config set (\w+)\s", (folder / "README.md").read_text())
    assert set(told) <= set(declared)
    programs = "\n".join(file.read_text() for file in folder.iterdir() if file.name in {"__main__.py", "index.ts"})
    read = set(re.findall(r"""config\.(?:get|require)\w*\(["'](\w+)["']""", programs, re.IGNORECASE))
    assert not programs or set(declared) <= read


@each_example
def test_the_screens_of_an_examples_readme_are_held_by_a_test(folder: Path) -> None:
    assert "```text\n" in (folder / "README.md").read_text()
    shown_where_it_ran = rf'assert_shown\(\s*"{folder.name}",|_lives_its_life\(.*"{folder.name}"\)+$'
    assert re.search(shown_where_it_ran, ENGINE_TESTS, re.MULTILINE)


def test_the_programs_are_typed(tmp_path: Path) -> None:
    for program in (ROOT / "examples").glob("*/__main__.py"):
        shutil.copy(program, tmp_path / f"example_{program.parent.name.replace('-', '_')}.py")
    programs = [str(program) for program in tmp_path.iterdir()]
    answer = subprocess.run(
        [sys.executable, "-m", "mypy", *programs], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout


def test_the_root_stack_is_configured_as_the_example_that_it_runs() -> None:
    root = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    example = yaml.safe_load((ROOT / root["main"] / "Pulumi.yaml").read_text())
    assert root["config"] == example["config"]
