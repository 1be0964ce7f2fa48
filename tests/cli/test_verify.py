"""`alicloud-snapshot verify` says what it will make, asks, and reports each row without what identifies the account."""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from typing import Any

import pytest
from account import DATA_DISK, DISK, INSTANCE, Account

from alicloud_snapshot_provider.rollbacks.instance_stop import RESTART_TAG
from alicloud_snapshot_provider.verification.bench import NAME, VERIFY_TAG
from alicloud_snapshot_provider.verification.instances import STOPPED_TAG
from alicloud_snapshot_provider.verification.outcome import Finding, Verdict
from alicloud_snapshot_provider.verification.run import Report, Verification
from alicloud_snapshot_provider.verification.table import ROWS

FEW = {"not-found-DeleteSnapshot", "never-attached", "renamed-early", "unknown-parameter"}
"""Rows that take few calls: each costs real time here, and `tests/lifecycle` probes them all."""
NAMED = ("--region", "cn-hangzhou", "--disk", DISK)


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    few = tuple(row for row in ROWS if row.id in FEW)
    monkeypatch.setattr("alicloud_snapshot_provider.verification.run.ROWS", few)


def made(account: Account) -> set[str]:
    account.emulator.now()
    world = account.emulator.world
    return {
        each.id
        for table in (world.snapshots, world.disks, world.images, world.snapshot_groups)
        for each in table
        if VERIFY_TAG in each.tags
    }


def test_it_says_what_it_makes_and_where_nobody_can_be_asked_makes_nothing(account: Account) -> None:
    answer = account.run("verify", *NAMED)

    assert answer.exit_code == 2
    assert answer.stdout.splitlines() == [
        f"works with disk {DISK}, 40 GiB cloud_essd, of instance i-demo, and changes nothing on it",
        "makes and deletes snapshots of it, at most 11 at once, 2 snapshot groups of it alone, 3 disks of 40 GiB, "
        "an empty disk of 20 GiB cloud_essd, an image",
        "takes about 10 min; costs at most about USD 0.03: what it makes is billed for 1 h",
        f"all of it has the tag {VERIFY_TAG}: what a run that was killed leaves, the next one on this disk removes",
        "stops no instance, resets no disk, locks nothing; the disk's I/O is slightly slower meanwhile",
    ]
    assert "Give --yes to go on without a question" in answer.stderr
    assert account.mutations() == []


@pytest.mark.usefixtures("_few")
def test_the_report_is_a_file_for_an_issue_that_names_no_id(account: Account) -> None:
    """What a killed run left is removed before, and a row that is contradicted ends it with 1."""
    left = {"id": "s-left", "disk_id": DISK, "name": NAME, "tags": {VERIFY_TAG: DISK}}
    account.emulator.add_seed({"snapshots": [left], "rules": {"contradicts": ["not-found-DeleteSnapshot"]}})

    answer = account.run("verify", *NAMED, "--yes", "--output", "json")

    assert answer.exit_code == 1, answer.stderr
    report: dict[str, Any] = json.loads(answer.stdout)
    assert {row["row"]: row["verdict"] for row in report["rows"]} == {
        "not-found-DeleteSnapshot": "contradicted",
        "never-attached": "confirmed",
        "renamed-early": "confirmed",
        "unknown-parameter": "not probed",
    }
    assert report["disk"] == {"category": "cloud_essd", "type": "system", "size_gib": 40, "attached": True}
    assert report["seconds"].keys() == {"listed", "listed_by_tag", "cut", "available", "accomplished"}
    assert report["left"] == 0
    assert not any(text in answer.stdout for text in (DISK, "i-demo", "s-bp", "emulator-key-id"))
    told = "contradicted: DeleteSnapshot of an id that does not exist answers InvalidSnapshotId.NotFound"
    assert f"{told} (answered OperationDenied)" in answer.stderr
    assert "removed s-left, which a verification that was killed had left" in answer.stderr
    assert made(account) == set()


def test_the_table_has_each_row_and_ends_with_the_counts(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(_verification: Verification) -> Report:
        return Report([Finding("cut", "It is cut", "documented", Verdict.CONFIRMED, "after 2 s")], {}, {})

    monkeypatch.setattr(Verification, "run", run)
    answer = account.run("verify", *NAMED, "--yes")
    assert answer.exit_code == 0, answer.stderr
    assert answer.stdout.splitlines()[-4:] == [
        "ROW  VERDICT    SOURCE      SEEN",
        "cut  confirmed  documented  after 2 s",
        "",
        "1 confirmed, 0 contradicted, 0 not probed",
    ]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--disk", "d-gone"], "error: there is no disk d-gone in cn-hangzhou. Correct --disk or --region."),
        (["--disk", "web"], "error: --disk must be the id of a disk"),
        (["--disk", "d-demo-local"], "error: nothing was made: "),
        (["--disk", DISK, "--copy-to", "cn-hangzhou"], "error: --copy-to names the region of the disk"),
    ],
)
def test_what_cannot_work_is_one_sentence(account: Account, arguments: list[str], text: str) -> None:
    assert account.refused("verify", "--region", "cn-hangzhou", *arguments, "--yes").startswith(text)
    assert account.mutations() == []


def _left_behind(account: Account) -> None:
    """Put into the account what a killed verification leaves, and beside it what only looks like that."""
    named, mark = {"name": NAME}, {VERIFY_TAG: DISK}
    account.emulator.add_seed(
        {
            "snapshots": [
                {"id": "s-left", "disk_id": DISK, "tags": mark, **named},
                {"id": "s-foreign", "disk_id": DISK, "tags": mark, "name": "nightly"},
                {"id": "s-of-another", "disk_id": DATA_DISK, "tags": mark, **named},
            ],
            "snapshot_groups": [{"id": "ssg-left", "instance_id": INSTANCE, "tags": mark, **named}],
            "disks": [
                {"id": "d-left", "size": 20, "tags": mark, **named},
                {"id": "d-in-use", "size": 20, "tags": mark, "instance_id": INSTANCE, **named},
            ],
            "images": [{"id": "m-left", "name": f"{NAME}-1", "tags": mark, "disks": [{"snapshot_id": "s-left"}]}],
        }
    )
    account.emulator.world.put(replace(account.disk, tags={STOPPED_TAG: DISK, RESTART_TAG: INSTANCE, "team": "web"}))
    account.emulator.change_instance(INSTANCE, status="Stopped")


@pytest.mark.usefixtures("_few")
def test_what_a_killed_run_left_is_named_by_orphans_until_the_next_run_removes_it(account: Account) -> None:
    _left_behind(account)

    found = account.run("orphans")
    records = account.json("orphans", code=3)

    assert found.exit_code == 3
    verify = "`alicloud-snapshot verify`"
    why = f"{verify} made it: its run died, or is still at work; the next run on the same disk removes it"
    aliyun = "aliyun ecs"
    assert found.stdout.splitlines() == [
        f"instance {INSTANCE}, stopped: {verify} stopped it: its run died, or is still at work; the next run starts it",
        f"  start: {aliyun} StartInstance --region cn-hangzhou --InstanceId {INSTANCE} && {aliyun} UntagResources "
        f"--region cn-hangzhou --ResourceType disk --ResourceId.1 {DISK} --TagKey.1 {RESTART_TAG} --TagKey.2 "
        f"{STOPPED_TAG}",
        f"image m-left: {why}",
        f"  delete: {aliyun} DeleteImage --region cn-hangzhou --ImageId m-left --Force true",
        f"snapshot group ssg-left: {why}",
        f"  delete: {aliyun} DeleteSnapshotGroup --region cn-hangzhou --SnapshotGroupId ssg-left",
        f"disk d-left, 20 GiB: {why}",
        f"  delete: {aliyun} DeleteDisk --region cn-hangzhou --DiskId d-left",
        f"snapshot s-left, 40 GiB: {why}",
        f"  delete: {aliyun} DeleteSnapshot --region cn-hangzhou --SnapshotId s-left --Force true",
        "no other orphans",
    ]
    names = ("instance_id", "image_id", "snapshot_group_id", "disk_id", "snapshot_id")
    assert [next(each[name] for name in names if each.get(name)) for each in records] == [
        INSTANCE,
        "m-left",
        "ssg-left",
        "d-left",
        "s-left",
    ]

    assert account.run("verify", *NAMED, "--yes").exit_code == 0

    assert account.run("orphans").stdout == "no orphans in cn-hangzhou\n"
    assert {"s-foreign", "s-of-another"} <= account.alive()
    assert account.emulator.world.disks.get("d-in-use") is not None
    assert (account.instance.status, dict(account.disk.tags)) == ("Running", {"team": "web"})


def test_who_may_list_snapshots_alone_gets_the_orphans_among_them(account: Account) -> None:
    _left_behind(account)
    for action in ("DescribeImages", "DescribeDisks"):
        account.emulator.add_faults({"action": action, "code": "Forbidden.RAM", "times": None})
    told = account.json("orphans", code=3)
    assert [each["kind"] for each in told] == ["snapshot group of a verification", "snapshot of a verification"]


def test_kill_9_leaves_what_orphans_names_and_ctrl_c_leaves_nothing(live_account: Account) -> None:
    with live_account.running("verify", *NAMED, "--yes") as command:
        command.until(lambda: "CreateDisk" in live_account.called())
        command.signal(signal.SIGKILL)
        assert command.ended()[0] == -signal.SIGKILL
    left = made(live_account)
    assert left
    told = live_account.json("orphans", code=3)
    assert {each["snapshot_id"] or each["snapshot_group_id"] or each["disk_id"] for each in told} == left

    made_before = live_account.called().count("CreateDisk")
    with live_account.running("verify", *NAMED, "--yes") as command:
        command.until(lambda: live_account.called().count("CreateDisk") > made_before)
        assert left & made(live_account) == set()
        command.signal(signal.SIGINT)
        code, _, errors = command.ended()
    assert code == 130
    assert errors.splitlines()[-1] == "interrupted"
    assert made(live_account) == set()
