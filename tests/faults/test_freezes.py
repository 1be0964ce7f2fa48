"""Whatever goes wrong at whichever call of a freeze: a thaw follows every freeze, and one snapshot is left.

The schedules are those of `test_schedules.py`: the same faults and classes, at the calls that the undisturbed operation
makes. The first operation is disturbed from the freeze to the proof, the others at the calls that change something.
"""

from __future__ import annotations

from contextlib import suppress

import pytest
from fragile import Hit, ProcessDied
from freezes import FREEZE
from model_engine import Stack
from schedules import FAULTS, Arrangement, Call, Fault, Operation, Reach, arrange, cases, every, play

from alicloud_snapshot_provider.freezes.spec import Commands, Freeze
from counting import Count

DEMANDED = {**FREEZE, "timeout": 20}
WISHED = {**DEMANDED, "on_failure": "continue"}
OF_THE_GUARD = Freeze(Commands(command=FREEZE["command"], thaw=FREEZE["thaw"], timeout=20))


async def _demanded(stack: Stack, hit: Hit | None = None) -> None:
    await stack.up(hit, triggers="1", freeze=DEMANDED)


async def _wished(stack: Stack, hit: Hit | None = None) -> None:
    await stack.up(hit, triggers="1", freeze=WISHED)


async def _died_frozen(stack: Stack, _hit: Hit | None = None) -> None:
    with suppress(ProcessDied):
        await _demanded(stack, Hit("CreateSnapshot", 1, "dies after"))


async def _guard(stack: Stack, hit: Hit | None = None) -> None:
    await stack.guard(hit, freeze=OF_THE_GUARD)


async def _three_guards(stack: Stack, _hit: Hit | None = None) -> None:
    for _ in range(3):
        await _guard(stack)


OPERATIONS = (
    Operation("freeze or abort", _demanded, alive=1, retakes=True),
    Operation("freeze or continue", _wished, alive=1),
    Operation("freeze after a run that died frozen", _demanded, alive=1, arrange=_died_frozen, retakes=True),
    Operation("freeze before a guarded change", _guard, alive=3, arrange=_three_guards, again=False, retakes=True),
)


def _disturbed(arrangement: Arrangement) -> list[Call]:
    """Return the calls to disturb."""
    calls = list(arrangement.calls)
    if arrangement.operation is not OPERATIONS[0]:
        return [call for call in calls if call.mutating]
    actions = [call.action for call in calls]
    return calls[actions.index("RunCommand") : actions.index("TagResources") + 1]


TOO_LONG = "not listed for ten minutes"
"""A run that must not go on unfrozen ends with its hold, so that three of them end before ECS lists the snapshot."""
SAME_CALLS = OPERATIONS[2:]
"""They freeze as the first operation does. `make test` lets them die, be stopped, be refused or fail."""


def _befalls(fault: Fault, operation: Operation) -> bool:
    return fault.name != TOO_LONG or not operation.retakes


def _is_rare(fault: Fault, operation: Operation) -> bool:
    return operation in SAME_CALLS and not fault.blow and fault.name not in {"refused for good", "failed"}


SCHEDULES = [
    case
    for operation in OPERATIONS
    for case in cases([operation], [fault for fault in FAULTS if _befalls(fault, operation)])
    if case.values[0] is every or not _is_rare(case.values[2], operation)
]


@pytest.mark.parametrize(("reach", "operation", "fault"), SCHEDULES)
async def test_a_thaw_follows_every_freeze_and_one_snapshot_is_left(
    reach: Reach, operation: Operation, fault: Fault, count: Count
) -> None:
    arrangement = await arrange(operation)
    calls = reach(operation, _disturbed(arrangement), fault)
    outcomes = [await play(arrangement, fault, call) for call in calls]

    count(schedules=len(outcomes), kills=sum(outcome.died for outcome in outcomes))
    assert [f"{outcome.schedule} {outcome.problems}" for outcome in outcomes if outcome.problems] == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
async def test_a_freeze_makes_calls_that_can_be_disturbed(operation: Operation) -> None:
    called = [call.action for call in (await arrange(operation)).calls]
    assert called.count("RunCommand") >= 2
    assert {"CreateSnapshot", "DescribeInvocationResults", "DescribeCloudAssistantStatus"} <= set(called)
