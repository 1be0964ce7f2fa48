"""`prune --by-hand` judges what was made by hand and nothing that anybody is known to hold, and only when asked."""

from __future__ import annotations

from typing import Any

import pytest
from account import DATA_DISK, DAY, SERIES, Account, in_stack, ledger_tags

from alicloud_snapshot_provider.cli.prune_by_hand import NOBODY_KNOWS
from alicloud_snapshot_provider.cli.stack_state import StackState, read_state
from alicloud_snapshot_provider.ledger.ownership import OWNERSHIP_TAG, held_by
from alicloud_snapshot_provider.overview.made_by_hand import HandPlan

OLD = "1 newer accomplished ones are kept"
NEWEST = "it is among the newest 1"
SURE = ("prune", "--by-hand", "--keep-last", "1", "--yes")


@pytest.fixture(autouse=True)
def _two_by_hand(account: Account) -> None:
    account.keep("s-new", age=DAY, name="before-the-release")
    account.keep("s-old", age=9 * DAY, name="monday")


def _fates(account: Account, *arguments: str) -> dict[str, tuple[str, str]]:
    asked = account.json("prune", "--by-hand", "--keep-last", "1", *(arguments or ("--dry-run",)))
    return {each["id"]: (each["fate"], each["why"]) for each in asked}


def test_each_is_named_with_the_reason_and_a_dry_run_changes_nothing(account: Account) -> None:
    answer = account.run("prune", "--by-hand", "--keep-last", "1", "--dry-run")
    heading, new, old, _, total = answer.stdout.splitlines()
    assert heading.split() == ["SNAPSHOT", "DISK", "NAME", "AGE", "SIZE", "FATE", "WHY"]
    assert new.split()[:3] + new.split()[-6:] == ["s-new", "d-demo-system", "before-the-release", *NEWEST.split()]
    assert f"remove  {OLD}" in old
    assert total == "1 stay, 1 go: at most 12 GiB and USD 0.21 a month less"
    assert answer.stderr == f"{NOBODY_KNOWS}\n"
    assert account.mutations() == []


def test_what_was_shown_is_removed_once_somebody_is_sure(account: Account) -> None:
    answer = account.run(*SURE)
    assert answer.exit_code == 0, answer.stderr
    assert answer.stdout.splitlines()[-1] == f"remove s-old: {OLD}"
    assert account.alive() == {"s-new"}


def test_without_being_asked_nothing_that_was_made_by_hand_is_judged(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.keep("s-1", generation=1, age=8 * DAY)
    account.keep("s-2", generation=2)
    in_stack(monkeypatch, {}, {SERIES: 1})
    assert account.run("prune", "--keep-last", "1", "--yes").exit_code == 0
    assert account.alive() == {"s-new", "s-old", "s-2"}


def test_where_nobody_can_be_asked_nothing_is_removed(account: Account) -> None:
    answer = account.run("prune", "--by-hand", "--keep-last", "1")
    assert answer.exit_code == 2
    assert answer.stderr.endswith("error: there is no terminal to ask. Give --yes to go on without a question.\n")
    assert account.mutations() == []


def test_the_rules_have_to_be_given(account: Account) -> None:
    assert account.refused("prune", "--by-hand", "--yes") == (
        "error: nothing says how many snapshots made by hand stay. Give --keep-last or another --keep option. "
        "The newest snapshot of each disk always stays."
    )
    assert account.refused(*SURE, "--series", SERIES) == (
        "error: snapshots made by hand have no series. Give either --by-hand or --series."
    )
    assert account.refused("prune", "--by-hand", "--keep-last", "0").startswith("error: --keep-last must be 1 to 256")
    assert account.refused(*SURE, "--disk", "web").startswith("error: --disk ")
    answer = account.run("prune", "--disk", DATA_DISK, "--series", SERIES)
    assert answer.exit_code == 2
    assert "--disk goes with --by-hand" in answer.stderr


@pytest.mark.parametrize(
    "fields",
    [
        {"tags": ledger_tags("project/other/web#0123456789", 1, held_by("somebody"))},
        {"tags": {OWNERSHIP_TAG: "held:somebody"}},
        {"tags": {"alicloud-snapshot:scope": "half-written"}},
        {"type": "auto"},
        {"type": "timer"},
        {"name": "auto2.0_20260101_sp-1"},
        {"source_snapshot_id": "s-far", "source_region_id": "cn-beijing"},
        {"status": "failed"},
    ],
    ids=str,
)
def test_what_somebody_else_is_known_to_hold_is_not_even_named(account: Account, fields: dict[str, Any]) -> None:
    account.keep("s-theirs", age=30 * DAY, **fields)
    assert set(_fates(account, "--yes")) == {"s-new", "s-old"}
    assert "s-theirs" in account.alive()


@pytest.mark.parametrize("tags", [{}, ledger_tags(SERIES, 1)])
def test_the_members_of_groups_stay_whoever_made_the_group(account: Account, tags: dict[str, str]) -> None:
    account.emulator.add_seed({"snapshot_groups": [{"id": "ssg-1", "tags": tags}]})
    account.keep("s-member", age=30 * DAY, group_id="ssg-1")
    assert account.run(*SURE).exit_code == 0
    assert account.alive() == {"s-new", "s-member"}


def test_who_may_not_list_groups_removes_nothing(account: Account) -> None:
    account.emulator.add_faults({"action": "DescribeSnapshotGroups", "code": "Forbidden.RAM", "times": None})
    answer = account.run(*SURE)
    assert answer.exit_code == 1
    assert "DescribeSnapshotGroups" in answer.stderr
    assert account.mutations() == []


def test_what_the_stacks_state_names_stays_whichever_tool_holds_it(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = {"type": "alicloud:ecs/ecsSnapshot:EcsSnapshot", "urn": "urn:pulumi:stack::project::x::y", "id": "s-old"}
    state = read_state({"deployment": {"resources": [resource]}})
    in_stack(monkeypatch, {}, {})
    monkeypatch.setattr("alicloud_snapshot_provider.cli.target.current_state", lambda _project: state)
    assert _fates(account, "--yes")["s-old"] == ("keep", "the stack's state holds it")
    assert "s-old" in account.alive()


def test_a_state_names_snapshots_wherever_they_stand_in_it() -> None:
    image = {"type": "alicloud:ecs/image:Image", "id": "m-1", "inputs": {"disks": [{"snapshotId": "s-deep"}]}}
    assert read_state({"deployment": {"resources": [image]}}).named == {"s-deep"}
    assert StackState(read_state({"deployment": {}}).claims).named == frozenset()


def test_what_is_in_use_or_locked_stays_and_says_why(account: Account) -> None:
    account.keep("s-locked", age=20 * DAY, lock={"duration_days": 30, "cool_off_hours": 0})
    account.emulator.add_seed({"images": [{"id": "m-1", "disks": [{"snapshot_id": "s-old"}]}]})
    fates = _fates(account, "--yes")
    assert fates["s-old"] == ("keep", "it is in use by image m-1")
    assert fates["s-locked"][1].startswith("it is locked until 20")
    assert account.alive() == {"s-new", "s-old", "s-locked"}


def test_the_newest_of_each_disk_stays_and_a_disk_can_be_chosen(account: Account) -> None:
    account.keep("s-data-new", age=2 * DAY, disk_id=DATA_DISK)
    account.keep("s-data-old", age=3 * DAY, disk_id=DATA_DISK)
    assert account.run(*SURE, "--disk", DATA_DISK).exit_code == 0
    assert account.alive() == {"s-new", "s-old", "s-data-new"}


def test_what_is_taken_over_after_the_question_stays(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    carried_out = HandPlan.carry_out

    async def adopt_first(plan: HandPlan, tell: Any) -> None:
        await plan.region.client.tag("snapshot", ["s-old"], held_by("somebody").tags)
        await carried_out(plan, tell)

    monkeypatch.setattr(HandPlan, "carry_out", adopt_first)
    assert account.run(*SURE).stdout.splitlines()[-1] == "keep s-old: somebody has taken it over since"
    assert account.alive() == {"s-new", "s-old"}


def test_what_comes_into_use_after_the_question_stays(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    carried_out = HandPlan.carry_out

    async def use_first(plan: HandPlan, tell: Any) -> None:
        account.emulator.add_seed({"images": [{"id": "m-1", "disks": [{"snapshot_id": "s-old"}]}]})
        await carried_out(plan, tell)

    monkeypatch.setattr(HandPlan, "carry_out", use_first)
    assert "keep s-old for now: snapshot s-old is in use by image m-1" in account.run(*SURE).stdout
    assert account.alive() == {"s-new", "s-old"}


def test_where_there_is_nothing_made_by_hand_it_says_so(account: Account) -> None:
    assert account.run(*SURE, "--disk", DATA_DISK).stdout == "no snapshots made by hand in cn-hangzhou\n"
