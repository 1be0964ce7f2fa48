"""A drill from the command line explains itself, asks, proves what it restores, and leaves no disk."""

from __future__ import annotations

from typing import Any

import pytest
from account import DATA_DISK, DAY, DISK, SCOPE, SERIES, Account, in_stack, ledger_tags

from alicloud_snapshot_provider.drills.spec import DISK_NAME, DRILL_TAG, Drill
from alicloud_snapshot_provider.ledger.proof import proof_of
from ecs_emulator import Seed, default_seed

GOOD, HELPER = "s-good", "i-helper"
HELPED = ("--instance", HELPER, "--yes")


@pytest.fixture
def seed() -> Seed:
    """Everything is quick, since each look at the emulator costs real time."""
    durations = (
        "disk_creating_seconds",
        "disk_attaching_seconds",
        "disk_detaching_seconds",
        "command_delivery_seconds",
    )
    return {**default_seed(), "lifecycle": dict.fromkeys(durations, 2)}


@pytest.fixture
def drilled(account: Account) -> Account:
    account.emulator.add_seed({"instances": [{"id": HELPER}]})
    account.keep(GOOD, generation=1, age=DAY)
    return account


def _temporary(account: Account) -> list[str]:
    account.emulator.now()
    return [disk.id for disk in account.emulator.world.disks if disk.source_snapshot_id]


def _proof(account: Account, snapshot_id: str) -> str:
    return str(proof_of(account.emulator.world.snapshots[snapshot_id]))


def test_where_prices_are_in_another_currency_nothing_is_said_in_dollars(
    drilled: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured = {"alicloud-snapshot:pricePerGibMonth": "0.12", "alicloud-snapshot:currency": "CNY"}
    in_stack(monkeypatch, {}, {})
    monkeypatch.setattr("alicloud_snapshot_provider.cli.target.current_config", lambda: configured)
    answer = drilled.run("drill", GOOD, *HELPED)
    assert answer.stdout.splitlines()[0] == (
        f"makes 1 temporary disk of snapshot {GOOD}, 40 GiB cloud_essd, for 1 h at most"
    )
    assert "USD" not in answer.output


def test_a_snapshot_is_restored_checked_and_proven(drilled: Account) -> None:
    answer = drilled.run("drill", GOOD, *HELPED)

    assert answer.exit_code == 0, answer.stderr
    first, second, third, *steps, last = answer.stdout.splitlines()
    assert first.startswith(f"makes 1 temporary disk of snapshot {GOOD}, 40 GiB cloud_essd, at most about USD 0.01")
    assert second == f"attaches to {HELPER}, checks there (file-system), detaches and deletes"
    assert third.endswith("nothing that it makes stays")
    assert steps == [
        f"making a temporary disk of snapshot {GOOD}",
        f"attaching them to {HELPER}",
        "checking: file-system",
        "deleting the temporary disks",
    ]
    proof = _proof(drilled, GOOD)
    assert last == f"snapshot {GOOD}: restored {proof}: file-system; no temporary disk is left"
    assert _temporary(drilled) == []


def test_programs_get_the_proof_as_json(drilled: Account) -> None:
    said = drilled.json("drill", GOOD, *HELPED, "--command", "true", "--timeout", "30")
    assert said == {
        "snapshot_ids": [GOOD],
        "region": "cn-hangzhou",
        "verified_at": said["verified_at"],
        "verified_by": HELPER,
        "verified_checks": ["file-system", "command-1"],
        "recorded_on": [GOOD],
    }


def test_of_a_series_the_newest_accomplished_one_is_restored(drilled: Account) -> None:
    drilled.keep("s-newer", generation=2, age=60)
    drilled.keep("s-failed", generation=3, age=30, status="failed")
    assert drilled.json("drill", SERIES, *HELPED)["snapshot_ids"] == ["s-newer"]


def test_of_a_set_all_members_are_restored_together(drilled: Account) -> None:
    for disk in (DISK, "d-demo-data"):
        drilled.keep(f"s-{disk}", generation=2, age=60, disk_id=disk)
    assert drilled.json("drill", SERIES, *HELPED)["snapshot_ids"] == ["s-d-demo-data", f"s-{DISK}"]


def test_of_a_group_all_members_are_restored_together(drilled: Account) -> None:
    series = f"{SCOPE}/volume#0123456789"
    drilled.emulator.add_seed({"snapshot_groups": [{"id": "ssg-1", "tags": ledger_tags(series, 1)}]})
    for disk in (DISK, DATA_DISK):
        drilled.keep(f"s-{disk}", age=60, disk_id=disk, group_id="ssg-1")

    said = drilled.json("drill", series, *HELPED)

    assert said["snapshot_ids"] == said["recorded_on"] == [f"s-{DATA_DISK}", f"s-{DISK}"]
    assert drilled.called("CreateDisk", "RunCommand") == ["CreateDisk", "CreateDisk", "RunCommand"]
    assert _temporary(drilled) == []


def test_a_damaged_one_ends_with_one_sentence_and_code_1(drilled: Account) -> None:
    drilled.keep("s-damaged", damaged=True)
    answer = drilled.run("drill", "s-damaged", *HELPED)
    assert answer.exit_code == 1
    assert answer.stderr.startswith(
        "error: the restore drill of snapshot s-damaged failed: check file-system on i-helper"
    )
    assert _temporary(drilled) == []


def test_without_a_helper_it_says_that_nobody_has_read_the_disk(drilled: Account) -> None:
    answer = drilled.run("drill", GOOD, "--yes")
    assert answer.exit_code == 0, answer.stderr
    assert answer.stdout.splitlines()[-1] == (
        f"snapshot {GOOD}: restored {_proof(drilled, GOOD)}; no temporary disk is left"
    )


def test_where_nobody_can_be_asked_nothing_is_made(drilled: Account) -> None:
    answer = drilled.run("drill", GOOD, "--instance", HELPER)
    assert answer.exit_code == 2
    assert "Give --yes to go on without a question" in answer.stderr
    assert drilled.mutations() == []


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["s-gone"], "error: there is no snapshot s-gone in cn-hangzhou. Correct the id, or give --region with"),
        (["nightly"], "error: there is no accomplished snapshot of series nightly in cn-hangzhou. Look it up with"),
        ([GOOD, "--instance", "web"], "error: --instance must be the id of an instance, such as i-bp67acfmxazb4p, got"),
        ([GOOD, "--command", "true"], "error: --command needs a helper that runs it. Give --instance."),
        ([GOOD, "--instance", "i-gone"], "error: nothing was made: instance 'i-gone' is not in region cn-hangzhou"),
        (
            [GOOD, *HELPED, "--command", "a", "--timeout", "1"],
            "error: --command checks.command-1.timeout must be 10 to",
        ),
    ],
)
def test_what_cannot_work_is_one_sentence(drilled: Account, arguments: list[Any], text: str) -> None:
    assert drilled.refused("drill", *arguments).startswith(text)
    assert drilled.mutations() == []


def test_what_a_run_that_died_left_is_an_orphan_until_the_next_run_removes_it(drilled: Account) -> None:
    drill = {DRILL_TAG: Drill(snapshot_ids=(GOOD,), series=f"drill-of-{GOOD}").key}
    left = {"name": DISK_NAME, "tags": drill, "source_snapshot_id": GOOD, "size": 40}
    precious = {"id": "d-precious", "name": "restored", "tags": drill, "source_snapshot_id": GOOD}
    drilled.emulator.add_seed(
        {"disks": [{"id": "d-left", **left}, {"id": "d-held", "instance_id": HELPER, **left}, precious]}
    )

    found = drilled.run("orphans")
    told = {each["disk_id"]: each for each in drilled.json("orphans", code=3)}

    assert found.exit_code == 3
    assert "temporary disk d-left, 40 GiB, Available: a restore drill made it: its run died, or is" in found.stdout
    assert told.keys() == {"d-left", "d-held"}
    assert told["d-left"]["kind"] == "temporary disk"
    assert told["d-held"]["delete"] == (
        f"aliyun ecs DetachDisk --region cn-hangzhou --DiskId d-held --InstanceId {HELPER} && "
        "aliyun ecs DeleteDisk --region cn-hangzhou --DiskId d-held"
    )

    answer = drilled.run("drill", GOOD, *HELPED)

    assert "removed temporary disk d-left, which a dead run had left behind" in answer.stdout
    assert _temporary(drilled) == ["d-precious"]
    assert drilled.run("orphans").stdout.splitlines()[-1] == "no orphans in cn-hangzhou"
