"""What the README says is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alicloud_snapshot_provider.nouns.fields import Field
from alicloud_snapshot_provider.snapshots.fields import SNAPSHOT_FIELDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
ECS_ROOM = ROOT / "provider" / "alicloud_snapshot_provider" / "ecs"
INPUTS = [field for field in SNAPSHOT_FIELDS if field.is_input]


def test_it_has_at_most_200_lines() -> None:
    assert len(README.splitlines()) <= 200


def test_it_lists_every_argument_of_snapshot_and_no_other() -> None:
    section = README.split("## `Snapshot`")[1].split("##")[0]
    assert sorted(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == sorted(field.name for field in INPUTS)


@pytest.mark.parametrize("field", INPUTS, ids=lambda field: field.name)
def test_it_says_what_a_change_of_an_argument_does(field: Field) -> None:
    assert field.change is not None
    assert f"| `{field.name}` | {field.change.value} |" in README


def test_its_ram_actions_are_those_that_the_code_calls() -> None:
    called = {
        action for file in ECS_ROOM.glob("*.py") for action in re.findall(r"models\.(\w+)Request\(", file.read_text())
    }
    named = set(re.findall(r"`ecs:(\w+)`", README))
    assert named == called


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:ALICLOUD|ALIBABA_CLOUD|ECS|CLIENT)_[A-Z_]+)`", README))))
def test_every_variable_that_it_names_is_read(name: str) -> None:
    assert f'"{name}"' in (ECS_ROOM / "settings.py").read_text()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(tests/[\w/.]+)`", README))))
def test_every_test_that_it_links_exists(path: str) -> None:
    assert (ROOT / path).exists()
