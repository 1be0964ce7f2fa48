"""What the README says is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
ECS_ROOM = ROOT / "provider" / "alicloud_snapshot_provider" / "ecs"


def test_it_has_at_most_170_lines() -> None:
    assert len(README.splitlines()) <= 170


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:ALICLOUD|ALIBABA_CLOUD|ECS|CLIENT)_[A-Z_]+)`", README))))
def test_every_variable_that_it_names_is_read(name: str) -> None:
    assert f'"{name}"' in (ECS_ROOM / "settings.py").read_text()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(tests/[\w/.]+)`", README))))
def test_every_test_that_it_links_exists(path: str) -> None:
    assert (ROOT / path).exists()
