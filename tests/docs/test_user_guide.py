"""The table of the user guide's sentences: each is met by what there is, and held by tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from alicloud_snapshot_provider.cli.app import app
from alicloud_snapshot_provider.guards.fields import GUARD_FIELDS
from alicloud_snapshot_provider.registry import NOUNS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "user-guide.md").read_text()
ROWS = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")][2:]
SENTENCES = [
    "one point in time",
    "before risky work",
    "avoid peak hours",
    "what is written meanwhile is not in it",
    "no stop, no restart",
    "must be Running or Stopped",
    "delete them regularly",
    "Several partitions",
    "only if it had no I/O",
    "One disk at a time",
    "has a name",
    "progress, remaining time, status",
    "CreateSnapshot",
    "later ones are incremental",
    "roll back the disk, make a disk from it, make an image from it",
]
"""What the guide says, in its order."""
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
NAMES = {field.name for noun in NOUNS.values() for field in noun.fields} | {each.name for each in GUARD_FIELDS}


def test_every_sentence_of_the_guide_has_a_row_in_its_order() -> None:
    assert len(ROWS) == len(SENTENCES) + 1, "the last row is what the guide says elsewhere, of automatic snapshots"
    assert [sentence for sentence, row in zip(SENTENCES, ROWS, strict=False) if sentence not in row[0]] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_a_row_names_tests_pages_commands_and_properties_that_exist(row: list[str]) -> None:
    _, met, held = row
    tests = re.findall(r"`(tests/[\w/.]+)`", held)
    assert tests, "name the tests that hold it"
    assert [path for path in tests if not (ROOT / path).is_file()] == []
    examples = re.findall(r"\(\.\./(examples/[\w-]+)\)", met)
    assert [path for path in examples if not (ROOT / path / "README.md").is_file()] == []
    modules = re.findall(r"`([\w/]+\.py)`", met)
    assert [path for path in modules if not (ROOT / "provider" / "alicloud_snapshot_provider" / path).is_file()] == []
    assert [name for name in re.findall(r"`alicloud-snapshot (\w+)`", met) if name not in COMMANDS] == []
    words = re.findall(r"`([a-z_]+)(?:=[^`]*)?`", met)
    assert [word for word in words if word not in NAMES | set(COMMANDS)] == []
