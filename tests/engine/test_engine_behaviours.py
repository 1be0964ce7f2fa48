"""What the engine does around a creation: interruptions, forced replacements, pending creates, two stacks, errors."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from harness import NewStack, folded
from running import RunningUp, listed_orphans
from workbench.stack import PulumiFailed, Stack

from ecs_emulator import Emulator, Seed, default_seed

pytestmark = pytest.mark.engine

HOUR = 3_600
PROGRAM = """
import pulumi
from pulumi_alicloud_snapshot import Snapshot

snapshot = Snapshot("web", disk_id="d-demo-system", triggers=pulumi.Config().get("release"))
pulumi.export("id", snapshot.id)
pulumi.export("urn", snapshot.urn)
"""


@pytest.fixture
def speed() -> float:
    """An emulated hour takes 6 seconds."""
    return 600.0


@pytest.fixture
def snapshot_seconds() -> float | None:
    """How long every snapshot takes; a test that needs its own is parametrized with it."""
    return None


@pytest.fixture
def seed(snapshot_seconds: float | None) -> Seed:
    return {**default_seed(), "lifecycle": {"snapshot_seconds": snapshot_seconds}}


@pytest.fixture
def stack(new_stack: NewStack) -> Stack:
    return new_stack(PROGRAM)


RARE = pytest.mark.exhaustive
an_hour = pytest.mark.parametrize("snapshot_seconds", [HOUR], ids=["an hour"])
a_while = pytest.mark.parametrize("snapshot_seconds", [HOUR / 2], ids=["half an hour"])


@an_hour
def test_an_hours_wait_shows_progress(stack: Stack, emulator: Emulator) -> None:
    said = stack.up()
    (snapshot_id,) = _alive(emulator)
    shown = [line for line in said.splitlines() if f"snapshot {snapshot_id} " in line and "left" in line]
    assert len(shown) >= 10
    assert emulator.events("snapshot.accomplished")[0].time - emulator.events("snapshot.created")[0].time == HOUR


@a_while
def test_one_interruption_leaves_a_snapshot_that_the_next_up_resumes(stack: Stack, emulator: Emulator) -> None:
    with _waiting(stack, emulator) as run:
        run.interrupt()
        assert "Traceback" not in run.ended()
    stack.up()
    assert _alive(emulator) == [stack.outputs()["id"]]
    assert len(emulator.events("snapshot.created")) == 1


@a_while
def test_two_interruptions_leave_a_pending_create_that_the_next_up_adopts(stack: Stack, emulator: Emulator) -> None:
    with _waiting(stack, emulator) as run:
        run.interrupt()
        run.interrupt()
        run.ended()
    said = folded(stack.up())
    assert _alive(emulator) == [stack.outputs()["id"]]
    assert len(emulator.events("snapshot.created")) == 1
    assert "Traceback" not in said


@a_while
@pytest.mark.exhaustive
def test_a_pending_create_warns_until_it_is_cleared(stack: Stack, emulator: Emulator) -> None:
    with _waiting(stack, emulator) as run:
        run.kill()
    assert "interrupted while creating" in folded(stack.up())
    stack.refresh("--clear-pending-creates")
    assert "interrupted while creating" not in folded(stack.up())
    assert _alive(emulator) == [stack.outputs()["id"]]


def test_a_forced_replacement_takes_a_fresh_snapshot_and_retires_the_old_one(stack: Stack, emulator: Emulator) -> None:
    stack.up()
    old = stack.outputs()
    assert "1 replaced" in stack.up("--replace", old["urn"])
    assert stack.outputs()["id"] != old["id"]
    assert _alive(emulator) == [stack.outputs()["id"]]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        pytest.param(
            {"action": "CreateSnapshot", "kind": "fail_snapshot"}, "failed", id="the snapshot failed", marks=RARE
        ),
        pytest.param(
            {"action": "TagResources", "kind": "error", "code": "Forbidden.RAM", "times": None},
            "abandoned",
            id="it could not be handed over",
        ),
    ],
)
def test_what_a_failed_create_leaves_in_no_state_is_shown_by_orphans_after_destroy(
    stack: Stack, emulator: Emulator, fault: Any, kind: str
) -> None:
    emulator.add_faults(fault)
    with pytest.raises(PulumiFailed):
        stack.up()
    stack.destroy()
    (left,) = _alive(emulator)
    assert listed_orphans(stack) == (3, [(left, kind)])


@pytest.mark.exhaustive
def test_two_stacks_at_once_on_one_disk_take_a_snapshot_each(stack: Stack, emulator: Emulator) -> None:
    other = Stack(stack.project, stack.backend, emulator, stack.speed, name="other")
    other.create()
    with RunningUp(stack) as first, RunningUp(other) as second:
        first.ended()
        second.ended()
    assert sorted(_alive(emulator)) == sorted([stack.outputs()["id"], other.outputs()["id"]])

    stack.destroy()
    assert _alive(emulator) == [other.outputs()["id"]]


@pytest.mark.exhaustive
def test_a_token_whose_snapshot_was_destroyed_does_not_keep_a_new_one_from_being_taken(
    stack: Stack, emulator: Emulator
) -> None:
    stack.up()
    first = stack.outputs()["id"]
    stack.destroy()
    stack.up()
    assert _alive(emulator) == [stack.outputs()["id"]]
    assert stack.outputs()["id"] != first


def test_no_secret_reaches_the_state_the_output_or_the_log_of_ecs(stack: Stack, emulator: Emulator) -> None:
    said = stack.up() + stack.refresh() + json.dumps(stack.resources())
    assert "emulator-key-secret" not in said
    assert "emulator-key" not in str(emulator.entries())


def _refusal(code: str, **fault: Any) -> Mapping[str, Any]:
    return {"action": "CreateSnapshot", "kind": "error", "code": code, "times": None, **fault}


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        pytest.param(_refusal("Throttling.User"), "Run it again later.", id="Throttled"),
        pytest.param(_refusal("InternalError"), "give the RequestId to Alibaba Cloud's support", id="Unavailable"),
        pytest.param(_refusal("IncorrectDiskStatus.CreatingSnapshot"), "Wait until the snapshots in", id="Busy"),
        pytest.param(_refusal("IdempotentParameterMismatch"), "Run `pulumi up` again", id="TokenMismatch"),
    ],
)
def test_an_error_is_shown_as_one_message(stack: Stack, emulator: Emulator, fault: Any, said: str) -> None:
    emulator.add_faults(fault)
    _expect(stack, [said])


FINAL = {
    "InvalidSnapshotName.Malformed": "Use 2 to 128 letters, digits",
    "InvalidDiskId.NotFound": "Check disk_id and the region",
    "Forbidden.RAM": "Allow the action to this RAM user or role",
    "QuotaExceed.Snapshot": "raise the quota in the Quota Center",
    "IncorrectInstanceStatus": "Bring the instance into state Running",
}
"""Refusals that no repetition helps, and what each says."""
ONE_FOR_EACH = f"""
from pulumi_alicloud_snapshot import Snapshot

for number in range({len(FINAL) + 1}):
    Snapshot(f"web-{{number}}", disk_id="d-demo-system")
"""


def test_every_final_error_of_a_run_is_shown_as_one_message(new_stack: NewStack, emulator: Emulator) -> None:
    stack = new_stack(ONE_FOR_EACH)
    for nth, code in enumerate(FINAL, start=1):
        emulator.add_faults(_refusal(code, nth=nth, times=1))
    emulator.add_faults({"action": "CreateSnapshot", "kind": "fail_snapshot", "nth": len(FINAL) + 1, "times": 1})
    _expect(stack, [*FINAL.values(), "ended in status failed"])


def _expect(stack: Stack, said: Iterable[str]) -> None:
    with pytest.raises(PulumiFailed) as failed:
        stack.up("--continue-on-error")
    shown = folded(str(failed.value))
    assert [text for text in ("what to do:", *said) if text not in shown] == []
    assert "Traceback" not in shown
    assert "emulator-key" not in shown


def _waiting(stack: Stack, emulator: Emulator) -> RunningUp:
    return RunningUp(stack).until(lambda: bool(emulator.events("snapshot.cut")))


def _alive(emulator: Emulator) -> list[str]:
    emulator.now()
    return [snapshot.id for snapshot in emulator.world.snapshots]
