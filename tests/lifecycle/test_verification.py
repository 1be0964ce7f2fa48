"""A verification finds the emulator as its table says, removes what it made, and nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from cloud import Cloud
from verifications import ESSD, rows, subject_of, verified

from alicloud_snapshot_provider.rollbacks.instance_stop import RESTART_TAG
from alicloud_snapshot_provider.verification.bench import _MADE, _REMOVED, NAME, VERIFY_TAG, Bench
from alicloud_snapshot_provider.verification.instances import STOPPED_TAG, start_again
from alicloud_snapshot_provider.verification.leftovers import Leftovers
from alicloud_snapshot_provider.verification.outcome import Verdict, redacted
from alicloud_snapshot_provider.verification.table import ROWS

MARK = {VERIFY_TAG: ESSD}


def everything(cloud: Cloud) -> set[str]:
    cloud.emulator.now()
    world = cloud.emulator.world
    tables = (world.snapshots, world.disks, world.images, world.snapshot_groups, world.instances)
    return {record.id for table in tables for record in table}


@pytest.mark.parametrize(
    "foreign",
    [
        {"name": NAME, "tags": {}},
        {"name": "nightly", "tags": MARK},
        {"name": NAME, "tags": {VERIFY_TAG: "d-demo-data"}},
        {"name": NAME, "tags": MARK, "disk_id": "d-demo-data"},
        {"name": NAME, "tags": {"alicloud-snapshot:series": ESSD}},
    ],
)
async def test_a_snapshot_that_no_verification_of_the_disk_made_stays(cloud: Cloud, foreign: dict[str, Any]) -> None:
    cloud.emulator.add_seed({"snapshots": [{"id": "s-foreign", "disk_id": ESSD, **foreign}]})
    before = everything(cloud)

    assert await Leftovers(Bench(await subject_of(cloud))).remove() == []

    assert everything(cloud) == before


@pytest.mark.parametrize(
    "foreign",
    [
        {"name": NAME, "tags": {}},
        {"name": "data", "tags": MARK},
        {"name": NAME, "tags": {VERIFY_TAG: "d-demo-data"}},
        {"name": NAME, "tags": MARK, "instance_id": "i-demo"},
    ],
)
async def test_a_disk_that_no_verification_of_the_disk_made_stays(cloud: Cloud, foreign: dict[str, Any]) -> None:
    cloud.emulator.add_seed({"disks": [{"id": "d-foreign", "size": 20, **foreign}]})
    before = everything(cloud)

    assert await Leftovers(Bench(await subject_of(cloud))).remove() == []

    assert everything(cloud) == before


@pytest.mark.parametrize("foreign", [{"name": NAME, "tags": {}}, {"name": "golden", "tags": MARK}])
async def test_an_image_that_no_verification_made_stays(cloud: Cloud, foreign: dict[str, Any]) -> None:
    cloud.emulator.add_seed({"images": [{"id": "m-foreign", "disks": [{"size": 20}], **foreign}]})
    before = everything(cloud)

    assert await Leftovers(Bench(await subject_of(cloud))).remove() == []

    assert everything(cloud) == before


async def test_the_named_disk_itself_stays_even_if_it_looks_like_a_leftover(cloud: Cloud) -> None:
    cloud.emulator.add_seed({"disks": [{"id": "d-odd", "name": NAME, "tags": {VERIFY_TAG: "d-odd"}, "size": 20}]})
    assert await Leftovers(Bench(await subject_of(cloud, "d-odd"))).remove() == []
    assert "d-odd" in everything(cloud)


async def test_what_a_killed_run_left_is_removed_by_the_next_one_and_named(cloud: Cloud) -> None:
    await cloud.take()
    before = everything(cloud)
    named = {"name": NAME, "tags": MARK}
    cloud.emulator.add_seed(
        {
            "snapshots": [{"id": "s-left", "disk_id": ESSD, "status": "progressing", **named}],
            "disks": [{"id": "d-left", "size": 20, **named}],
            "images": [{"id": "m-left", "name": f"{NAME}-1", "tags": MARK, "disks": [{"snapshot_id": "s-left"}]}],
        }
    )

    assert set(await Leftovers(Bench(await subject_of(cloud))).remove()) == {"m-left", "d-left", "s-left"}

    assert everything(cloud) == before


async def test_of_an_essd_every_row_that_is_probed_is_confirmed_and_nothing_is_left(cloud: Cloud) -> None:
    before = everything(cloud)
    other = cloud.regions.of(cloud.settings.in_region("cn-beijing"))
    report = await verified(cloud, copies_to=other, stops_instance=True)

    assert rows(report, Verdict.CONTRADICTED) == {}
    probed = {row.id for row in ROWS if not isinstance(row.how, str)}
    of_others = {"available-late", "instant-access-others", "at-once-others"}
    assert rows(report, Verdict.CONFIRMED).keys() == probed - of_others
    assert everything(cloud) == before
    assert report.left == {}


async def test_without_more_leave_nothing_is_copied_or_stopped(cloud: Cloud) -> None:
    report = await verified(cloud)

    open_rows = rows(report, Verdict.NOT_PROBED)
    assert open_rows["copy-chain"] == "no region was given: give --copy-to with one"
    assert open_rows["instance-stopped"] == "it stops the disk's instance: give --stop-instance to allow that"
    assert open_rows["available-late"] == "the disk is of the ESSD series: verify a disk of an older category for it"
    assert cloud.called("CopySnapshot", "RunCommand", "LockSnapshot", "ModifyDiskAttribute") == []
    effective = {call.action for call in cloud.emulator.calls(mutating=True) if call.status == 200}
    assert effective == {*_MADE, *_REMOVED, "ModifySnapshotAttribute", "TagResources"} - {"CopySnapshot"}


async def test_an_instance_that_was_stopped_runs_again_and_the_disk_has_its_own_tags(cloud: Cloud) -> None:
    report = await verified(cloud, stops_instance=True)
    assert rows(report, Verdict.CONFIRMED)["instance-stopped"] == "the snapshot was failed"
    instance, disk = cloud.emulator.world.instances.get("i-demo"), cloud.emulator.world.disks.get(ESSD)
    assert instance is not None
    assert disk is not None
    assert (instance.status, dict(disk.tags)) == ("Running", {})


async def test_an_instance_that_a_killed_run_left_stopped_is_started_by_the_next_one(cloud: Cloud) -> None:
    disk = cloud.emulator.world.disks.get(ESSD)
    assert disk is not None
    cloud.emulator.world.put(replace(disk, tags={STOPPED_TAG: ESSD, RESTART_TAG: "i-demo", "team": "web"}))
    cloud.emulator.change_instance("i-demo", status="Stopped")

    await start_again(Bench(await subject_of(cloud)))

    instance, disk = cloud.emulator.world.instances.get("i-demo"), cloud.emulator.world.disks.get(ESSD)
    assert instance is not None
    assert disk is not None
    assert (instance.status, dict(disk.tags)) == ("Running", {"team": "web"})


async def test_an_instance_that_a_rollback_keeps_stopped_stays_so(cloud: Cloud) -> None:
    disk = cloud.emulator.world.disks.get(ESSD)
    assert disk is not None
    cloud.emulator.world.put(replace(disk, tags={RESTART_TAG: "i-demo"}))
    cloud.emulator.change_instance("i-demo", status="Stopped")

    await start_again(Bench(await subject_of(cloud)))

    assert cloud.mutations() == []


@pytest.mark.parametrize("after", [6.0, 40.0])
async def test_a_cancellation_leaves_nothing(cloud: Cloud, after: float) -> None:
    before = everything(cloud)
    running = asyncio.ensure_future(verified(cloud, stops_instance=True))
    await cloud.clock.sleep(after)
    assert everything(cloud) > before
    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await running

    assert everything(cloud) == before
    instance = cloud.emulator.world.instances.get("i-demo")
    assert instance is not None
    assert instance.status == "Running"


async def test_an_action_that_is_not_allowed_leaves_its_rows_open(cloud: Cloud) -> None:
    cloud.emulator.add_faults({"action": "CreateImage", "code": "Forbidden.RAM", "times": None})
    report = await verified(cloud)
    assert rows(report, Verdict.CONTRADICTED) == {}
    reason = "the account may not call ecs:CreateImage (Forbidden.RAM)"
    assert rows(report, Verdict.NOT_PROBED)["under-image"] == reason


async def test_an_outage_contradicts_nothing_and_what_is_left_is_told(cloud: Cloud) -> None:
    before = everything(cloud)
    running = asyncio.ensure_future(verified(cloud))
    await cloud.clock.sleep(20.0)
    cloud.emulator.add_faults({"kind": "error", "code": "InternalError", "for_seconds": 90_000})
    report = await running

    assert rows(report, Verdict.CONTRADICTED) == {}
    assert "ECS gave no answer to judge by: InternalError" in rows(report, Verdict.NOT_PROBED).values()
    assert any("the next run removes it" in note for note in cloud.notes), cloud.notes

    cloud.emulator.clear_faults()
    await Leftovers(Bench(await subject_of(cloud))).remove()
    assert everything(cloud) == before


def test_nothing_that_identifies_an_account_is_in_what_is_told() -> None:
    told = (
        "s-bp1e8undp91b81wgzhrn of 1234567890123456 as LTAI5tExample by acs:ram::1234567890123456:user/ops, "
        "8906582E-6722-409A-A6C4-0E7863B733A5"
    )
    assert redacted(told) == "s-… of … as … by acs:… …"
