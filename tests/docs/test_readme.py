"""What the README says is what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
SET_UP = (ROOT / "docs" / "installation-configuration.md").read_text()
ECS_ROOM = ROOT / "provider" / "alicloud_snapshot_provider" / "ecs"


def test_it_has_at_most_150_lines() -> None:
    assert len(README.splitlines()) <= 150


def test_its_first_screen_has_the_sentence_the_picture_the_program_and_two_commands() -> None:
    first = README.split("\n## ")[0]
    sentence, picture = first.split("\n\n")[1:3]
    assert sentence.count(". ") <= 1
    assert picture.startswith("<picture>")
    program, commands = (re.search(rf"```{language}\n(.*?)```", first, re.DOTALL) for language in ("python", "sh"))
    assert program is not None
    assert commands is not None
    assert len([line for line in program[1].splitlines() if line]) == 6
    assert len(commands[1].splitlines()) == 2


def test_every_picture_is_small_there_in_a_light_and_a_dark_version_and_shown() -> None:
    shown = sorted(set(re.findall(r"docs/images/[\w.-]+", README)))
    assert shown == [f"docs/images/{path.name}" for path in sorted((ROOT / "docs" / "images").iterdir())]
    assert {path.replace("dark", "light") for path in shown} == {path for path in shown if "light" in path}
    assert [path for path in shown if (ROOT / path).stat().st_size > 150_000] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_of_the_run_shows_the_plan_that_the_readme_shows(scheme: str) -> None:
    drawn = ElementTree.parse(ROOT / "docs" / "images" / f"run-{scheme}.svg").getroot()  # noqa: S314, our own file
    words = " ".join(" ".join(text for text in drawn.itertext()).split())
    (plan,) = re.findall(r"<!-- screen: preview -->\n```text\n(.*?)```", README, re.DOTALL)
    assert " ".join(plan.split()) in words


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:ALICLOUD|ALIBABA_CLOUD|ECS|CLIENT)_[A-Z_]+)`", SET_UP))))
def test_every_variable_that_the_page_of_the_installation_names_is_read(name: str) -> None:
    assert f'"{name}"' in (ECS_ROOM / "settings.py").read_text()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(tests/[\w/.]+)`", README))))
def test_every_test_that_it_links_exists(path: str) -> None:
    assert (ROOT / path).exists()
