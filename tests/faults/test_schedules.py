"""Whatever goes wrong at whichever call: the next run ends with one snapshot of the intent, and it is in the state.

The calls are those that the undisturbed operation makes, so a new call is covered by itself.
"""

from __future__ import annotations

import pytest
from schedules import FAULTS, OPERATIONS, Fault, Operation, arrange, play

from counting import Count


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
async def test_the_next_run_ends_with_one_snapshot_of_the_intent(
    operation: Operation, fault: Fault, count: Count
) -> None:
    arrangement = await arrange(operation)
    outcomes = [await play(arrangement, fault, call) for call in arrangement.calls if fault.befalls(call)]

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
