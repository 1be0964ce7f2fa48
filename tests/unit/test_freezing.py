"""What counts as frozen, as thawed and as cut in between."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alicloud_snapshot_provider.ecs.models import InvocationInfo
from alicloud_snapshot_provider.freezes.commands import tail, why_failed
from alicloud_snapshot_provider.freezes.freezer import FREEZE_TAG, THAW_TAG, Hold, first_line, left_frozen
from virtual_clock import VirtualClock

EARLY, LATE = "2026-01-01T00:00:05Z", "2026-01-01T00:00:09Z"


def freeze(status: str = "Success", finished: str = EARLY, freeze_id: str = "a") -> InvocationInfo:
    return InvocationInfo("t-f", "i-1", status, finished, tags={FREEZE_TAG: freeze_id})


def thaw(status: str = "Success", finished: str = LATE, freeze_id: str = "a") -> InvocationInfo:
    return InvocationInfo("t-t", "i-1", status, finished, tags={THAW_TAG: freeze_id})


@pytest.mark.parametrize(
    ("ran", "left"),
    [
        ([], []),
        ([freeze()], ["a"]),
        ([freeze("Failed")], ["a"]),
        ([freeze("Timeout")], ["a"]),
        ([freeze("Running", "")], ["a"]),
        ([freeze("Pending", "")], ["a"]),
        ([freeze("Aborted")], []),
        ([freeze("Cancelled")], []),
        ([freeze(), thaw()], []),
        ([freeze(), thaw(finished=EARLY)], []),
        ([freeze(), thaw("Failed")], ["a"]),
        ([freeze(), thaw("Failed"), thaw()], []),
        ([freeze(finished=LATE), thaw(finished=EARLY)], ["a"]),
        ([freeze(), freeze(freeze_id="b"), thaw()], ["b"]),
        ([InvocationInfo("t-1", "i-1", "Success", EARLY)], []),
    ],
)
def test_a_freeze_is_left_until_a_thaw_ends_well_after_it(ran: list[InvocationInfo], left: list[str]) -> None:
    assert left_frozen(ran) == left


@pytest.mark.parametrize(
    ("complete", "since", "cut_at", "proven"),
    [
        (True, 5, 6, True),
        (True, 5, 5, True),
        (True, None, 6, True),
        (True, 5, None, False),
        (True, 5, 4, False),
        (False, 5, 6, False),
    ],
)
def test_a_hold_proves_what_is_cut_in_it(complete: bool, since: int | None, cut_at: int | None, proven: bool) -> None:
    hold = Hold(VirtualClock(), complete, ends_at=60.0, since=since and datetime.fromtimestamp(since, UTC))
    assert hold.proves(cut_at and datetime.fromtimestamp(cut_at, UTC)) is proven


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (InvocationInfo("t", "i", "Failed", exit_code=3, output=" no\nway "), "exited with code 3: no way"),
        (InvocationInfo("t", "i", "Failed", exit_code=3), "exited with code 3"),
        (InvocationInfo("t", "i", "Timeout", output="still at it"), "ran out of time: still at it"),
        (InvocationInfo("t", "i", "Running"), "has not ended in time"),
        (
            InvocationInfo("t", "i", "Aborted", error_code="ClientNotRunning", error_info="No agent."),
            "did not run (Aborted, ClientNotRunning: No agent.)",
        ),
        (InvocationInfo("t", "i", "Invalid"), "did not run (Invalid)"),
    ],
)
def test_a_command_that_failed_is_told_with_the_end_of_its_output(result: InvocationInfo, reason: str) -> None:
    assert why_failed(result) == reason


def test_of_long_output_only_the_end_is_told() -> None:
    assert tail("x" * 300 + "the end") == ": …" + "x" * 193 + "the end"


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("sync", "sync"),
        ("#!/bin/bash\n\n  sync\n", "sync"),
        ("sync\nfsfreeze -f /data", "sync…"),
        ("x" * 100, "x" * 79 + "…"),
    ],
)
def test_a_command_is_shown_by_its_first_line(command: str, shown: str) -> None:
    assert first_line(command) == shown
