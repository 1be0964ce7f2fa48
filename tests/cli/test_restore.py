"""A restore makes new disks beside the old ones: each once, all of a group's or none."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from typing import Any

import pytest
from account import DATA_DISK, DISK, INSTANCE, Account

from alicloud_snapshot_provider.ecs.client import EcsClient
from alicloud_snapshot_provider.ecs.models import SnapshotInfo
from alicloud_snapshot_provider.restores.spec import RESTORED_FROM_TAG, RESTORING_TAG
from ecs_emulator import Seed, default_seed

GOOD = "s-good"
GROUP = "ssg-good"
STOPPED = "i-demo-stopped"
THIS = ("restore", GOOD, "--yes")
ATTACHED = (*THIS, "--attach", INSTANCE)


@pytest.fixture
def seed() -> Seed:
    return {**default_seed(), "lifecycle": {"disk_creating_seconds": 8, "disk_attaching_seconds": 4}}


def _keep(account: Account, disk: str = DATA_DISK, snapshot_id: str = GOOD, **fields: Any) -> int:
    """Keep what is on a disk as a snapshot, write to the disk, and return what the snapshot holds."""
    kept = _disk(account, disk).content_version
    account.keep(snapshot_id, disk_id=disk, content_version=kept, **fields)
    account.emulator.write_disk(disk, 5)
    account.emulator.clear_log()
    return kept


def _group(account: Account) -> None:
    account.emulator.add_seed({"snapshot_groups": [{"id": GROUP, "instance_id": INSTANCE}]})
    _keep(account, DISK, "s-system", group_id=GROUP)
    _keep(account, DATA_DISK, "s-data", group_id=GROUP)


def _disk(account: Account, disk_id: str) -> Any:
    account.emulator.now()
    return account.emulator.world.disks.get(disk_id)


def _made(account: Account) -> list[Any]:
    """Return the disks that restores made, oldest first."""
    account.emulator.now()
    own = [each for each in account.emulator.world.disks if RESTORED_FROM_TAG in each.tags]
    return sorted(own, key=lambda each: each.sequence)


def test_a_new_disk_is_like_the_old_one_and_the_old_one_stays(account: Account) -> None:
    kept = _keep(account)
    before = _disk(account, DATA_DISK)

    answer = account.run(*THIS)

    assert answer.exit_code == 0, answer.output
    (new,) = _made(account)
    assert (new.zone_id, new.category, new.performance_level, new.size) == ("cn-hangzhou-h", "cloud_essd", "PL1", 100)
    assert (new.content_version, new.status, dict(new.tags)) == (kept, "Available", {RESTORED_FROM_TAG: GOOD})
    assert _disk(account, DATA_DISK) == before
    cut = account.json("show", GOOD)["creation_time"]
    assert answer.stdout.splitlines() == [
        f"new disk of 100 GiB cloud_essd PL1 in cn-hangzhou-h, from {GOOD} as of {cut}",
        f"  disk {DATA_DISK} stays as it is, In_use on {INSTANCE}",
        "  it is attached to nothing; it is billed until it is deleted",
        f"making a disk from {GOOD}",
        f"disk {new.id} holds {GOOD}",
    ]


def test_it_is_attached_beside_the_old_one_where_that_is_wished_and_outlives_the_instance(account: Account) -> None:
    _keep(account)
    (answer,) = account.json(*ATTACHED)
    (new,) = _made(account)
    assert answer == {
        "disk_id": new.id,
        "snapshot_id": GOOD,
        "source_disk_id": DATA_DISK,
        "region": "cn-hangzhou",
        "zone_id": "cn-hangzhou-h",
        "category": "cloud_essd",
        "size_gib": 100,
        "encrypted": False,
        "instance_id": INSTANCE,
    }
    assert (new.status, new.instance_id, new.delete_with_instance) == ("In_use", INSTANCE, False)
    assert _disk(account, DATA_DISK).instance_id == INSTANCE


def test_a_system_disk_becomes_a_data_disk_and_a_larger_or_encrypted_disk_stays_so(account: Account) -> None:
    _keep(account, DISK)
    account.emulator.add_seed({"disks": [{"id": "d-sealed", "encrypted": True, "kms_key_id": "key", "size": 60}]})
    account.keep("s-sealed", disk_id="d-sealed", disk_size=50, encrypted=True)
    assert "to boot from the snapshot, make an image of it" in account.run(*THIS).stdout
    assert ", encrypted in " in account.run("restore", "s-sealed", "--yes").stdout
    system, sealed = _made(account)
    assert system.type == "data"
    assert (sealed.encrypted, sealed.kms_key_id, sealed.size) == (True, "key", 60)


def test_where_the_old_disk_is_gone_the_options_say_what_the_new_one_is_like(account: Account) -> None:
    account.keep(GOOD, disk_id="d-gone", disk_size=30)
    assert account.refused(*THIS) == (
        "error: nothing was changed: disk d-gone is not in cn-hangzhou any more, so nobody knows what the new disk "
        "should be like: give --zone and --category"
    )
    assert account.run(*ATTACHED, "--category", "cloud_auto").exit_code == 0
    assert account.run(*THIS, "--category", "cloud_auto", "--zone", "cn-hangzhou-i").exit_code == 0
    first, second = _made(account)
    assert (first.zone_id, first.category, first.size, first.instance_id) == (
        "cn-hangzhou-h",
        "cloud_auto",
        30,
        INSTANCE,
    )
    assert (second.zone_id, second.status) == ("cn-hangzhou-i", "Available")


def test_each_restore_makes_a_disk_of_its_own_also_after_one_was_deleted(account: Account) -> None:
    _keep(account)
    assert account.run(*THIS).exit_code == 0
    (first,) = _made(account)
    account.emulator.world.remove(first)
    assert account.run(*THIS).exit_code == 0
    assert account.run(*THIS).exit_code == 0
    assert len({first.id, *(each.id for each in _made(account))}) == 3


def test_of_a_group_a_disk_is_made_from_each_snapshot(account: Account) -> None:
    _group(account)
    answers = account.json("restore", GROUP, "--attach", INSTANCE, "--yes")
    assert {each["snapshot_id"] for each in answers} == {"s-system", "s-data"}
    assert [each.status for each in _made(account)] == ["In_use", "In_use"]


def test_a_group_with_a_member_that_is_gone_is_not_restored_in_part(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody deletes the member between the look at the group and the look at its snapshots."""
    _group(account)
    listed = EcsClient.snapshots_by_id

    async def without_it(client: EcsClient, ids: Sequence[str]) -> list[SnapshotInfo]:
        return [each for each in await listed(client, ids) if each.snapshot_id != "s-data"]

    monkeypatch.setattr(EcsClient, "snapshots_by_id", without_it)
    assert account.refused("restore", GROUP, "--yes") == (
        f"error: nothing was changed: s-data of group {GROUP} is not there, and a group is restored whole or not at "
        "all. Restore the snapshots that you need one by one."
    )
    assert account.mutations() == []


def test_what_a_run_left_of_a_group_is_finished_by_the_next_with_no_disk_too_many(account: Account) -> None:
    _group(account)
    account.emulator.add_faults({"action": "AttachDisk", "code": "DiskInArrears", "nth": 2})
    account.emulator.add_faults({"action": "D*Disk", "code": "Forbidden.RAM", "times": None, "id": "no removal"})
    assert account.run("restore", GROUP, "--attach", INSTANCE, "--yes").exit_code == 1
    begun = {each.id for each in _made(account)}
    account.emulator.faults.clear()
    again = account.run("restore", GROUP, "--attach", INSTANCE, "--yes")
    assert again.exit_code == 0, again.output
    assert {each.id for each in _made(account)} == begun
    assert [each.status for each in _made(account)] == ["In_use"] * 2


@pytest.mark.parametrize(("action", "nth"), [("CreateDisk", 2), ("AttachDisk", 1), ("AttachDisk", 2)])
def test_where_one_of_a_group_fails_what_was_made_is_removed_again(account: Account, action: str, nth: int) -> None:
    _group(account)
    disks = {each.id for each in account.emulator.world.disks}
    account.emulator.add_faults({"action": action, "code": "DiskInArrears", "nth": nth})

    answer = account.run("restore", GROUP, "--attach", INSTANCE, "--yes")

    assert answer.exit_code == 1
    *removed, error = answer.stderr.splitlines()
    assert error.startswith(f"error: {action} of ")
    assert all("is removed again" in line for line in removed)
    assert len(removed) == (1 if action == "CreateDisk" else 2)
    account.emulator.now()
    assert {each.id for each in account.emulator.world.disks} == disks


def test_what_cannot_be_removed_is_named_and_the_same_command_goes_on_with_it(account: Account) -> None:
    _keep(account)
    account.emulator.add_faults({"action": "AttachDisk", "code": "DiskInArrears"})
    account.emulator.add_faults({"action": "DeleteDisk", "code": "Forbidden.RAM"})
    answer = account.run(*ATTACHED)
    assert answer.exit_code == 1
    (new,) = _made(account)
    assert f"disk {new.id} may stay: DeleteDisk of disk {new.id} failed: " in answer.stderr
    again = account.run(*ATTACHED)
    assert again.exit_code == 0, again.output
    assert f"adopts disk {new.id}, which an earlier run of this restore began" in again.stdout
    assert [(each.id, each.status) for each in _made(account)] == [(new.id, "In_use")]


@pytest.mark.parametrize("action", ["CreateDisk", "AttachDisk"])
def test_an_answer_that_is_lost_makes_nothing_twice(account: Account, action: str) -> None:
    _keep(account)
    account.emulator.add_faults({"action": action, "kind": "drop", "when": "after"})
    answer = account.run(*ATTACHED)
    assert answer.exit_code == 0, answer.output
    assert [(each.status, each.instance_id) for each in _made(account)] == [("In_use", INSTANCE)]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("s-none",), "error: there is no snapshot s-none in cn-hangzhou. Correct the id, or give --region with"),
        (("ssg-none",), "error: there is no snapshot group ssg-none in cn-hangzhou. Correct the id, or give --region"),
        (("web",), "error: SNAPSHOT must be the id of a snapshot, such as s-bp67acfmxazb4p, got 'web'"),
        ((GOOD, "--attach", "web"), "error: --attach must be the id of an instance, such as i-bp67acfmxazb4p"),
        ((GOOD, "--attach", "i-none"), "error: nothing was changed: instance i-none is not in cn-hangzhou: correct"),
        (
            (GOOD, "--attach", STOPPED, "--zone", "cn-hangzhou-h"),
            f"error: nothing was changed: instance {STOPPED} is in cn-hangzhou-i, not cn-hangzhou-h: leave --zone out",
        ),
        (("s-failed",), "error: nothing was changed: snapshot s-failed failed and holds nothing: name another one"),
        (("s-begun",), "error: nothing was changed: snapshot s-begun is progressing ("),
    ],
)
def test_what_cannot_work_is_bad_input_and_changes_nothing(
    account: Account, arguments: tuple[str, ...], sentence: str
) -> None:
    _keep(account)
    account.keep("s-failed", status="failed")
    account.begin("s-begun")
    assert account.refused("restore", *arguments, "--yes").startswith(sentence)
    assert account.mutations() == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"status": "Starting"}, "is Starting: bring the instance into state Running or Stopped"),
        ({"locks": ("security",)}, "is locked for security: resolve the lock in the ECS console"),
    ],
)
def test_an_instance_that_takes_no_disk_is_named(account: Account, change: dict[str, Any], sentence: str) -> None:
    _keep(account)
    account.emulator.add_seed({"instances": [{"id": "i-odd", "zone_id": "cn-hangzhou-h", **change}]})
    assert account.refused(*THIS, "--attach", "i-odd").endswith(sentence)


def test_where_nobody_can_be_asked_nothing_is_made(account: Account) -> None:
    _keep(account)
    answer = account.run("restore", GOOD)
    assert (answer.exit_code, account.mutations()) == (2, [])
    assert answer.stderr == "error: there is no terminal to ask. Give --yes to go on without a question.\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_what_a_run_left_behind_is_finished_by_the_next(live_account: Account, number: int) -> None:
    _keep(live_account)
    live_account.emulator.add_seed({"lifecycle": {"disk_creating_seconds": 10_000}})
    with live_account.running(*ATTACHED) as running:
        running.until(lambda: bool(_made(live_account)))
        running.until(lambda: live_account.called()[-1] == "DescribeDisks")
        running.signal(number)
        _, _, errors = running.ended()
    (begun,) = _made(live_account)
    assert RESTORING_TAG in begun.tags
    if number == signal.SIGINT:
        assert "run the same command again to go on with it" in errors
    live_account.emulator.advance(10_000)

    with live_account.running(*ATTACHED) as running:
        code, said, errors = running.ended()

    assert code == 0, errors
    assert said.startswith(f"adopts disk {begun.id}, which an earlier run of this restore began")
    assert [(each.id, each.status) for each in _made(live_account)] == [(begun.id, "In_use")]
    assert live_account.called("CreateDisk") == ["CreateDisk"]


def test_a_disk_that_was_in_use_before_is_never_removed(account: Account) -> None:
    """A killed run attached it, and somebody may have written to it since."""
    _group(account)
    account.emulator.add_faults({"action": "UntagResources", "code": "Forbidden.RAM"})
    assert account.run("restore", GROUP, "--attach", INSTANCE, "--yes").exit_code == 1
    attached, deleted = _made(account)
    account.emulator.world.remove(deleted)
    account.emulator.add_faults({"action": "CreateDisk", "code": "DiskInArrears"})
    assert account.run("restore", GROUP, "--attach", INSTANCE, "--yes").exit_code == 1
    assert [(each.id, each.status) for each in _made(account)] == [(attached.id, "In_use")]
