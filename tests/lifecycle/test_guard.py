"""Snapshots of everything that a change is about to touch, all of them safe before the change begins."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from cloud import Cloud

from alicloud_snapshot_provider.drills.spec import FILE_SYSTEM_CHECK, Check
from alicloud_snapshot_provider.ecs.models import SnapshotInfo
from alicloud_snapshot_provider.errors import Busy, DrillFailed, NotFound, Permanent, SnapshotFailed
from alicloud_snapshot_provider.guards.drill import GuardDrill
from alicloud_snapshot_provider.guards.guard import ADOPT_WITHIN, Guard, GuardRules, GuardTarget
from alicloud_snapshot_provider.ledger.intent import SERIES_TAG
from alicloud_snapshot_provider.ledger.ownership import ownership_in
from alicloud_snapshot_provider.ledger.proof import proof_of
from alicloud_snapshot_provider.snapshots.estimate import Price
from ecs_emulator.lifecycle import disks

REASON = "the update of web"
FIRST = "the disk's first snapshot: stores every used block"
KEEP = "keep the state of i-demo unchanged meanwhile: no stop, no restart; the disk's I/O is slightly slower meanwhile"


def guarded(*disk_ids: str, instance_id: str = "") -> GuardTarget:
    return GuardTarget(REASON, lambda disk_id: f"guard:{disk_id}", disk_ids, instance_id)


async def protect(cloud: Cloud, what: GuardTarget, **rules: Any) -> list[SnapshotInfo]:
    guard = Guard(cloud.region, GuardRules(**rules))
    return await guard.protect(what, progress=lambda _info: None, tell=cloud.notes.append)


async def preview(cloud: Cloud, what: GuardTarget) -> None:
    await Guard(cloud.region, GuardRules()).preview(what, tell=cloud.notes.append)


@pytest.mark.parametrize(
    "what", [guarded("d-demo-system", "d-demo-data"), guarded(instance_id="i-demo")], ids=["disks", "instance"]
)
async def test_every_disk_has_its_snapshot_before_the_change_and_is_named(cloud: Cloud, what: GuardTarget) -> None:
    started = cloud.clock.now()

    taken = await protect(cloud, what, retention_days=7, tags={"kept": "by the guard"})

    by_disk = {info.source_disk_id: info for info in taken}
    assert by_disk.keys() == {"d-demo-system", "d-demo-data"}
    assert all(info.accomplished for info in taken)
    assert cloud.clock.now() - started < 70, "they were taken one after the other"
    assert sorted(cloud.notes) == sorted(
        f"before {REASON}: {info.snapshot_id} keeps {disk} as of {info.creation_time}" for disk, info in by_disk.items()
    )
    record = cloud.record(by_disk["d-demo-data"].snapshot_id)
    assert (record.name, record.description, record.retention_days) == ("before-d-demo-data", f"before {REASON}", 7)
    assert (record.tags["kept"], record.tags[SERIES_TAG]) == ("by the guard", "guard:d-demo-data")


async def test_the_preview_says_the_cost_in_the_configured_currency(cloud: Cloud) -> None:
    guard = Guard(cloud.region, GuardRules(), Price(0.5, "CNY"))
    await guard.preview(guarded("d-demo-system"), tell=cloud.notes.append)
    assert "at most 40 GiB and CNY 20.00 a month" in cloud.notes[0]


async def test_a_snapshot_that_fails_keeps_the_change_from_beginning_and_the_other_one_stays(cloud: Cloud) -> None:
    cloud.emulator.add_faults({"action": "CreateSnapshot", "kind": "fail_snapshot"})

    with pytest.raises(SnapshotFailed, match="ended in status failed"):
        await protect(cloud, guarded("d-demo-system", "d-demo-data"))

    await cloud.clock.sleep(120)
    assert sorted(cloud.record(each).status for each in cloud.alive()) == ["accomplished", "failed"]


async def test_the_change_after_a_failure_takes_a_new_snapshot_and_removes_the_failed_one(cloud: Cloud) -> None:
    cloud.emulator.add_faults({"action": "CreateSnapshot", "kind": "fail_snapshot"})
    with pytest.raises(SnapshotFailed):
        await protect(cloud, guarded("d-demo-system"))

    (taken,) = await protect(cloud.restarted(), guarded("d-demo-system"))

    assert cloud.alive() == [taken.snapshot_id]


async def test_each_change_takes_a_new_snapshot_and_keep_last_stay(cloud: Cloud) -> None:
    taken = [(await protect(cloud, guarded("d-demo-system"), keep_last=2))[0].snapshot_id for _ in range(4)]

    assert cloud.alive() == taken[-2:]
    assert [note for note in cloud.notes if note.startswith("remove")] == [
        f"remove {snapshot_id} (generation {number}): 2 newer accomplished ones are kept"
        for number, snapshot_id in enumerate(taken[:2], start=1)
    ]


async def test_pruning_that_fails_does_not_keep_the_change_from_beginning(cloud: Cloud) -> None:
    await protect(cloud, guarded("d-demo-system"), keep_last=1)
    cloud.emulator.add_faults({"action": "DeleteSnapshot", "code": "Forbidden.RAM", "message": "No.", "times": None})
    old = cloud.alive()[0]

    await protect(cloud, guarded("d-demo-system"), keep_last=1)

    assert len(cloud.alive()) == 2
    assert cloud.notes[-1] == (
        f"older snapshots stay until the next guarded change: DeleteSnapshot of {old} failed: No."
    )


@pytest.mark.parametrize(("age", "new"), [(29 * 60, False), (31 * 60, True)])
async def test_min_age_says_how_long_an_earlier_snapshot_is_fresh_enough(cloud: Cloud, age: float, new: bool) -> None:
    (first,) = await protect(cloud, guarded("d-demo-system"), min_age=1_800)
    await cloud.clock.sleep(age - 24)

    (second,) = await protect(cloud.restarted(), guarded("d-demo-system"), min_age=1_800)

    assert (second.snapshot_id != first.snapshot_id) is new


@pytest.mark.parametrize("slow", [0.0, 600.0], ids=["a right clock", "a clock ten minutes slow"])
async def test_freshness_goes_by_the_clock_of_ecs(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, slow: float) -> None:
    """What this machine takes for 25 minutes is 35 of ECS's, whose answers tell their time."""
    (first,) = await protect(cloud, guarded("d-demo-system"), min_age=1_800)
    begun = await cloud.killed(protect(cloud, guarded("d-demo-data")))
    await cloud.clock.sleep(ADOPT_WITHIN - 300)
    machine = time.time
    monkeypatch.setattr("alicloud_snapshot_provider.ecs.transport.time.time", lambda: machine() - slow)
    later = cloud.restarted()
    (again,) = await protect(later, guarded("d-demo-data"), min_age=1_800)
    (second,) = await protect(later, guarded("d-demo-system"), min_age=ADOPT_WITHIN)

    assert (again.snapshot_id == begun) is (slow == 0)
    assert (second.snapshot_id == first.snapshot_id) is (slow == 0)


@pytest.mark.parametrize(("age", "adopted"), [(ADOPT_WITHIN - 100, True), (ADOPT_WITHIN + 100, False)])
async def test_what_an_interrupted_run_began_only_counts_while_it_is_fresh(
    cloud: Cloud, age: float, adopted: bool
) -> None:
    begun = await cloud.killed(protect(cloud, guarded("d-demo-system")))
    await cloud.clock.sleep(age)

    (taken,) = await protect(cloud.restarted(), guarded("d-demo-system"))

    assert (taken.snapshot_id == begun) is adopted
    assert not ownership_in(cloud.record(begun).tags).being_created
    assert len(cloud.alive()) == (1 if adopted else 2)


async def test_what_holds_nothing_or_cannot_be_kept_is_told_and_left_out(cloud: Cloud) -> None:
    assert await protect(cloud, guarded("d-demo-never-attached", "d-demo-local")) == []

    assert cloud.mutations() == []
    assert cloud.notes == [
        "d-demo-never-attached needs no snapshot: it has never been attached, so nothing was ever written to it",
        "d-demo-local is NOT protected: category local_ssd_pro has no snapshots",
    ]


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        (guarded("d-nowhere"), "there is no disk d-nowhere"),
        (guarded(instance_id="i-nowhere"), "instance i-nowhere has no disks"),
    ],
)
@pytest.mark.parametrize("act", [protect, preview])
async def test_a_guard_that_finds_nothing_to_protect_stops_the_change(
    cloud: Cloud, act: Any, what: GuardTarget, problem: str
) -> None:
    with pytest.raises(NotFound) as caught:
        await act(cloud, what)

    assert str(caught.value) == (
        f"{problem} in region cn-hangzhou, so no snapshot was taken before {REASON}\n"
        "  what to do: Run `pulumi refresh` if it was released outside Pulumi. Else set the guard's region, or remove "
        "the guard from this resource."
    )


async def test_a_disk_that_was_attached_once_is_protected(cloud: Cloud) -> None:
    cloud.emulator.add_seed({"disks": [{"id": "d-x", "attached_time": 1.0}]})

    (taken,) = await protect(cloud, guarded("d-x"))

    assert taken.source_disk_id == "d-x"


async def test_a_disk_that_is_being_detached_is_waited_for(cloud: Cloud) -> None:
    disk = cloud.emulator.world.disks.get("d-demo-data")
    disks.detach(cloud.emulator.world, disk, cloud.clock.now())

    (taken,) = await protect(cloud, guarded("d-demo-data"))

    assert taken.source_disk_id == "d-demo-data"


async def test_a_disk_that_stays_in_a_passing_state_stops_the_change(cloud: Cloud) -> None:
    disk = cloud.emulator.world.disks.get("d-demo-data")
    cloud.emulator.world.put(replace(disk, status="Detaching"))

    with pytest.raises(Busy) as caught:
        await protect(cloud, guarded("d-demo-data"))

    assert str(caught.value) == (
        f"disk d-demo-data is Detaching, so no snapshot was taken before {REASON}\n"
        "  what to do: Wait until the disk is In_use or Available, then run it again."
    )


async def test_a_preview_says_what_will_be_taken_and_takes_nothing(cloud: Cloud) -> None:
    await preview(cloud, guarded("d-demo-system"))

    assert cloud.notes == [
        f"before {REASON}: takes a snapshot:\n  full snapshot, about 1 min, at most 40 GiB and USD 0.69 a month\n"
        "  system disk d-demo-system, 40 GiB cloud_essd, of instance i-demo, without its other disks (d-demo-data)\n"
        f"  {FIRST}\n  {KEEP}"
    ]
    assert cloud.mutations() == []


async def test_a_preview_fails_where_the_snapshot_could_not_be_taken(cloud: Cloud) -> None:
    cloud.emulator.change_instance("i-demo", lock="security")

    with pytest.raises(Permanent) as caught:
        await preview(cloud, guarded("d-demo-system"))

    assert str(caught.value) == (
        f"the snapshot before {REASON} cannot be taken: disk 'd-demo-system' is attached to instance i-demo, which is "
        "locked for security: resolve the lock in the ECS console\n"
        "  what to do: Clear this up first: the change will not begin without its snapshot."
    )


async def test_a_disk_whose_detachment_begins_after_the_look_at_it_is_waited_for(cloud: Cloud) -> None:
    refused = {"action": "CreateSnapshot", "kind": "error", "code": "IncorrectDiskStatus", "status": 403, "times": 2}
    cloud.emulator.add_faults(refused)

    (info,) = await protect(cloud, guarded("d-demo-data"))

    assert info.accomplished
    assert [call.code for call in cloud.emulator.calls("CreateSnapshot")] == ["IncorrectDiskStatus"] * 2 + [None]


async def test_what_a_guard_took_is_proven_before_the_change_begins(cloud: Cloud) -> None:
    cloud.emulator.add_seed({"instances": [{"id": "i-helper"}]})
    helper = GuardDrill("i-helper", checks=(Check(name=FILE_SYSTEM_CHECK),))

    taken = await protect(cloud, guarded("d-demo-system", "d-demo-data"), drill=helper)

    assert {proof.by for info in taken if (proof := proof_of(cloud.record(info.snapshot_id)))} == {"i-helper"}
    assert any("was restored" in note for note in cloud.notes)
    assert not [disk for disk in cloud.emulator.world.disks if disk.source_snapshot_id]
    calls = len(cloud.called("CreateDisk"))
    await protect(cloud, guarded("d-demo-system", "d-demo-data"), drill=helper, min_age=3_600.0)
    assert len(cloud.called("CreateDisk")) == calls, "what was proven already was restored again"


async def test_a_guard_whose_snapshot_is_not_proven_lets_nothing_begin_and_prunes_nothing(cloud: Cloud) -> None:
    cloud.emulator.add_seed({"instances": [{"id": "i-helper"}]})
    (old,) = await protect(cloud, guarded("d-demo-system"), keep_last=1)
    disk = cloud.emulator.world.disks.get("d-demo-system")
    assert disk is not None
    cloud.emulator.world.put(replace(disk, damaged=True))
    helper = GuardDrill("i-helper", checks=(Check(name=FILE_SYSTEM_CHECK),))

    with pytest.raises(DrillFailed, match="check file-system on i-helper exited with code 124"):
        await protect(cloud, guarded("d-demo-system"), drill=helper, keep_last=1)

    assert old.snapshot_id in cloud.alive()
    assert not [disk for disk in cloud.emulator.world.disks if disk.source_snapshot_id]


async def test_the_preview_of_a_guard_says_the_drill_and_refuses_a_helper_that_is_not_there(cloud: Cloud) -> None:
    cloud.emulator.add_seed({"instances": [{"id": "i-helper"}]})
    checks = (Check(name=FILE_SYSTEM_CHECK),)
    guard = Guard(cloud.region, GuardRules(drill=GuardDrill("i-helper", checks=checks)))
    await guard.preview(guarded("d-demo-system"), tell=cloud.notes.append)
    assert cloud.notes[-1] == (
        f"before {REASON}: restores it to a temporary disk at i-helper, checks there (file-system) and deletes that; "
        "the change waits for that, or fails with it"
    )
    gone = Guard(cloud.region, GuardRules(drill=GuardDrill("i-gone", checks=checks)))
    with pytest.raises(Permanent, match=r"drill\.instance_id: instance 'i-gone' is not in region cn-hangzhou"):
        await gone.preview(guarded("d-demo-system"), tell=cloud.notes.append)
    assert cloud.mutations() == []
