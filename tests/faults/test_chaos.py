"""Random runs with random faults: a few here, more in `make test-all`; `make chaos SEEDS=10000` plays any number."""

from __future__ import annotations

import subprocess
from typing import Any

import family_chaos
import ownership_chaos
import pytest
from chaos import failure, play
from schedules import Operation
from soundness import Unsound
from workbench.environment import ROOT

from counting import Count

SEEDS = 20
AT_ONCE = 4
SEEDS_OF_STACKS = 300
STACKS_AT_ONCE = 10
FEW = 1
"""Tests of a kind that `make test` plays."""


def _blocks(seeds: int, at_once: int) -> list[Any]:
    """Return the first seed of each test; `make test` leaves all but a few to `make test-all`."""
    marks = {False: (), True: (pytest.mark.exhaustive,)}
    return [
        pytest.param(first, id=str(first), marks=marks[number >= FEW])
        for number, first in enumerate(range(0, seeds, at_once))
    ]


@pytest.mark.parametrize("first", _blocks(SEEDS, AT_ONCE))
async def test_random_runs_end_with_one_snapshot_of_each_resource_and_then_with_none(first: int, count: Count) -> None:
    for seed in range(first, first + AT_ONCE):
        await play(seed)
    count(schedules=AT_ONCE)


@pytest.mark.parametrize("round_", [0, pytest.param(1, marks=pytest.mark.exhaustive)])
@pytest.mark.parametrize("operation", family_chaos.CREATIONS, ids=lambda operation: operation.name)
async def test_random_runs_of_every_noun_end_with_one_record_and_then_with_none(
    operation: Operation, round_: int, count: Count
) -> None:
    first = family_chaos.CREATIONS.index(operation)
    await family_chaos.play(first + round_ * len(family_chaos.CREATIONS))
    count(schedules=1)


@pytest.mark.parametrize("first", _blocks(SEEDS_OF_STACKS, STACKS_AT_ONCE))
async def test_random_runs_of_several_stacks_never_delete_what_somebody_holds(first: int, count: Count) -> None:
    for seed in range(first, first + STACKS_AT_ONCE):
        try:
            await ownership_chaos.play(seed)
        except Unsound as error:
            raise Unsound(f"seed {seed}: {error}") from error
    count(schedules=STACKS_AT_ONCE)


def test_a_failing_seed_is_named_with_the_command_that_replays_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unsound(_seed: int) -> None:
        raise Unsound("two are left")

    monkeypatch.setattr("chaos.play", unsound)
    assert failure(7) == "seed 7: Unsound('two are left')\n  replay it with: make chaos SEEDS=1 FIRST=7"


@pytest.mark.exhaustive
def test_make_chaos_plays_its_seeds() -> None:
    answer = subprocess.run(["make", "chaos", "SEEDS=1"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.stdout.endswith("seeds 1, failing 0\n"), answer.stderr
