"""A rollback explains itself, asks, keeps what it overwrites, and leaves nothing half done however it ends."""

from __future__ import annotations

import os
import pty
import re
import signal
from typing import Any

import pytest
from account import DATA_DISK, DAY, DISK, INSTANCE, Account

from alicloud_snapshot_provider.errors import Unavailable
from alicloud_snapshot_provider.ledger.intent import SERIES_TAG
from alicloud_snapshot_provider.ledger.ownership import OF_ROLLBACK
from alicloud_snapshot_provider.rollbacks.instance_stop import MINUTE
from alicloud_snapshot_provider.rollbacks.rollback import RESTART_TAG, ROLLED_BACK_TAG, ROLLING_BACK_TAG, Rollback
from ecs_emulator import Seed, default_seed

GOOD = "s-good"
OLD_CONTENT = 1
THIS = ("rollback", DISK, "--to", GOOD)
STOPPING = (*THIS, "--stop-instance")
_DURATIONS = ("instance_starting_seconds", "instance_stopping_seconds", "disk_resetting_seconds")
_SLOWLY = {"lifecycle": {"snapshot_seconds": 1_000}}
_SLOW_RESET = {"lifecycle": {"disk_resetting_seconds": 120}}
MARKS = {RESTART_TAG, ROLLED_BACK_TAG, ROLLING_BACK_TAG}


@pytest.fixture
def seed() -> Seed:
    """Everything is quick, since each look at the emulator costs real time; interruptions need more of it."""
    return {**default_seed(), "lifecycle": dict.fromkeys(_DURATIONS, 4) | {"snapshot_seconds": 20}}


def _write(account: Account) -> int:
    """Keep what is on the disk as the good snapshot, write to the disk, and return what it then holds.

    The instance runs for minutes by then. ECS rounds its start time down to the minute: a snapshot of the same minute
    may be older than the start.
    """
    account.emulator.advance(2 * MINUTE)
    account.keep(GOOD, age=3 * DAY, content_version=account.disk.content_version)
    account.emulator.write_disk(DISK, 5)
    account.emulator.clear_log()
    return account.disk.content_version


def _safety(account: Account) -> list[Any]:
    """Return the safety snapshots, oldest first."""
    account.emulator.now()
    own = [each for each in account.emulator.world.snapshots if each.tags.get(SERIES_TAG) == f"rollback-of-{DISK}"]
    return sorted(own, key=lambda each: each.sequence)


def test_the_disk_goes_back_and_what_it_held_is_kept(account: Account) -> None:
    written = _write(account)

    answer = account.run(*STOPPING, "--yes")

    assert answer.exit_code == 0, answer.stderr
    (safety,) = _safety(account)
    assert (account.disk.content_version, safety.content_version) == (OLD_CONTENT, written)
    assert (account.instance.status, account.disk.status) == ("Running", "In_use")
    assert not MARKS & account.disk.tags.keys()
    cut = account.json("show", GOOD)["creation_time"]
    lines = answer.stdout.splitlines()
    assert lines[:5] == [
        f"EVERYTHING written to disk {DISK} after {cut} is lost by the rollback; only the safety snapshot keeps it",
        f"  rolls system disk {DISK}, 40 GiB, back to {GOOD} as of {cut}",
        "  takes a safety snapshot first; the newest 3 of them are kept",
        f"  stops instance {INSTANCE} meanwhile, and starts it again",
        "  the snapshot is 3 d old",
    ]
    assert [line for line in lines[5:] if not line.startswith(f"snapshot {safety.id}")] == [
        f"stopping instance {INSTANCE}",
        f"taking a safety snapshot of disk {DISK}",
        f"rolling disk {DISK} back to {GOOD}",
        f"starting instance {INSTANCE} again",
        f"disk {DISK} is back at {GOOD}",
        f"{safety.id} keeps what the disk held before; to undo: "
        f"alicloud-snapshot rollback {DISK} --to {safety.id} --region cn-hangzhou",
    ]
    assert any(" %, about " in line for line in lines)
    assert f"snapshot {safety.id} 100 %" in lines


def test_the_undo_that_it_names_brings_everything_back(account: Account) -> None:
    written = _write(account)
    assert account.run(*STOPPING, "--yes").exit_code == 0
    (safety,) = _safety(account)
    assert account.run("rollback", DISK, "--to", safety.id, "--stop-instance", "--yes").exit_code == 0
    assert account.disk.content_version == written


def test_a_stopped_instance_needs_no_option_and_stays_stopped(account: Account) -> None:
    _write(account)
    account.emulator.change_instance(INSTANCE, "Stopped")
    assert account.run(*THIS, "--yes").exit_code == 0
    assert (account.disk.content_version, account.instance.status) == (OLD_CONTENT, "Stopped")
    assert account.called("StopInstance", "StartInstance") == []


def test_programs_get_the_outcome_on_stdout(account: Account) -> None:
    _write(account)
    outcome = account.json(*STOPPING, "--yes")
    (safety,) = _safety(account)
    assert outcome == {
        "disk_id": DISK,
        "snapshot_id": GOOD,
        "region": "cn-hangzhou",
        "safety_snapshot_id": safety.id,
    }


def test_the_newest_three_safety_snapshots_stay(account: Account) -> None:
    _write(account)
    for number in (1, 2, 3):
        account.keep(
            f"s-{number}", generation=number, series=f"rollback-of-{DISK}", age=DAY - number, ownership=OF_ROLLBACK
        )
    assert account.run(*STOPPING, "--yes").exit_code == 0
    assert [each.id for each in _safety(account)][:2] == ["s-2", "s-3"]
    assert len(_safety(account)) == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            THIS,
            f"error: nothing was changed: disk '{DISK}' is attached to instance {INSTANCE}, which is Running: "
            "stop it, or give --stop-instance, which stops it and starts it again",
        ),
        (
            ("rollback", DISK, "--to", "s-none"),
            "error: nothing was changed: snapshot 's-none' is not in region cn-hangzhou: correct snapshot_id; disk",
        ),
        (
            ("rollback", DATA_DISK, "--to", GOOD, "--stop-instance"),
            f"error: nothing was changed: snapshot '{GOOD}' is of disk {DISK}, and only a snapshot of {DATA_DISK}",
        ),
        (
            ("rollback", "d-none", "--to", GOOD),
            "error: there is no disk d-none in cn-hangzhou. Correct the id, or give --region with the disk's own.",
        ),
        (
            ("rollback", "web", "--to", GOOD),
            "error: DISK must be the id of a disk, such as d-bp67acfmxazb4p, got 'web'",
        ),
        (("rollback", DISK, "--to", "web"), "error: --to must be the id of a snapshot, such as s-bp67acfmxazb4p, got"),
    ],
)
def test_what_ecs_would_refuse_is_bad_input_and_changes_nothing(
    account: Account, arguments: tuple[str, ...], sentence: str
) -> None:
    _write(account)
    assert account.refused(*arguments, "--yes").startswith(sentence)
    assert account.mutations() == []


def test_where_nobody_can_be_asked_nothing_is_changed(account: Account) -> None:
    _write(account)
    answer = account.run(*STOPPING)
    assert answer.exit_code == 2
    assert answer.stderr == "error: there is no terminal to ask. Give --yes to go on without a question.\n"
    assert account.mutations() == []


@pytest.mark.parametrize(("typed", "code"), [("n\n", 0), ("\n", 0), ("\x03", 130)])
def test_who_does_not_agree_changes_nothing(live_account: Account, typed: str, code: int) -> None:
    _write(live_account)
    ours, theirs = pty.openpty()
    by_ctrl_c = code == 130  # the terminal sends its signal to the process group of the command
    with live_account.running(*STOPPING, stdin=theirs, terminal=theirs, cold=by_ctrl_c) as running:
        os.close(theirs)
        assert running.process.stderr is not None
        question = f"Roll disk {DISK} back to {GOOD}? [y/N] "
        assert running.process.stderr.read(len(question)) == question
        os.write(ours, typed.encode())
        ended, said, errors = running.ended()
        os.close(ours)
    assert (ended, live_account.mutations()) == (code, [])
    assert ("nothing was changed" in said, "interrupted" in errors) == (code == 0, code == 130)


def test_a_failure_starts_the_instance_again_and_says_what_state_all_is_in(account: Account) -> None:
    written = _write(account)
    account.emulator.add_faults({"action": "ResetDisk", "code": "OperationDenied", "status": 403})

    answer = account.run(*STOPPING, "--yes")

    assert answer.exit_code == 1
    disk, instance, error = answer.stderr.splitlines()
    assert disk == f"disk {DISK} was not rolled back: run the same command again to begin anew"
    assert instance == f"instance {INSTANCE} is Running"
    assert error.startswith("error: ResetDisk of disk")
    assert (account.instance.status, account.disk.content_version) == ("Running", written)


def test_an_instance_that_does_not_start_again_is_named_with_how_to_start_it(account: Account) -> None:
    _write(account)
    account.emulator.add_faults({"action": "StartInstance", "code": "OperationDenied.NoStock", "times": None})

    answer = account.run(*STOPPING, "--yes")

    assert answer.exit_code == 1
    assert f"instance {INSTANCE} was stopped for it and is Stopped: start it by " in answer.stderr
    assert f"`aliyun ecs StartInstance --InstanceId {INSTANCE}`, or run the same command again" in answer.stderr
    account.emulator.clear_faults()
    again = account.run(*STOPPING, "--yes")
    assert again.exit_code == 0, again.stderr
    assert "an earlier run was interrupted once ECS had rolled the disk back" in again.stdout
    assert (account.instance.status, account.called("ResetDisk")) == ("Running", ["ResetDisk"])
    assert not MARKS & account.disk.tags.keys()


def test_where_the_state_cannot_be_read_after_a_failure_it_says_so(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut_off(_rollback: Rollback) -> None:
        account.emulator.add_faults({"action": "Describe*", "code": "Forbidden.RAM", "times": None})
        raise Unavailable("the line is dead")

    _write(account)
    monkeypatch.setattr(Rollback, "run", cut_off)
    answer = account.run(*STOPPING, "--yes")
    assert answer.exit_code == 1
    state, error = answer.stderr.splitlines()
    assert state.startswith(f"what state disk {DISK} is in could not be read: DescribeDisks of {DISK} failed: ")
    assert error == "error: the line is dead"


def _interrupted(
    account: Account, action: str, number: int = signal.SIGINT, command: tuple[str, ...] = STOPPING
) -> tuple[int, str, str]:
    """Press Ctrl-C right after ECS has had its first call of an action, and return how the command ends."""
    account.emulator.add_seed(_SLOWLY if action == "CreateSnapshot" else _SLOW_RESET)
    with account.running(*command, "--yes") as running:
        running.until(lambda: action in account.called(action))
        running.signal(number)
        return running.ended()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_before_ecs_has_accepted_leaves_the_disk_as_it_was_and_the_instance_running(
    live_account: Account, number: int
) -> None:
    written = _write(live_account)

    code, said, errors = _interrupted(live_account, "CreateSnapshot", number)

    assert code == 130, errors
    assert f"starting instance {INSTANCE} again" in said
    disk, instance, safety, end = errors.splitlines()
    assert disk == f"disk {DISK} was not rolled back: run the same command again to begin anew"
    assert instance == f"instance {INSTANCE} is Running"
    assert re.fullmatch(r"safety snapshot s-\w+ was cut off and is removed", safety)
    assert end == "interrupted"
    assert (live_account.instance.status, live_account.disk.content_version) == ("Running", written)
    assert (_safety(live_account), MARKS & live_account.disk.tags.keys()) == ([], set())


def test_ctrl_c_once_ecs_has_accepted_brings_the_rollback_to_its_end(live_account: Account) -> None:
    _write(live_account)

    code, _, errors = _interrupted(live_account, "ResetDisk")

    assert code == 130, errors
    assert errors.splitlines() == [
        f"ECS had accepted the rollback, so it was brought to its end: disk {DISK} is at {GOOD}",
        f"instance {INSTANCE} is Running",
        "interrupted",
    ]
    assert (live_account.instance.status, live_account.disk.content_version) == ("Running", OLD_CONTENT)
    assert not MARKS & live_account.disk.tags.keys()


def test_what_is_written_after_an_interruption_is_in_the_next_safety_snapshot(live_account: Account) -> None:
    """The interrupted run's own was cut before: adopting it would lose what came since."""
    _write(live_account)
    live_account.emulator.change_instance(INSTANCE, "Stopped")
    _, _, errors = _interrupted(live_account, "CreateSnapshot", command=THIS)
    (early,) = _safety(live_account)
    assert f"safety snapshot {early.id} goes on in the cloud and stays" in errors
    live_account.emulator.advance(2_000)
    live_account.emulator.add_seed({"lifecycle": {"snapshot_seconds": 20}})
    live_account.emulator.change_instance(INSTANCE, "Running")
    live_account.emulator.write_disk(DISK, 1)
    written = live_account.disk.content_version

    with live_account.running(*STOPPING, "--yes") as running:
        code, _, errors = running.ended()

    assert code == 0, errors
    kept, safety = _safety(live_account)
    assert (kept.id, safety.content_version) == (early.id, written)
    assert early.content_version < written
    assert live_account.disk.content_version == OLD_CONTENT


def test_a_run_that_was_killed_is_finished_by_the_next_without_a_second_rollback(live_account: Account) -> None:
    _write(live_account)
    live_account.emulator.add_seed(_SLOW_RESET)
    with live_account.running(*STOPPING, "--yes") as running:
        running.until(lambda: ROLLED_BACK_TAG in live_account.disk.tags)
        running.signal(signal.SIGKILL)
        running.ended()
    assert live_account.instance.status == "Stopped"

    with live_account.running(*STOPPING, "--yes") as running:
        code, said, errors = running.ended()

    assert code == 0, errors
    assert said.startswith("an earlier run was interrupted once ECS had rolled the disk back")
    assert live_account.called("ResetDisk") == ["ResetDisk"]
    assert (live_account.instance.status, live_account.disk.content_version) == ("Running", OLD_CONTENT)
    assert not MARKS & live_account.disk.tags.keys()


def test_an_instance_that_a_killed_run_left_stopped_is_announced_and_started_again(live_account: Account) -> None:
    _write(live_account)
    live_account.emulator.add_seed(_SLOWLY)
    with live_account.running(*STOPPING, "--yes") as running:
        running.until(lambda: bool(live_account.called("CreateSnapshot")))
        running.signal(signal.SIGKILL)
        running.ended()
    live_account.emulator.advance(2_000)
    live_account.emulator.add_seed({"lifecycle": {"disk_resetting_seconds": 4}})

    with live_account.running(*STOPPING, "--yes") as running:
        code, said, errors = running.ended()

    assert code == 0, errors
    assert f"instance {INSTANCE}, which an earlier run stopped, is started again at the end" in said
    assert live_account.instance.status == "Running"
    assert len(_safety(live_account)) == 1
