"""The list shows which snapshots there are, newest first, and what each is part of."""

from __future__ import annotations

import pytest
from account import DATA_DISK, DAY, DISK, SCOPE, SERIES, Account, in_stack, ledger_tags

from alicloud_snapshot_provider.ecs.wire_format import written_moment
from alicloud_snapshot_provider.ledger.intent import INTENT_TAG
from alicloud_snapshot_provider.ledger.proof import PROVEN_TAG

GROUP_SERIES = f"{SCOPE}/volume#0123456789"


def test_snapshots_are_listed_newest_first_with_their_facts(account: Account) -> None:
    account.keep("s-old", generation=1, age=3 * DAY)
    account.keep("s-new", generation=2, age=DAY)

    answer = account.run("list")

    assert answer.exit_code == 0, answer.output
    heading, new, old, _, total = answer.stdout.splitlines()
    assert heading.split("  ")[0] == "SNAPSHOT"
    assert heading.split() == [
        "SNAPSHOT",
        "DISK",
        "GEN",
        "AGE",
        "SIZE",
        "STATUS",
        "PROVEN",
        "USED",
        "BY",
        "KIND",
        "SERIES",
    ]
    assert new.split() == ["s-new", DISK, "2", "1", "d", "12", "GiB", "accomplished", "never", "-", "snapshot", SERIES]
    assert old.split()[:5] == ["s-old", DISK, "1", "3", "d"]
    assert total == "2 in all, at most 24 GiB and USD 0.42 a month"


def test_groups_sets_copies_and_automatic_snapshots_are_told_apart(account: Account) -> None:
    account.emulator.add_seed({"snapshot_groups": [{"id": "ssg-1", "tags": ledger_tags(GROUP_SERIES, 4)}]})
    account.keep("s-member", group_id="ssg-1")
    account.keep("s-auto", type="auto")
    account.keep("s-copy", source_snapshot_id="s-far", source_region_id="cn-beijing")
    account.keep("s-set-1", generation=7)
    account.keep("s-set-2", generation=7, disk_id=DATA_DISK)
    account.keep("s-hand")

    listed = {each["snapshot_id"]: each for each in account.json("list")}
    shown = account.run("list").stdout

    kinds = {snapshot_id: each["kind"] for snapshot_id, each in listed.items()}
    assert kinds == {
        "s-member": "group",
        "s-auto": "automatic",
        "s-copy": "copy",
        "s-set-1": "set",
        "s-set-2": "set",
        "s-hand": "snapshot",
    }
    assert {each["kind"] for each in account.json("list", "--disk", DATA_DISK)} == {"set"}
    member = listed["s-member"]
    assert (member["snapshot_group_id"], member["series"], member["generation"]) == ("ssg-1", GROUP_SERIES, 4)
    assert listed["s-copy"]["copy_of"] == "s-far"
    assert {"group ssg-1", "copy of s-far in cn-beijing", "set of 2"} <= {
        part for line in shown.splitlines() for part in line.split("  ")
    }


def test_who_may_not_list_groups_sees_their_members_as_snapshots(account: Account) -> None:
    account.emulator.add_seed({"snapshot_groups": [{"id": "ssg-1"}]})
    account.keep("s-member", group_id="ssg-1")
    account.emulator.add_faults({"action": "DescribeSnapshotGroups", "code": "Forbidden.RAM", "times": None})
    assert [each["kind"] for each in account.json("list")] == ["snapshot"]


def test_what_was_made_from_a_snapshot_is_named(account: Account) -> None:
    account.keep("s-1")
    account.emulator.add_seed(
        {
            "images": [{"id": "m-1", "disks": [{"snapshot_id": "s-1"}]}],
            "disks": [{"id": "d-from", "source_snapshot_id": "s-1"}],
        }
    )
    (listed,) = account.json("list")
    assert listed["used_by"] == {"images": ["m-1"], "disks": ["d-from"]}
    assert "image m-1, disk d-from" in account.run("list").stdout


def test_of_very_many_in_use_only_the_kinds_are_told(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alicloud_snapshot_provider.cli.list.MOST_NAMED", 1)
    for number in (1, 2):
        account.keep(f"s-{number}")
        account.emulator.add_seed({"images": [{"id": f"m-{number}", "disks": [{"snapshot_id": f"s-{number}"}]}]})
    assert [row.split()[9] for row in account.run("list").stdout.splitlines()[1:3]] == ["image", "image"]
    assert account.called("DescribeImages") == []


def test_a_snapshot_in_progress_shows_how_far_it_is(account: Account) -> None:
    account.emulator.add_seed({"lifecycle": {"snapshot_seconds": 100_000}})
    account.begin("s-1")
    account.emulator.advance(50_000)
    (_, row, *_) = account.run("list").stdout.splitlines()
    assert "  progressing 50 %, 13 h 53 min left  " in row


def test_a_disk_an_instance_and_a_series_choose(account: Account) -> None:
    account.keep("s-web", generation=1)
    account.keep("s-other", generation=1, series="backups")
    account.keep("s-data", disk_id=DATA_DISK)
    account.keep("s-stopped", disk_id="d-demo-efficiency")

    def ids(*arguments: str) -> set[str]:
        return {each["snapshot_id"] for each in account.json("list", *arguments)}

    assert ids() == {"s-web", "s-other", "s-data", "s-stopped"}
    assert ids("--disk", DISK) == {"s-web", "s-other"}
    assert ids("--instance", "i-demo") == {"s-web", "s-other", "s-data"}
    assert ids("--instance", "i-demo", "--disk", DATA_DISK) == {"s-data"}
    assert ids("--series", "backups") == {"s-other"}
    assert ids("--series", SERIES, "--disk", DATA_DISK) == set()


def test_each_region_is_listed_and_named(account: Account) -> None:
    account.keep("s-here")
    account.keep("s-there", disk_id="d-demo-beijing")

    answer = account.run("list", "--region", "cn-beijing", "--region", "cn-hangzhou")

    heading, *rows = answer.stdout.splitlines()
    assert heading.split()[2] == "REGION"
    assert {tuple(row.split()[:3]) for row in rows[:2]} == {
        ("s-here", DISK, "cn-hangzhou"),
        ("s-there", "d-demo-beijing", "cn-beijing"),
    }
    assert [each["snapshot_id"] for each in account.json("list", "--region", "cn-beijing")] == ["s-there"]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((), "no snapshots in cn-hangzhou"),
        (("--disk", "d-none"), "no snapshots of disk d-none in cn-hangzhou"),
        (("--series", "none", "--instance", "i-demo"), "no snapshots of series none of instance i-demo in cn-hangzhou"),
    ],
)
def test_an_empty_list_says_so(account: Account, arguments: tuple[str, ...], text: str) -> None:
    answer = account.run("list", *arguments)
    assert (answer.exit_code, answer.stdout.strip()) == (0, text)
    assert account.json("list", *arguments) == []


def test_in_a_stack_only_its_own_series_are_listed_by_the_names_of_their_resources(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_stack(monkeypatch, {"s-own": 1}, {SERIES: 1, "named": 1})
    account.keep("s-own", generation=2)
    account.keep("s-guard", generation=1, series=f"{SCOPE}/server:{DISK}#0123456789")
    account.keep("s-named", generation=1, series="named")
    account.keep("s-foreign", generation=1, series="project/other/web#0123456789")
    account.keep("s-hand")

    own = account.run("list").stdout
    assert [row.split()[0] for row in own.splitlines()[1:4]] == ["s-own", "s-named", "s-guard"]
    assert {row.split()[-1] for row in own.splitlines()[1:4]} == {"web", "named", f"server:{DISK}"}
    assert len(account.json("list", "--all")) == 5
    assert [each["snapshot_id"] for each in account.json("list", "--series", "web")] == ["s-own"]
    assert [each["snapshot_id"] for each in account.json("list", "--series", SERIES)] == ["s-own"]
    assert len(account.json("list", "--disk", DISK)) == 5
    assert account.run("list", "--series", "none").stdout == "no snapshots of series none in cn-hangzhou\n"


def test_an_empty_stack_says_so(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    in_stack(monkeypatch, {}, {})
    account.keep("s-hand")
    assert account.run("list").stdout == "no snapshots of this stack in cn-hangzhou\n"


def test_a_region_with_too_many_snapshots_asks_for_a_choice(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alicloud_snapshot_provider.overview.catalogue.MOST_LISTED", 1)
    account.keep("s-1")
    account.keep("s-2")
    assert account.refused("list") == (
        "error: there are more than 1 snapshots in cn-hangzhou. Choose some by their disk, instance or series."
    )
    assert len(account.json("list", "--disk", DISK)) == 2


def test_an_archived_snapshot_says_so(account: Account) -> None:
    account.keep("s-1", category="archive")
    assert "archived snapshot" in account.run("list").stdout
    assert [each["category"] for each in account.json("list")] == ["archive"]


def test_a_failed_snapshot_stores_and_costs_nothing(account: Account) -> None:
    account.keep("s-1", status="failed")
    (listed,) = account.json("list")
    assert (listed["status"], listed["gib_at_most"], listed["usd_a_month_at_most"]) == ("failed", 0, 0)


def test_a_series_that_a_terminal_would_obey_is_shown_instead(account: Account) -> None:
    account.keep("s-1", generation=1, series="a/b/\x1b[2J\u202ec#0123456789")

    printed = account.run("list").stdout

    assert "a/b/\\u001b[2J\\u202ec#0123456789" in printed
    assert "\x1b" not in printed


def test_each_says_when_it_was_proven_and_by_what(account: Account) -> None:
    at = written_moment(account.emulator.now() - 2 * DAY)
    account.keep("s-ours", generation=1, age=3 * DAY, tags={INTENT_TAG: f"{'0' * 32} {at} i-helper"})
    account.keep("s-theirs", age=4 * DAY, tags={PROVEN_TAG: f"{at} disk"})
    account.keep("s-never", age=5 * DAY)

    listed = {each["snapshot_id"]: (each["verified_at"], each["verified_by"]) for each in account.json("list")}

    assert listed == {"s-ours": (at, "i-helper"), "s-theirs": (at, "disk"), "s-never": ("", "")}
    _, ours, theirs, never, *_ = account.run("list").stdout.splitlines()
    assert "2 d ago  " in ours
    assert "2 d ago, unread" in theirs
    assert "never" in never
    assert f"{at} on i-helper" in account.run("show", "s-ours").stdout
    assert f"{at} by making a disk, unread" in account.run("show", "s-theirs").stdout
    assert "never: `alicloud-snapshot drill` restores it for a trial" in account.run("show", "s-never").stdout


def _schedule(account: Account) -> None:
    account.emulator.add_seed(
        {
            "auto_snapshot_policies": [{"id": "sp-1", "name": "nightly", "time_points": [1], "retention_days": 7}],
            "policy_associations": [{"policy_id": "sp-1", "disk_id": DISK}],
        }
    )


def test_what_ecs_takes_by_itself_of_a_listed_disk_is_told(account: Account) -> None:
    _schedule(account)
    account.keep("s-1")
    account.keep("s-2", disk_id=DATA_DISK)

    last = account.run("list").stdout.splitlines()[-1]
    listed = {each["snapshot_id"]: each["schedules"] for each in account.json("list")}

    assert last.startswith(f"{DISK}: automatic snapshots by nightly (sp-1): daily at 01:00 (UTC+8), next in ")
    assert last.endswith(", kept 7 d, not copied to another region")
    assert listed["s-2"] == []
    (schedule,) = listed["s-1"]
    assert schedule["next_run"].endswith("T01:00:00+08:00")
    assert (schedule["policy_id"], schedule["policy_name"], schedule["retention_days"]) == ("sp-1", "nightly", 7)
    assert (schedule["copied_to"], schedule["runs_due"], schedule["runs_missed"]) == ("", 0, 0)


def test_who_may_not_read_policies_gets_the_list_and_one_note(account: Account) -> None:
    _schedule(account)
    account.keep("s-1")
    account.emulator.add_faults({"action": "DescribeAutoSnapshotPolicyEx", "code": "Forbidden.RAM", "times": None})
    answer = account.run("list")
    assert (answer.exit_code, len(answer.stdout.splitlines())) == (0, 4)
    assert answer.stderr == (
        "automatic snapshot policies are not shown: allow ecs:DescribeAutoSnapshotPolicyEx and "
        "ecs:DescribeAutoSnapshotPolicyAssociations to this RAM user or role\n"
    )
