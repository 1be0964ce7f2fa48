"""Whatever goes wrong at whichever call: the next run ends with one snapshot of the intent, and it is in the state.

The calls are those that the undisturbed operation makes, so a new call is covered by itself. `make test` plays one
schedule of each class, `make test-all` every one; `schedules.py` says the classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from family import DRILLING, FAMILY, FAMILY_FAULTS, GUARD_WITH_A_DRILL, REFUSED_OR_DEAD
from schedules import (
    FAULTS,
    OPERATIONS,
    Arrangement,
    Call,
    Fault,
    Operation,
    Reach,
    arrange,
    cases,
    distinct,
    every,
    play,
    telling,
)

from counting import Count

SAME_CALLS = ("DiskRollback: update", "DiskRollback: replace", "RestoreDrill: update", "RestoreDrill of two: create")
"""Operations that make the calls of the creation once more, or for two disks. `make test-all` disturbs them as well."""


REACHES = (
    pytest.param(telling, id="telling calls"),
    pytest.param(every, id="every call", marks=pytest.mark.exhaustive),
)


def _of_family(operation: Operation) -> Any:
    marks = (pytest.mark.exhaustive,) if operation.name in SAME_CALLS else ()
    return pytest.param(operation, id=operation.name, marks=marks)


@pytest.mark.parametrize(("reach", "operation", "fault"), cases(OPERATIONS, FAULTS))
async def test_the_next_run_ends_with_one_snapshot_of_the_intent(
    reach: Reach, operation: Operation, fault: Fault, count: Count
) -> None:
    arrangement = await arrange(operation)
    await _play_all(arrangement, [(fault, call) for call in reach(operation, arrangement.calls, fault)], count)


@pytest.mark.parametrize("operation", [_of_family(operation) for operation in FAMILY])
@pytest.mark.parametrize("reach", REACHES)
async def test_the_next_run_ends_with_one_record_of_the_intent_whatever_the_noun(
    reach: Reach, operation: Operation, count: Count
) -> None:
    arrangement = await arrange(operation)
    calls = distinct(arrangement.calls)
    struck = [(fault, call) for fault in _faults(reach) for call in reach(operation, calls, fault)]
    if operation.name != f"{operation.noun}: create":  # what the others look at, a creation does too
        struck = [(fault, call) for fault, call in struck if call.mutating]
    await _play_all(arrangement, struck, count)


@pytest.mark.parametrize("reach", REACHES)
async def test_a_guards_drill_ends_with_a_proven_snapshot_and_without_a_disk(reach: Reach, count: Count) -> None:
    arrangement = await arrange(GUARD_WITH_A_DRILL)
    calls = distinct(arrangement.calls)
    struck = [(fault, call) for fault in _faults(reach) for call in reach(GUARD_WITH_A_DRILL, calls, fault)]
    if reach is telling:  # the other calls of a guard are disturbed without a drill
        struck = [(fault, call) for fault, call in struck if fault in REFUSED_OR_DEAD and call.action in DRILLING]
    await _play_all(arrangement, struck, count)


def _faults(reach: Reach) -> list[Fault]:
    return [fault for fault in FAMILY_FAULTS if reach is every or not fault.like]


async def _play_all(arrangement: Arrangement, struck: Sequence[tuple[Fault, Call]], count: Count) -> None:
    outcomes = [await play(arrangement, fault, call) for fault, call in struck]

    count(
        schedules=len(outcomes),
        kills=sum(outcome.died for outcome in outcomes),
        orphans=sum(outcome.orphans for outcome in outcomes),
        duplicates=sum(outcome.duplicates for outcome in outcomes),
    )
    assert [f"{outcome.schedule} {outcome.problems}" for outcome in outcomes if outcome.problems] == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
async def test_an_operation_makes_calls_that_can_be_disturbed(operation: Operation) -> None:
    calls = (await arrange(operation)).calls
    assert calls
    assert any(call.mutating for call in calls) or operation.name == "refresh"
