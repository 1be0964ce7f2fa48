"""`archive_after`: the first update, or replacement, that comes late enough moves snapshots to the archive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from typing import Any

import pytest
from cloud import SERIES, Cloud, open_cloud

from alicloud_snapshot_provider.copies.resource import SnapshotCopyResource
from alicloud_snapshot_provider.errors import InvalidInput, NotFound, Rejected, WaitTimeout
from alicloud_snapshot_provider.nouns.noun import Checked, Difference
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN
from alicloud_snapshot_provider.sets.resource import SnapshotSetResource
from ecs_emulator import default_seed

DAY = 86_400.0
NO_WAY_BACK = (
    "an archive cannot be made standard again nor copied, its retention cannot be extended, and 60 days of it are "
    "billed at least"
)


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    """A cloud that archives in ten minutes instead of an hour: a look in the middle of a wait is like any other."""
    async with open_cloud({**default_seed(), "lifecycle": {"archiving_seconds": 600}}) as cloud:
        yield cloud


async def taken(cloud: Cloud, *, days: float = 0.0, **arguments: Any) -> dict[str, Any]:
    """Take a snapshot that is to be archived after 14 days, and let days pass."""
    outputs = await cloud.take(archive_after=14, **arguments)
    cloud.clock.advance(days * DAY)
    cloud.emulator.clear_log()
    return outputs


async def rechecked(cloud: Cloud, before: dict[str, Any], now: dict[str, Any]) -> Checked:
    """Check the inputs of a resource that exists, as the engine does before each diff."""
    return await cloud.snapshots.check(await cloud.inputs_before(**before), declared(**now))


def declared(**arguments: Any) -> dict[str, Any]:
    return {"disk_id": "d-demo-system", "series": SERIES, **arguments}


async def both(work: Coroutine[Any, Any, Any], meanwhile: Coroutine[Any, Any, None]) -> None:
    """Run two things side by side, and raise what the first raises."""
    beside = asyncio.ensure_future(meanwhile)
    try:
        await work
    finally:
        await beside


async def updated(cloud: Cloud, outputs: dict[str, Any], **arguments: Any) -> dict[str, Any]:
    inputs = await cloud.inputs_before(archive_after=14, **arguments)
    return await cloud.snapshots.update(outputs["snapshot_id"], outputs, inputs, cloud.operation())


async def test_an_old_snapshot_is_updated_into_the_archive_and_stays_there(cloud: Cloud) -> None:
    outputs = await taken(cloud, days=15)
    inputs = await cloud.inputs(archive_after=14)

    assert cloud.snapshots.diff(outputs, inputs) == Difference([], ["category"])
    after = await updated(cloud, outputs)

    assert (after["category"], after["archive_after"], after["retention_days"]) == ("archive", 14, None)
    assert cloud.record(outputs["snapshot_id"]).category == "archive"
    assert cloud.mutations() == ["ModifySnapshotCategory"]
    assert not cloud.snapshots.diff(after, inputs).any


async def test_a_younger_snapshot_is_left_as_it_is(cloud: Cloud) -> None:
    outputs = await taken(cloud, days=13)

    assert not cloud.snapshots.diff(outputs, await cloud.inputs(archive_after=14)).any
    assert (await updated(cloud, outputs, description="young"))["category"] == "standard"
    assert "ModifySnapshotCategory" not in cloud.mutations()


async def test_an_archive_keeps_the_retention_that_the_update_gives_it(cloud: Cloud) -> None:
    outputs = await taken(cloud, days=15, retention_days=100)

    after = await updated(cloud, outputs, retention_days=200)

    assert (after["category"], after["retention_days"]) == ("archive", 200)


async def test_what_is_foreseen_of_the_update_is_that_it_is_archived(cloud: Cloud) -> None:
    outputs = await taken(cloud, days=15)

    foreseen = cloud.snapshots.preview(outputs, await cloud.inputs(archive_after=14))

    assert (foreseen["category"], foreseen["instant_access"]) == ("archive", UNKNOWN)
    assert cloud.snapshots.preview({}, await cloud.inputs(archive_after=14))["category"] is UNKNOWN


async def test_a_replacement_archives_what_is_old_enough_of_the_history(cloud: Cloud) -> None:
    first = await taken(cloud, triggers=1, keep_last=3)
    cloud.clock.advance(10 * DAY)
    second = await cloud.take(archive_after=14, triggers=2, keep_last=3)
    await cloud.retire(first)
    cloud.clock.advance(10 * DAY)
    third = await cloud.take(archive_after=14, triggers=3, keep_last=3)

    await cloud.retire(second, keep_last=3)
    cloud.clock.advance(DAY)
    cloud.emulator.now()

    members = [first, second, third]
    assert [cloud.record(each["snapshot_id"]).category for each in members] == ["archive", "standard", "standard"]
    assert f"archives {first['snapshot_id']}, which is kept from {first['creation_time']}" in cloud.notes


async def test_an_update_archives_the_history_too(cloud: Cloud) -> None:
    first = await taken(cloud, triggers=1)
    second = await cloud.take(archive_after=14, triggers=2, keep_last=2)
    await cloud.retire(first)
    cloud.clock.advance(15 * DAY)

    await updated(cloud, second, triggers=2)

    assert cloud.called("ModifySnapshotCategory") == ["ModifySnapshotCategory"] * 2
    assert f"archives {first['snapshot_id']}, which is kept from {first['creation_time']}" in cloud.notes


async def test_history_that_ecs_refuses_to_archive_stays_and_is_named(cloud: Cloud) -> None:
    first = await taken(cloud, triggers=1, retention_days=80)
    second = await cloud.take(archive_after=14, triggers=2, keep_last=2)
    cloud.clock.advance(15 * DAY)
    cloud.emulator.add_faults({"action": "ModifySnapshotCategory", "code": "Forbidden.RAM"})

    await cloud.retire(first, keep_last=2)

    (refused,) = [note for note in cloud.notes if "stays standard" in note]
    assert refused.startswith(f"{first['snapshot_id']} stays standard for now: ModifySnapshotCategory of ")
    assert second["snapshot_id"] in cloud.alive()


async def test_archiving_that_an_earlier_run_began_is_waited_for(cloud: Cloud) -> None:
    outputs = await taken(cloud, days=15)
    await cloud.killed(updated(cloud, outputs), after=30.0)
    assert cloud.record(outputs["snapshot_id"]).category == "standard"

    after = await updated(cloud.restarted(), outputs)

    assert after["category"] == "archive"
    assert [call.code for call in cloud.emulator.calls("ModifySnapshotCategory")] == [
        None,
        "InvalidStatus.SnapshotInArchive",
    ]


async def test_a_wait_that_takes_too_long_says_that_it_goes_on(cloud: Cloud) -> None:
    outputs = await taken(cloud, days=15)
    inputs = await cloud.inputs(archive_after=14)

    with pytest.raises(WaitTimeout) as caught:
        await cloud.snapshots.update(outputs["snapshot_id"], outputs, inputs, cloud.operation(timeout=60.0))

    assert str(caught.value) == (
        f"snapshot {outputs['snapshot_id']} is not archived after 60 s; that goes on in the cloud\n"
        "  what to do: Run `pulumi up` again: it waits for the rest. Raise customTimeouts.update for larger ones."
    )


async def test_a_snapshot_that_goes_while_it_is_archived_is_named(cloud: Cloud) -> None:
    outputs = await taken(cloud, days=15)

    async def delete_meanwhile() -> None:
        await cloud.clock.sleep(60.0)
        await cloud.region.client.delete_snapshot(outputs["snapshot_id"])

    with pytest.raises(NotFound) as caught:
        await both(updated(cloud, outputs), delete_meanwhile())

    assert str(caught.value) == (
        f"snapshot {outputs['snapshot_id']} was deleted while it was being archived\n"
        "  what to do: Run `pulumi refresh`, then `pulumi up`: a new snapshot is taken."
    )


async def test_a_task_that_failed_leaves_a_standard_snapshot_and_is_tried_anew(cloud: Cloud) -> None:
    outputs = await taken(cloud, days=15)

    async def fail_meanwhile() -> None:
        await cloud.clock.sleep(60.0)
        (task,) = cloud.emulator.world.tasks
        cloud.emulator.world.put(replace(task, status="Failed", pending=()))

    with pytest.raises(Rejected) as caught:
        await both(updated(cloud, outputs), fail_meanwhile())

    (task,) = cloud.emulator.world.tasks
    assert str(caught.value) == (
        f"archiving snapshot {outputs['snapshot_id']} ended in status Failed (task {task.id}); the snapshot stays "
        "standard\n  what to do: Run `pulumi up` again: it is tried anew."
    )
    assert (await updated(cloud, outputs))["category"] == "archive"


async def test_a_disk_that_archives_too_much_at_once_is_waited_for(cloud: Cloud) -> None:
    outputs = await taken(cloud, days=15)
    cloud.emulator.add_faults(
        {"action": "ModifySnapshotCategory", "code": "QuotaExceed.ConcurrentArchiveSnapshotQuota", "times": 3}
    )

    assert (await updated(cloud, outputs))["category"] == "archive"


async def test_the_preview_of_a_new_snapshot_says_what_becomes_of_it(cloud: Cloud) -> None:
    notes = (await cloud.snapshots.check({}, declared(archive_after=20, retention_days=75))).notes

    assert notes.facts[-1] == f"archived by the first `pulumi up` that is 20 days later: {NO_WAY_BACK}"
    assert notes.warnings[-1] == (
        "retention_days 75 ends the archive after 55 days, and ECS bills 60: raise it to 80, or lower archive_after"
    )


async def test_the_preview_says_what_an_update_archives_or_from_when_one_does(cloud: Cloud) -> None:
    outputs = await taken(cloud)
    snapshot_id, wish = outputs["snapshot_id"], {"archive_after": 14}

    assert (await rechecked(cloud, wish, wish)).notes.facts == ()
    assert (await rechecked(cloud, {}, wish)).notes.facts == (
        f"{snapshot_id} will be archived by the first `pulumi up` from 2026-01-15T00:00:01Z on",
    )
    cloud.clock.advance(15 * DAY)
    assert (await rechecked(cloud, wish, wish)).notes.facts == (
        f"this update moves {snapshot_id}, 15 d old, to the archive: {NO_WAY_BACK}",
    )
    assert cloud.mutations() == []


@pytest.mark.parametrize(
    ("now", "name", "reason"),
    [
        ({}, "archive_after", "cannot be removed"),
        ({"archive_after": 30}, "archive_after", "cannot be raised to 30"),
    ],
)
async def test_there_is_no_way_back_from_the_archive(cloud: Cloud, now: dict[str, Any], name: str, reason: str) -> None:
    outputs = await taken(cloud, days=15)
    await updated(cloud, outputs)

    failures = (await rechecked(cloud, {"archive_after": 14}, now)).failures

    assert failures == {
        name: f"{reason}: snapshot {outputs['snapshot_id']} is archived, and ECS makes no archive standard again. "
        "Set 14 as before, or change triggers to take a new snapshot"
    }
    assert (await rechecked(cloud, {"archive_after": 14}, {**now, "preflight": "warn"})).failures == {}
    assert (await rechecked(cloud, {"archive_after": 14}, {**now, "triggers": 2})).failures == {}


async def test_the_retention_of_an_archive_does_not_grow(cloud: Cloud) -> None:
    outputs = await taken(cloud, days=15, retention_days=100)
    await updated(cloud, outputs, retention_days=100)
    wish = {"archive_after": 14, "retention_days": 100}

    assert (await rechecked(cloud, wish, {**wish, "retention_days": 200})).failures == {
        "retention_days": f"cannot grow from 100 to 200: snapshot {outputs['snapshot_id']} is archived, and ECS does "
        "not extend the retention of an archive. Set 100 as before, or change triggers to take a new snapshot"
    }


@pytest.mark.parametrize(
    ("arguments", "failures"),
    [
        (
            {"archive_after": 13},
            {
                "archive_after": "must be 14 to 65536 days, got 13: ECS archives a snapshot 14 days after its creation "
                "at the earliest, so correct it"
            },
        ),
        (
            {"archive_after": 14, "retention_days": 73},
            {
                "retention_days": "must be at least 74 with archive_after, got 73, since ECS archives after 14 days "
                "and for 60 days at least: raise it, or remove archive_after"
            },
        ),
        (
            {"archive_after": 90, "retention_days": 90},
            {
                "archive_after": "must be less than retention_days 90, got 90, since ECS deletes the snapshot then: "
                "lower it, or raise retention_days"
            },
        ),
        (
            {"archive_after": 14, "disk_id": "d-sealed"},
            {
                "archive_after": "cannot work, since disk d-sealed is encrypted, and ECS archives unencrypted "
                "snapshots only: remove it"
            },
        ),
    ],
)
async def test_what_ecs_would_not_archive_fails_the_preview(
    cloud: Cloud, arguments: dict[str, Any], failures: dict[str, str]
) -> None:
    cloud.emulator.add_seed({"disks": [{"id": "d-sealed", "instance_id": "i-demo", "encrypted": True}]})

    assert (await cloud.snapshots.check({}, declared(**arguments))).failures == failures


async def test_an_existing_encrypted_snapshot_cannot_be_declared_to_be_archived(cloud: Cloud) -> None:
    cloud.emulator.add_seed({"disks": [{"id": "d-sealed", "instance_id": "i-demo", "encrypted": True}]})
    outputs = await cloud.take(disk_id="d-sealed")

    before = await cloud.inputs_before(disk_id="d-sealed")
    checked = await cloud.snapshots.check(before, before | {"archive_after": 14})

    assert checked.failures == {
        "archive_after": f"cannot work, since snapshot {outputs['snapshot_id']} is encrypted, and ECS archives "
        "unencrypted snapshots only: remove it"
    }


async def test_a_copy_that_is_encrypted_is_never_archived(cloud: Cloud) -> None:
    copies = SnapshotCopyResource(cloud.regions, cloud.settings)
    wish = {"source_snapshot_id": "s-1", "destination_region": "cn-beijing", "series": "away", "encrypted": True}

    assert (await copies.check({}, wish | {"archive_after": 14})).failures == {
        "archive_after": "cannot work, since the copy is encrypted, and ECS archives unencrypted snapshots only: "
        "remove it"
    }


async def test_a_look_that_fails_only_warns(cloud: Cloud) -> None:
    await taken(cloud)
    cloud.emulator.add_faults({"action": "DescribeSnapshots", "code": "InternalError", "times": None})

    checked = await rechecked(cloud, {"archive_after": 14, "preflight": "off"}, {"archive_after": 20})

    assert checked.failures == {}
    assert checked.notes.warnings[0].startswith("could not look ahead: DescribeSnapshots of the series failed")


async def test_what_ecs_refuses_all_the_same_names_the_property(cloud: Cloud) -> None:
    outputs = await taken(cloud, days=15)
    cloud.emulator.add_faults(
        {"action": "ModifySnapshotCategory", "code": "InvalidOperation.EncryptedSnapshotUnsupport"}
    )

    with pytest.raises(InvalidInput) as caught:
        await updated(cloud, outputs)

    assert caught.value.property_name == "archive_after"


async def test_a_snapshot_that_was_archived_by_hand_is_told(cloud: Cloud) -> None:
    outputs = await taken(cloud, days=15)
    await cloud.region.client.archive_snapshot(outputs["snapshot_id"], retention_days=None)
    cloud.clock.advance(DAY)

    after = await cloud.snapshots.read(outputs["snapshot_id"], outputs, cloud.operation())

    assert after is not None
    assert after["category"] == "archive"
    assert cloud.notes == [
        f"snapshot {outputs['snapshot_id']} was archived outside Pulumi: ECS makes no archive standard again"
    ]


async def test_a_set_is_archived_whole(cloud: Cloud) -> None:
    sets = SnapshotSetResource(cloud.regions, cloud.settings)
    wish = {"disk_ids": ["d-demo-data", "d-demo-system"], "series": "fleet", "archive_after": 14}
    inputs = (await sets.check({}, wish)).inputs
    outputs = await sets.create(inputs, cloud.operation())
    assert outputs["category"] == "standard"
    cloud.clock.advance(15 * DAY)

    assert sets.diff(outputs, inputs) == Difference([], ["category"])
    after = await sets.update(outputs["snapshot_set_id"], outputs, inputs, cloud.operation())

    assert after["category"] == "archive"
    assert {cloud.record(each).category for each in cloud.alive()} == {"archive"}
    assert not sets.diff(after, inputs).any


async def test_a_set_with_an_encrypted_disk_is_never_archived(cloud: Cloud) -> None:
    cloud.emulator.add_seed({"disks": [{"id": "d-sealed", "instance_id": "i-demo", "encrypted": True}]})
    sets = SnapshotSetResource(cloud.regions, cloud.settings)

    checked = await sets.check({}, {"disk_ids": ["d-demo-data", "d-sealed"], "series": "fleet", "archive_after": 14})

    assert checked.failures == {
        "archive_after": "cannot work, since disk d-sealed is encrypted, and ECS archives unencrypted snapshots only: "
        "remove it"
    }
