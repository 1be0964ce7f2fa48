"""Pruning says why each snapshot stays or goes, and removes what it said and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from account import DATA_DISK, DAY, SCOPE, SERIES, Account, in_stack, ledger_tags

from alicloud_snapshot_provider.ledger.keep import Keep
from alicloud_snapshot_provider.ledger.ownership import BEING_CREATED, OF_GUARD, RETAINED, Ownership, Phase, held_by
from alicloud_snapshot_provider.ledger.run import Rules

NEWEST = "it is among the newest 1"
OLD = "1 newer accomplished ones are kept"


def _history(account: Account, *generations: int, series: str = SERIES, **fields: Any) -> None:
    for generation in generations:
        account.keep(f"s-{generation}", generation=generation, series=series, age=DAY * (10 - generation), **fields)


def _fates(account: Account, *arguments: str) -> dict[str, tuple[str, str]]:
    return {each["id"]: (each["fate"], each["why"]) for each in account.json("prune", *arguments)}


def test_a_dry_run_gives_the_reason_for_each_and_changes_nothing(account: Account) -> None:
    _history(account, 1, 2, 3)

    answer = account.run("prune", "--series", SERIES, "--keep-last", "1", "--dry-run")

    assert answer.exit_code == 0, answer.stderr
    heading, *rows, _, total = answer.stdout.splitlines()
    assert heading.split() == ["SNAPSHOT", "GEN", "AGE", "SIZE", "FATE", "WHY", "SERIES"]
    assert [row.split("  ")[0] for row in rows] == ["s-3", "s-2", "s-1"]
    assert "keep    " + NEWEST in rows[0]
    assert "remove  " + OLD in rows[1]
    assert total == "1 stay, 2 go: at most 24 GiB and USD 0.42 a month less"
    assert account.mutations() == []


def test_what_was_shown_is_removed_once_somebody_is_sure(account: Account) -> None:
    _history(account, 1, 2, 3)
    account.keep("s-other", generation=1, series="other")
    account.keep("s-hand")

    answer = account.run("prune", "--series", SERIES, "--keep-last", "2", "--yes")

    assert answer.exit_code == 0, answer.stderr
    assert answer.stdout.splitlines()[-1] == "remove s-1 (generation 1): 2 newer accomplished ones are kept"
    assert account.alive() == {"s-3", "s-2", "s-other", "s-hand"}


def test_where_nobody_can_be_asked_nothing_is_removed(account: Account) -> None:
    _history(account, 1, 2)
    answer = account.run("prune", "--series", SERIES, "--keep-last", "1")
    assert answer.exit_code == 2
    assert answer.stderr == "error: there is no terminal to ask. Give --yes to go on without a question.\n"
    assert account.mutations() == []


def test_where_nothing_goes_nobody_is_asked(account: Account) -> None:
    _history(account, 1)
    answer = account.run("prune", "--series", SERIES, "--keep-last", "1")
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[-1] == "1 stay, 0 go: at most 0 GiB and USD 0.00 a month less"


@pytest.mark.parametrize("keep_last", ["1", "2", "256"])
def test_the_newest_accomplished_one_always_stays(account: Account, keep_last: str) -> None:
    _history(account, 1, 2)
    account.keep("s-failed", generation=3, age=60, status="failed")
    assert account.run("prune", "--series", SERIES, "--keep-last", keep_last, "--yes").exit_code == 0
    assert "s-2" in account.alive()
    assert "s-failed" not in account.alive()


def test_what_is_unfinished_in_use_or_locked_stays_and_says_why(account: Account) -> None:
    _history(account, 1, 2, 3, 4)
    account.keep("s-locked", generation=5, age=DAY, lock={"duration_days": 10, "cool_off_hours": 0})
    account.keep("s-6", generation=6, age=60)
    account.keep("s-begun", generation=7, age=30, ownership=BEING_CREATED)
    account.emulator.add_seed(
        {
            "images": [{"id": "m-1", "disks": [{"snapshot_id": "s-1"}]}],
            "disks": [{"id": "d-from", "source_snapshot_id": "s-2"}],
        }
    )

    fates = _fates(account, "--series", SERIES, "--keep-last", "1", "--yes")

    until = fates["s-locked"][1].removeprefix("it is locked until ")
    assert until.startswith("20")
    assert fates == {
        "s-begun": ("keep", "it is being created"),
        "s-6": ("keep", NEWEST),
        "s-locked": ("keep", f"it is locked until {until}"),
        "s-4": ("remove", OLD),
        "s-3": ("remove", OLD),
        "s-2": ("keep", "it is in use by disk d-from"),
        "s-1": ("keep", "it is in use by image m-1"),
    }
    assert account.alive() == {"s-1", "s-2", "s-6", "s-locked", "s-begun"}


def test_who_may_read_neither_locks_nor_groups_still_prunes(account: Account) -> None:
    _history(account, 1, 2)
    for action in ("DescribeLockedSnapshots", "DescribeSnapshotGroups"):
        account.emulator.add_faults({"action": action, "code": "Forbidden.RAM", "times": None})
    assert _fates(account, "--series", SERIES, "--keep-last", "1", "--dry-run")["s-1"] == ("remove", OLD)


def test_the_disks_of_a_set_stay_or_go_together(account: Account) -> None:
    for generation in (1, 2):
        _history(account, generation)
        account.keep(f"s-{generation}-data", generation=generation, disk_id=DATA_DISK, age=DAY * (10 - generation))
    (newer, older) = account.json("prune", "--series", SERIES, "--keep-last", "1", "--yes")
    assert (newer["fate"], sorted(newer["snapshot_ids"])) == ("keep", ["s-2", "s-2-data"])
    assert (older["fate"], sorted(older["snapshot_ids"])) == ("remove", ["s-1", "s-1-data"])
    assert account.alive() == {"s-2", "s-2-data"}


def test_a_group_goes_whole_or_not_at_all(account: Account) -> None:
    groups = [
        {"id": f"ssg-{number}", "tags": ledger_tags(SERIES, number), "creation_time": account.emulator.now() - age}
        for number, age in ((1, 3 * DAY), (2, 2 * DAY), (3, DAY))
    ]
    account.emulator.add_seed({"snapshot_groups": groups})
    for number in (1, 2, 3):
        account.keep(f"s-{number}", group_id=f"ssg-{number}")
        account.keep(f"s-{number}-data", group_id=f"ssg-{number}", disk_id=DATA_DISK)
    account.emulator.add_seed({"images": [{"id": "m-1", "disks": [{"snapshot_id": "s-1-data"}]}]})

    fates = _fates(account, "--series", SERIES, "--keep-last", "1", "--yes")

    assert fates == {
        "ssg-3": ("keep", NEWEST),
        "ssg-2": ("remove", OLD),
        "ssg-1": ("keep", "it is in use by image m-1"),
    }
    assert account.alive() == {"s-3", "s-3-data", "s-1", "s-1-data"}


def test_in_a_stack_every_series_is_pruned_as_declared_and_what_the_state_holds_stays(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = f"{SCOPE}/server:d-demo-system#0123456789"
    in_stack(monkeypatch, {"s-1": 1}, {SERIES: 1, "named": 2})
    _history(account, 1, 2, 3)
    for generation in (1, 2):
        account.keep(f"s-named-{generation}", generation=generation, series="named")
        account.keep(
            f"s-guard-{generation}", generation=generation, series=guard, age=DAY * (9 - generation), ownership=OF_GUARD
        )

    answer = account.run("prune", "--dry-run", "--output", "json")
    fates = _fates(account, "--dry-run")

    assert {name: fate for name, (fate, _) in fates.items()} == {
        "s-3": "keep",
        "s-2": "remove",
        "s-1": "keep",
        "s-named-1": "keep",
        "s-named-2": "keep",
    }
    assert fates["s-1"][1] == "the stack's state holds it"
    assert answer.stderr == (
        f"nothing says how many snapshots of series {guard} stay, so it is left alone; "
        "give --keep-last to prune it too\n"
    )
    assert _fates(account, "--dry-run", "--keep-last", "1")["s-guard-1"] == ("remove", OLD)
    assert set(_fates(account, "--series", "web", "--dry-run")) == {"s-1", "s-2", "s-3"}


@pytest.mark.parametrize(
    ("ownership", "unnamed", "named"),
    [
        (
            held_by("another"),
            "a state may hold it: `pulumi destroy` or `orphans` lets it go",
            "a state may hold it: `pulumi destroy` or `orphans` lets it go",
        ),
        (RETAINED, "it was retained: name its series with --series to judge it", OLD),
        (
            Ownership(Phase.HELD),
            "release 0.1.0 took it, and a state may hold it: name its series with --series to judge it",
            OLD,
        ),
    ],
    ids=["held by a state", "retained", "taken by an earlier release"],
)
def test_what_nobody_has_let_go_stays_and_says_why(
    account: Account, monkeypatch: pytest.MonkeyPatch, ownership: Ownership, unnamed: str, named: str
) -> None:
    in_stack(monkeypatch, {}, {SERIES: 1})
    _history(account, 1, ownership=ownership)
    _history(account, 2)
    assert _fates(account, "--dry-run")["s-1"] == ("keep", unnamed)
    assert _fates(account, "--series", SERIES, "--dry-run")["s-1"][1] == named


def test_a_stack_without_snapshots_has_nothing_to_prune(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    in_stack(monkeypatch, {}, {})
    assert account.run("prune").stdout == "no series to prune in cn-hangzhou\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "error: no series is known here. Give --series, or run it in a stack's folder."),
        (
            ("--series", "none", "--keep-last", "1"),
            "error: there is no series none in cn-hangzhou. "
            "Look it up with `alicloud-snapshot list`, or give --region with the series' own.",
        ),
        (("--series", SERIES), f"error: nothing says how many snapshots of series {SERIES} stay. Give --keep-last."),
        (
            ("--series", SERIES, "--keep-last", "0"),
            "error: --keep-last must be 1 to 256, the manual snapshots that ECS allows per disk, got 0: correct it",
        ),
    ],
)
def test_an_order_that_cannot_be_carried_out_is_bad_input(
    account: Account, arguments: tuple[str, ...], sentence: str
) -> None:
    _history(account, 1)
    assert account.refused("prune", *arguments) == sentence
    assert account.mutations() == []


def test_a_deletion_that_ecs_refuses_ends_with_one_and_says_what_went_before(account: Account) -> None:
    _history(account, 1, 2, 3)
    account.emulator.add_faults({"action": "DeleteSnapshot", "code": "Forbidden.RAM", "status": 403, "nth": 2})
    answer = account.run("prune", "--series", SERIES, "--keep-last", "1", "--yes")
    assert answer.exit_code == 1
    assert "remove s-2 (generation 2)" in answer.stdout
    assert answer.stderr.startswith("error: DeleteSnapshot of s-1")
    assert account.alive() == {"s-1", "s-3"}


def test_the_calendar_of_the_options_is_used_and_each_rule_named(account: Account) -> None:
    _history(account, 1, 2, 3, 4)
    options = ("--keep-daily", "2", "--keep-yearly", "1", "--keep-within", "36h", "--keep-timezone", "Asia/Shanghai")

    fates = _fates(account, "--series", SERIES, *options, "--dry-run")

    assert fates == {
        "s-4": ("keep", "kept by within 36h; daily 1 of 2; yearly 1 of 1"),
        "s-3": ("keep", "kept by within 36h; daily 2 of 2"),
        "s-2": ("remove", "no rule keeps it"),
        "s-1": ("remove", "no rule keeps it"),
    }
    assert account.mutations() == []
    assert _fates(account, "--series", SERIES, "--keep-daily", "2", "--keep-last", "3", "--dry-run")["s-2"] == (
        "keep",
        "it is among the newest 3",
    )


def test_the_calendar_that_the_stack_declares_is_used(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    _history(account, 1, 2, 3)
    in_stack(monkeypatch, {}, {SERIES: Rules(keep=(Keep(weekly=-1, last=2),))})

    assert _fates(account, "--dry-run")["s-2"] == ("keep", "kept by last 2 of 2")
    assert _fates(account, "--dry-run", "--keep-daily=-1")["s-1"] == ("keep", "kept by daily 3")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--keep-daily", "-2"], "--keep-daily must be 0 to 10000, or -1 for all, got -2: give the number that stays"),
        (["--keep-within", "4w"], "--keep-within must be years, months, days and hours, in this order, got '4w'"),
        (["--keep-daily", "0"], "--keep must have a rule above 0, got {'daily': 0}: give one of last, hourly"),
        (["--keep-timezone", "UTC"], "--keep must have a rule above 0, got {'timezone': 'UTC'}: give one of last"),
    ],
)
def test_a_calendar_that_cannot_work_is_refused(account: Account, options: list[str], text: str) -> None:
    answer = account.run("prune", "--series", SERIES, *options)
    assert answer.exit_code == 2
    assert text in answer.stderr
