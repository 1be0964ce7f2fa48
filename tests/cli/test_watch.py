"""Watching shows how far every snapshot in progress is, until all have ended, with one poll for all."""

from __future__ import annotations

import json
import os
import pty
import re
import signal

import pytest
from account import DATA_DISK, DISK, SERIES, Account, ledger_tags, read_all

from alicloud_snapshot_provider.ledger.ownership import BEING_CREATED
from ecs_emulator import Seed, default_seed


@pytest.fixture
def seed() -> Seed:
    return {**default_seed(), "lifecycle": {"snapshot_seconds": 60}}


def test_each_step_of_each_snapshot_is_a_line_until_all_are_accomplished(account: Account) -> None:
    account.begin("s-1")
    account.begin("s-2", disk_id=DATA_DISK)
    account.keep("s-done")

    answer = account.run("watch")

    assert answer.exit_code == 0, answer.output
    lines = answer.stdout.splitlines()
    assert sorted(lines[-2:]) == ["snapshot s-1 is accomplished", "snapshot s-2 is accomplished"]
    assert any(line.startswith("snapshot s-1 ") and " left" in line for line in lines)
    assert len(lines) == len(set(lines))
    assert answer.stderr == ""


def test_all_that_are_watched_share_one_poll(account: Account) -> None:
    for number in range(8):
        account.begin(f"s-{number}")
    account.emulator.clear_log()
    alone = Account(account.emulator)
    assert alone.run("watch", "s-0").exit_code == 0
    looks_at_one = len(account.called("DescribeSnapshots"))

    for number in range(8, 16):
        account.begin(f"s-{number}")
    account.emulator.clear_log()
    assert account.run("watch").exit_code == 0

    assert len(account.called("DescribeSnapshots")) <= looks_at_one + 4


def test_nothing_in_progress_ends_at_once(account: Account) -> None:
    account.keep("s-1")
    answer = account.run("watch")
    assert (answer.exit_code, answer.stdout) == (0, "nothing is in progress in cn-hangzhou\n")
    assert account.json("watch") == []


def test_named_snapshots_are_watched_and_no_others(account: Account) -> None:
    account.begin("s-1")
    account.begin("s-2", disk_id=DATA_DISK)
    account.keep("s-done")
    answer = account.run("watch", "s-1", "s-done", "s-1")
    assert answer.exit_code == 0
    assert "snapshot s-done is accomplished" in answer.stdout
    assert answer.stdout.count("snapshot s-1 is accomplished") == 1
    assert "s-2" not in answer.stdout


def test_a_series_chooses_what_is_watched(account: Account) -> None:
    account.begin("s-1", tags=ledger_tags(SERIES, 2, BEING_CREATED))
    account.begin("s-2", disk_id=DATA_DISK)
    account.keep("s-old", generation=1)
    assert [each["snapshot_id"] for each in account.json("watch", "--series", SERIES)] == ["s-1"]


def test_one_that_fails_is_told_and_ends_with_one_once_the_others_have_ended(account: Account) -> None:
    account.begin("s-1")
    account.begin("s-2", disk_id=DATA_DISK)
    account.emulator.fail_snapshot("s-2")
    answer = account.run("watch", "s-1", "s-2")
    assert answer.exit_code == 1
    assert "snapshot s-1 is accomplished" in answer.stdout
    assert re.fullmatch(rf"error: snapshot s-2 of disk {DATA_DISK} ended in status failed at \d+ %\n", answer.stderr)


def test_one_that_somebody_deletes_meanwhile_ends_with_one(live_account: Account) -> None:
    live_account.emulator.add_seed({"lifecycle": {"snapshot_seconds": 100_000}})
    live_account.begin("s-1")
    with live_account.running("watch") as running:
        running.until(lambda: len(live_account.called("DescribeSnapshots")) > 1)
        live_account.emulator.world.remove(live_account.emulator.world.snapshots.get("s-1"))
        code, _, errors = running.ended()
    assert (code, errors) == (1, "error: snapshot s-1 is not listed by ECS\n")


def test_programs_get_the_outcomes_on_stdout_and_the_progress_on_stderr(account: Account) -> None:
    account.begin("s-1")
    account.begin("s-2", disk_id=DATA_DISK)
    account.emulator.fail_snapshot("s-2")

    answer = account.run("watch", "s-1", "s-2", "--output", "json")

    good, bad = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert good == {
        "snapshot_id": "s-1",
        "region": "cn-hangzhou",
        "disk_id": DISK,
        "accomplished": True,
        "error": "",
    }
    assert (bad["accomplished"], bad["error"][:12]) == (False, "snapshot s-2")
    assert "snapshot s-1 is accomplished" in answer.stderr


@pytest.mark.parametrize(
    ("snapshot", "sentence"),
    [
        ("s-none", "error: there is no snapshot s-none in cn-hangzhou. Correct the id, or give --region"),
        ("none", "error: SNAPSHOT must be the id of a snapshot, such as s-bp67acfmxazb4p, got 'none'"),
    ],
)
def test_what_is_no_snapshot_is_bad_input(account: Account, snapshot: str, sentence: str) -> None:
    assert account.refused("watch", snapshot).startswith(sentence)


def test_ctrl_c_ends_the_watching_and_not_the_snapshot(live_account: Account) -> None:
    live_account.emulator.add_seed({"lifecycle": {"snapshot_seconds": 100_000}})
    live_account.begin("s-1")
    with live_account.running("watch") as running:
        running.until(lambda: len(live_account.called("DescribeSnapshots")) > 1)
        running.signal(signal.SIGINT)
        code, _, errors = running.ended()
    assert code == 130
    assert errors.splitlines() == ["the snapshots themselves go on in the cloud", "interrupted"]
    assert live_account.emulator.world.snapshots.get("s-1") is not None
    assert live_account.mutations() == []


@pytest.mark.parametrize("colour", [True, False])
def test_a_terminal_shows_bars_with_percent_and_the_time_that_remains(live_account: Account, colour: bool) -> None:
    live_account.emulator.add_seed({"lifecycle": {"snapshot_seconds": 100_000}})
    live_account.begin("s-1")
    ours, theirs = pty.openpty()
    environment = {"TERM": "xterm-256color", "COLUMNS": "120"} | ({} if colour else {"NO_COLOR": "1"})
    with live_account.running("watch", stdout=theirs, variables=environment) as running:
        os.close(theirs)
        running.until(lambda: len(live_account.called("DescribeSnapshots")) > 1)
        live_account.emulator.advance(100_000)
        shown = read_all(ours)
        code, _, errors = running.ended()
    assert (code, errors) == (0, "")
    assert f"s-1 of {DISK}" in shown
    assert "100 %" in shown
    assert " left" in shown
    assert "accomplished" in shown
    assert ("\x1b[38" in shown or "\x1b[32" in shown) is colour
