"""Taking by hand says what it costs, asks, takes all disks' snapshots side by side, and takes over what was begun."""

from __future__ import annotations

import os
import pty
import signal
from dataclasses import replace
from typing import Any

import pytest
from account import DATA_DISK, DISK, Account

from alicloud_snapshot_provider.ledger.intent import SERIES_TAG
from alicloud_snapshot_provider.ledger.ownership import BY_HAND, OWNERSHIP_TAG, ownership_of
from alicloud_snapshot_provider.snapshots.by_hand import ADOPT_WITHIN
from ecs_emulator import Seed, default_seed

THIS = ("take", DISK, "--yes")
NEVER_ATTACHED = "d-demo-never-attached"


@pytest.fixture
def seed() -> Seed:
    return {**default_seed(), "lifecycle": {"snapshot_seconds": 60}}


def _taken(account: Account, disk: str = DISK) -> list[Any]:
    """Return the snapshots of the series of a disk, oldest first."""
    account.emulator.now()
    own = [each for each in account.emulator.world.snapshots if each.tags.get(SERIES_TAG) == f"by-hand-of-{disk}"]
    return sorted(own, key=lambda each: each.sequence)


def test_it_says_how_long_and_how_dear_shows_the_progress_and_names_what_it_took(account: Account) -> None:
    answer = account.run(*THIS)

    assert answer.exit_code == 0, answer.output
    (own,) = _taken(account)
    lines = answer.stdout.splitlines()
    assert lines[0].startswith(f"{DISK}: full snapshot, about ")
    assert " at most 40 GiB and USD 0.69 a month" in lines[0]
    assert any(line.startswith(f"snapshot {own.id} ") and " left" in line for line in lines)
    cut = account.json("show", own.id)["creation_time"]
    assert lines[-1] == f"{own.id} keeps {DISK} as of {cut}"
    assert ownership_of(own) == BY_HAND


def test_several_disks_are_taken_side_by_side_and_each_has_a_series_of_its_own(account: Account) -> None:
    began = account.emulator.now()
    answers = account.json("take", DISK, DATA_DISK, DISK, "--yes")
    assert [(each["disk_id"], each["accomplished"]) for each in answers] == [(DISK, True), (DATA_DISK, True)]
    assert [each["series"] for each in answers] == [f"by-hand-of-{DISK}", f"by-hand-of-{DATA_DISK}"]
    assert [len(_taken(account, each)) for each in (DISK, DATA_DISK)] == [1, 1]
    assert account.emulator.now() - began < 120


def test_the_next_one_is_another_snapshot_and_pruning_the_series_removes_the_older(account: Account) -> None:
    assert account.run(*THIS, "--retention-days", "7").exit_code == 0
    assert account.run(*THIS).exit_code == 0
    old, new = _taken(account)
    assert (old.retention_days, new.retention_days) == (7, None)
    pruned = account.run("prune", "--series", f"by-hand-of-{DISK}", "--keep-last", "1", "--yes")
    assert pruned.exit_code == 0, pruned.output
    assert [each.id for each in _taken(account)] == [new.id]


def test_a_failure_of_one_disk_leaves_the_others_theirs_and_ends_with_one(account: Account) -> None:
    account.emulator.add_faults({"action": "CreateSnapshot", "code": "DiskInArrears", "times": 1})
    answer = account.run("take", DISK, DATA_DISK, "--yes")
    assert answer.exit_code == 1
    failed, good = (DISK, DATA_DISK) if _taken(account, DATA_DISK) else (DATA_DISK, DISK)
    (own,) = _taken(account, good)
    assert _taken(account, failed) == []
    assert f"{own.id} keeps {good} as of " in answer.stdout
    (error,) = [line for line in answer.stderr.splitlines() if line.startswith("error: ")]
    assert error.startswith(f"error: disk {failed}: CreateSnapshot of disk {failed} failed: ")
    assert error.endswith("Settle the account's balance.")


def test_what_ecs_would_refuse_of_one_disk_takes_nothing_of_any(account: Account) -> None:
    error = account.refused("take", DISK, NEVER_ATTACHED, "--yes")
    assert error == (
        f"error: nothing was taken: disk '{NEVER_ATTACHED}' has never been attached to an instance: attach it once, "
        "then take the snapshot"
    )
    assert account.mutations() == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("d-none",),
            "error: there is no disk d-none in cn-hangzhou. Correct the id, or give --region",
        ),
        (("web",), "error: DISK must be the id of a disk, such as d-bp67acfmxazb4p, got 'web'"),
        ((DISK, "--retention-days", "0"), "error: --retention-days must be 1 to 65536 days, got 0"),
    ],
)
def test_what_cannot_work_is_bad_input(account: Account, arguments: tuple[str, ...], sentence: str) -> None:
    assert account.refused("take", *arguments, "--yes").startswith(sentence)
    assert account.mutations() == []


def test_a_striped_volume_is_warned_of_only_where_a_disk_of_it_is_left_out(account: Account) -> None:
    account.emulator.add_seed({"disks": [{"id": "d-second", "instance_id": "i-demo"}]})
    assert "that this snapshot leaves out" in account.run("take", DATA_DISK, "--yes").stderr
    assert account.run("take", DATA_DISK, "d-second", "--yes").stderr == ""


def test_where_nobody_can_be_asked_nothing_is_taken(account: Account) -> None:
    answer = account.run("take", DISK)
    assert answer.exit_code == 2
    assert answer.stderr == "error: there is no terminal to ask. Give --yes to go on without a question.\n"
    assert account.mutations() == []


def test_who_does_not_agree_takes_nothing(live_account: Account) -> None:
    ours, theirs = pty.openpty()
    with live_account.running("take", DISK, DATA_DISK, stdin=theirs, terminal=theirs) as running:
        os.close(theirs)
        assert running.process.stderr is not None
        question = "Take snapshots of 2 disks? [y/N] "
        assert running.process.stderr.read(len(question)) == question
        os.write(ours, b"n\n")
        code, said, _ = running.ended()
        os.close(ours)
    assert (code, live_account.mutations()) == (0, [])
    assert "nothing was taken" in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_what_a_run_left_behind_is_taken_over_by_the_next(live_account: Account, number: int) -> None:
    live_account.emulator.add_seed({"lifecycle": {"snapshot_seconds": 10_000}})
    with live_account.running(*THIS) as running:
        running.until(lambda: bool(_taken(live_account)))
        running.signal(number)
        _, _, errors = running.ended()
    told = "what was begun goes on in the cloud: run the same command again within 15 min to take it over"
    assert (told in errors) is (number == signal.SIGINT)
    (begun,) = _taken(live_account)
    assert ownership_of(begun).being_created

    live_account.emulator.advance(10_000 - ADOPT_WITHIN / 2)
    with live_account.running(*THIS) as running:
        running.until(lambda: len(live_account.called("DescribeSnapshots")) > 3)
        live_account.emulator.advance(ADOPT_WITHIN)
        code, said, errors = running.ended()

    assert code == 0, errors
    assert f"{DISK}: adopts {begun.id} (" in said
    assert [each.id for each in _taken(live_account)] == [begun.id]
    assert live_account.called("CreateSnapshot") == ["CreateSnapshot"]


def test_what_was_cut_too_long_ago_is_not_now_and_another_one_is_taken(account: Account) -> None:
    assert account.run(*THIS).exit_code == 0
    (old,) = _taken(account)
    tags = {**old.tags, OWNERSHIP_TAG: "being-created"}
    account.emulator.world.put(replace(old, tags=tags))
    account.emulator.advance(ADOPT_WITHIN + 60)
    answer = account.run(*THIS)
    assert answer.exit_code == 0, answer.output
    assert "adopts" not in answer.stdout
    assert len(_taken(account)) == 2
