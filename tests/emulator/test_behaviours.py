"""Every row of the behaviour table is held by a test that exists."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from ecs_emulator.behaviours import Behaviour, behaviours


@cache
def _tests_in(file: str) -> frozenset[str]:
    tree = ast.parse(Path(__file__).with_name(file).read_text())
    return frozenset(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    )


@pytest.mark.parametrize("row", behaviours(), ids=lambda row: row.behaviour)
def test_a_behaviour_is_held_by_a_test(row: Behaviour) -> None:
    file, _, function = row.test.partition("::")
    assert function in _tests_in(file)


def test_no_behaviour_is_told_twice() -> None:
    counts = Counter(row.behaviour for row in behaviours())
    assert [behaviour for behaviour, count in counts.items() if count > 1] == []
