"""What the next snapshot of a disk will be like is said before it is taken."""

from __future__ import annotations

import pytest
from account import DAY, DISK, Account


def test_the_first_snapshot_of_a_disk_is_full(account: Account) -> None:
    answer = account.run("estimate", DISK)
    assert answer.exit_code == 0
    assert answer.stdout.splitlines() == [
        "full snapshot, about 1 min, at most 40 GiB and USD 0.69 a month",
        f"system disk {DISK}, 40 GiB cloud_essd, of instance i-demo, without its other disks (d-demo-data)",
        "the disk's first snapshot: stores every used block",
        "keep the state of i-demo unchanged meanwhile: no stop, no restart; "
        "the disk's I/O is slightly slower meanwhile",
    ]
    assert answer.stderr == ""
    assert account.mutations() == []


def test_a_later_snapshot_is_incremental_and_names_the_one_before(account: Account) -> None:
    account.keep("s-1", age=3 * DAY)
    assert "stores what changed since s-1, 3 d old" in account.run("estimate", DISK).stdout
    facts = account.json("estimate", DISK)
    assert (facts["full"], facts["previous_snapshot_id"], facts["gib_at_most"]) == (False, "s-1", 40)
    assert (facts["instance_id"], facts["region"], facts["refused"]) == ("i-demo", "cn-hangzhou", [])
    assert facts["warnings"] == []


def test_the_price_is_that_of_the_stack(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    room = "alicloud_snapshot_provider.cli.target"
    monkeypatch.setattr(f"{room}.project_file", lambda folder: folder / "Pulumi.yaml")
    monkeypatch.setattr(f"{room}.current_config", lambda: {"alicloud-snapshot:pricePerGibMonth": "1"})
    monkeypatch.setattr(f"{room}.current_state", lambda _project: None)
    assert account.json("estimate", DISK)["usd_a_month_at_most"] == 40


def test_what_ecs_would_refuse_ends_with_one_and_the_reason(account: Account) -> None:
    assert account.refused("estimate", "d-demo-local", code=1) == (
        "error: ECS would refuse a snapshot: disk 'd-demo-local' has category local_ssd_pro, "
        "which has no snapshots: copy its data to a cloud disk"
    )
    assert len(account.json("estimate", "d-demo-local", code=1)["refused"]) == 1


@pytest.mark.parametrize(
    ("disk", "sentence"),
    [
        (
            "d-none",
            "error: there is no disk d-none in cn-hangzhou. Correct the id, or give --region with the disk's own.",
        ),
        (
            "s-1",
            "error: DISK must be the id of a disk, such as d-bp67acfmxazb4p, got 's-1': take it from the disk's `id`",
        ),
    ],
)
def test_what_is_no_disk_is_bad_input(account: Account, disk: str, sentence: str) -> None:
    assert account.refused("estimate", disk) == sentence
