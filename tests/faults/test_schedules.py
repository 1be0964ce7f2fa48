"""Whatever goes wrong at whichever call: the next run ends with one snapshot of the intent, and it is in the state.

The calls are those that the undisturbed operation makes, so a new call is covered by itself. `make test` disturbs those
that stand for the others, `make test-all` every one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from family import DRILLING, FAMILY, FAMILY_FAULTS, GUARD_WITH_A_DRILL, REFUSED_OR_DEAD
from schedules import (
    FAULTS,
    OPERATIONS,
    REACHES,
    Arrangement,
    Call,
    Fault,
    Operation,
    Reach,
    arrange,
    distinct,
    every,
    play,
)

from counting import Count

SAME_CALLS = ("DiskRollback: update", "RestoreDrill: update")
"""Operations that make the calls of the creation once more, which `make test-all` disturbs as well."""


def _of_family(operation: Operation) -> Any:
    marks = (pytest.mark.exhaustive,) if operation.name in SAME_CALLS else ()
    return pytest.param(operation, id=operation.name, marks=marks)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
@pytest.mark.parametrize("reach", REACHES)
async def test_the_next_run_ends_with_one_snapshot_of_the_intent(
    reach: Reach, operation: Operation, fault: Fault, count: Count
) -> None:
    arrangement = await arrange(operation)
    await _play_all(arrangement, [fault], reach(arrangement.calls), count)


@pytest.mark.parametrize("operation", [_of_family(operation) for operation in FAMILY])
@pytest.mark.parametrize("reach", REACHES)
async def test_the_next_run_ends_with_one_record_of_the_intent_whatever_the_noun(
    reach: Reach, operation: Operation, count: Count
) -> None:
    arrangement = await arrange(operation)
    calls = reach(distinct(arrangement.calls))
    if operation.name != f"{operation.noun}: create":  # what the others look at, a creation does too
        calls = [call for call in calls if call.mutating]
    await _play_all(arrangement, FAMILY_FAULTS, calls, count)


@pytest.mark.parametrize("reach", REACHES)
async def test_a_guards_drill_ends_with_a_proven_snapshot_and_without_a_disk(reach: Reach, count: Count) -> None:
    arrangement = await arrange(GUARD_WITH_A_DRILL)
    if reach is every:
        await _play_all(arrangement, FAMILY_FAULTS, distinct(arrangement.calls), count)
    else:
        calls = [call for call in reach(arrangement.calls) if call.action in DRILLING]
        await _play_all(arrangement, REFUSED_OR_DEAD, calls, count)


async def _play_all(arrangement: Arrangement, faults: Sequence[Fault], calls: Sequence[Call], count: Count) -> None:
    struck = [(fault, call) for fault in faults for call in calls if fault.befalls(call)]
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
