"""One snapshot is shown with everything that is known of it, and how to go back to it."""

from __future__ import annotations

import json

import pytest
from account import DATA_DISK, DAY, DISK, SCOPE, SERIES, Account, in_stack, ledger_tags


def _facts(account: Account, *arguments: str) -> dict[str, str]:
    """Return what is shown, by the first words of the lines."""
    answer = account.run("show", *arguments)
    assert answer.exit_code == 0, answer.stderr
    pairs = (line.strip().partition("  ") for line in answer.stdout.splitlines() if line.startswith("  "))
    return {name: value.strip() for name, _, value in pairs}


def test_a_snapshot_is_shown_with_its_facts_and_its_neighbours(account: Account) -> None:
    account.keep("s-1", generation=1, age=3 * DAY)
    account.keep("s-2", generation=2, age=2 * DAY, name="before", description="before the release", tags={"team": "a"})
    account.keep("s-3", generation=3, age=DAY)
    account.keep("s-foreign", age=1.5 * DAY)

    answer = account.run("show", "s-2")

    assert answer.stdout.splitlines()[0] == "s-2: accomplished, 2 d old"
    facts = _facts(account, "s-2")
    assert facts["disk"] == f"{DISK}, system disk of 40 GiB, of instance i-demo web-server, Running"
    assert facts["name"] == "before"
    assert facts["description"] == "before the release"
    assert facts["series"] == f"{SERIES}, generation 2"
    assert facts["before it"] == "s-1, 3 d old, generation 1, accomplished"
    assert facts["after it"] == "s-3, 1 d old, generation 3, accomplished"
    assert facts["size"] == "at most 12 GiB and USD 0.21 a month"
    assert facts["kept"] == "until somebody deletes it"
    assert facts["used by"] == "nothing: it can be deleted"
    assert facts["tags"] == "team=a"
    assert "state" not in facts
    assert answer.stdout.splitlines()[-4:] == [
        "to go back to it:",
        f"  its disk: alicloud-snapshot rollback {DISK} --to s-2 --region cn-hangzhou --stop-instance",
        "  new disk: alicloud-snapshot restore s-2 --region cn-hangzhou",
        '  by Pulumi: ecs.Disk("restored", snapshot_id="s-2", …)',
    ]


def test_programs_get_the_same_as_json(account: Account) -> None:
    account.keep("s-1", generation=1, age=3 * DAY, retention_days=7)
    account.keep("s-2", generation=2, age=DAY)
    account.emulator.add_seed({"images": [{"id": "m-1", "disks": [{"snapshot_id": "s-1"}]}]})

    shown = account.json("show", "s-1")

    assert (shown["snapshot_id"], shown["before"], shown["after"]) == ("s-1", "", "s-2")
    assert shown["used_by"] == {"images": ["m-1"], "disks": []}
    assert (shown["retention_days"], shown["locked_until"], shown["rollback_refused"]) == (7, "", [])
    assert (shown["instance_id"], shown["instance_status"], shown["disk_size_gib"]) == ("i-demo", "Running", 40)


def test_retention_users_storage_and_a_lock_are_told(account: Account) -> None:
    account.keep(
        "s-1",
        retention_days=30,
        lock={"duration_days": 10, "cool_off_hours": 0},
        encrypted=True,
        kms_key_id="key-1",
        resource_group_id="rg-demo",
        category="flash",
    )
    account.emulator.add_seed({"images": [{"id": "m-1", "disks": [{"snapshot_id": "s-1"}]}]})

    facts = _facts(account, "s-1")
    until = account.json("show", "s-1")["locked_until"]

    assert facts["kept"].startswith("for 30 days, until 20")
    assert facts["lock"] == f"until {until} nobody can delete it"
    assert facts["used by"] == "image m-1"
    assert facts["encrypted"] == "with KMS key key-1"
    assert facts["group"] == "rg-demo"
    assert facts["storage"] == "flash"


def test_a_lock_in_its_cool_off_says_until_when_it_can_be_undone(account: Account) -> None:
    account.keep("s-1", lock={"duration_days": 10, "cool_off_hours": 72})
    assert _facts(account, "s-1")["lock"].startswith("in its cool-off until 20")


def test_a_lock_that_may_not_be_read_is_left_out(account: Account) -> None:
    account.keep("s-1", lock={"duration_days": 10, "cool_off_hours": 0})
    account.emulator.add_faults({"action": "DescribeLockedSnapshots", "code": "Forbidden.RAM", "times": None})
    assert "lock" not in _facts(account, "s-1")


def test_a_copy_rolls_no_disk_back_and_says_so(account: Account) -> None:
    account.keep("s-1", source_snapshot_id="s-far", source_region_id="cn-beijing")
    facts = account.run("show", "s-1").stdout
    assert "copy of s-far in cn-beijing" in facts
    assert "  its disk: not possible: snapshot 's-1' is a copy of s-far, and a copy rolls no disk back" in facts


def test_a_snapshot_outlives_its_disk(account: Account) -> None:
    account.keep("s-1", disk_id="d-gone")
    shown = account.run("show", "s-1").stdout
    assert "d-gone, data disk of 40 GiB, which is not in cn-hangzhou any more" in shown
    assert "not possible: disk 'd-gone' is not in region cn-hangzhou: correct disk_id, or give --region with" in shown
    assert "alicloud-snapshot restore s-1 --region cn-hangzhou --zone ZONE --category CATEGORY" in shown


def test_a_member_of_a_group_or_a_set_names_it(account: Account) -> None:
    series = f"{SCOPE}/volume#0123456789"
    account.emulator.add_seed({"snapshot_groups": [{"id": "ssg-1", "tags": ledger_tags(series, 4)}]})
    account.keep("s-member", group_id="ssg-1")
    account.keep("s-set-1", generation=7)
    account.keep("s-set-2", generation=7, disk_id=DATA_DISK)
    assert _facts(account, "s-member")["kind"] == "group ssg-1"
    assert _facts(account, "s-member")["series"] == f"{series}, generation 4"
    assert _facts(account, "s-set-1")["kind"] == "set of 2"


def test_what_is_in_progress_is_no_way_back_yet(account: Account) -> None:
    account.emulator.add_seed({"lifecycle": {"snapshot_seconds": 100_000}})
    account.begin("s-1", disk_id="d-demo-efficiency")
    assert account.run("show", "s-1").stdout.splitlines()[-1] == "nothing can be made from it while it is progressing"


@pytest.mark.parametrize(("held", "text"), [({"s-1": 1}, "held by this stack"), ({}, "not held by this stack")])
def test_in_a_stack_it_says_whether_the_state_holds_it(
    account: Account, monkeypatch: pytest.MonkeyPatch, held: dict[str, int], text: str
) -> None:
    in_stack(monkeypatch, held, {SERIES: 1})
    account.keep("s-1", generation=1)
    facts = _facts(account, "s-1")
    assert (facts["state"], facts["series"]) == (text, "web, generation 1")


def test_it_is_found_in_whichever_region_it_is(account: Account) -> None:
    account.keep("s-1", disk_id="d-demo-beijing")
    assert _facts(account, "s-1", "--region", "cn-hangzhou", "--region", "cn-beijing")["region"] == "cn-beijing"


@pytest.mark.parametrize(
    ("snapshot", "sentence"),
    [
        (
            "s-none",
            "error: there is no snapshot s-none in cn-hangzhou. "
            "Correct the id, or give --region with the snapshot's own.",
        ),
        (
            "d-1",
            "error: SNAPSHOT must be the id of a snapshot, such as s-bp67acfmxazb4p, got 'd-1': "
            "take it from the snapshot's `id`",
        ),
    ],
)
def test_what_is_no_snapshot_is_bad_input(account: Account, snapshot: str, sentence: str) -> None:
    assert account.refused("show", snapshot) == sentence


def test_what_a_terminal_would_obey_in_a_name_description_or_tag_is_shown_instead(account: Account) -> None:
    hostile = "\x1b[2J\u202egnp\n  disk  none\x9b"
    account.keep("s-1", generation=1, name=hostile, description=hostile, tags={"team": hostile})

    facts = _facts(account, "s-1")

    harmless = "\\u001b[2J\\u202egnp\\u000a  disk  none\\u009b"
    assert (facts["name"], facts["description"], facts["tags"]) == (harmless, harmless, f"team={harmless}")
    assert facts["disk"].startswith(DISK)


def test_programs_get_hostile_text_escaped_and_read_it_unchanged(account: Account) -> None:
    account.keep("s-1", generation=1, name="a\u202eb\x9bc")

    printed = account.run("show", "s-1", "--output", "json").stdout

    assert '"snapshot_name": "a\\u202eb\\u009bc"' in printed
    assert json.loads(printed)["snapshot_name"] == "a\u202eb\x9bc"
