"""A disk goes back to its snapshot once, with its content kept first and its instance running again, whatever fails."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from cloud import open_cloud
from disk_rollbacks import DISK, INSTANCE, STOPPING, Rollbacks

from alicloud_snapshot_provider.errors import NotFound, Permanent, Rejected, SnapshotFailed, Unavailable
from alicloud_snapshot_provider.nouns.noun import Difference
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN
from alicloud_snapshot_provider.rollbacks import instance_power, rollback
from alicloud_snapshot_provider.rollbacks.resource import UNKNOWN_LOSS
from alicloud_snapshot_provider.rollbacks.rollback import RESTART_TAG, ROLLED_BACK_TAG, ROLLING_BACK_TAG
from ecs_emulator import default_seed


async def test_the_disk_holds_what_the_snapshot_does_and_the_instance_runs_again(rollbacks: Rollbacks) -> None:
    written = rollbacks.disk.content_version

    outputs = await rollbacks.roll_back(**STOPPING)

    (safety,) = rollbacks.safety
    assert rollbacks.disk.content_version == rollbacks.cloud.record(rollbacks.good).content_version != written
    assert rollbacks.cloud.record(safety).content_version == written
    assert (rollbacks.disk.status, rollbacks.instance_status) == ("In_use", "Running")
    assert (outputs["disk_id"], outputs["safety_snapshot_id"]) == (DISK, safety)
    assert outputs["rolled_back_to"] < outputs["rolled_back_at"]


async def test_the_instance_is_stopped_first_and_started_last(rollbacks: Rollbacks) -> None:
    await rollbacks.roll_back(**STOPPING)

    acts = rollbacks.cloud.called("StopInstance", "CreateSnapshot", "ResetDisk", "StartInstance")
    assert acts == ["StopInstance", "CreateSnapshot", "ResetDisk", "StartInstance"]


async def test_no_mark_is_left_on_the_disk(rollbacks: Rollbacks) -> None:
    tags = dict(rollbacks.disk.tags)

    await rollbacks.roll_back(**STOPPING)

    assert dict(rollbacks.disk.tags) == tags


async def test_without_a_safety_snapshot_nothing_is_taken(rollbacks: Rollbacks) -> None:
    outputs = await rollbacks.roll_back(**STOPPING, safety_snapshot=False)

    assert (outputs["safety_snapshot_id"], rollbacks.safety) == (None, [])
    assert rollbacks.disk.content_version == rollbacks.cloud.record(rollbacks.good).content_version


async def test_an_instance_that_stands_is_neither_stopped_nor_started(rollbacks: Rollbacks) -> None:
    await rollbacks.cloud.region.client.stop_instance(INSTANCE)
    await rollbacks.cloud.clock.sleep(60)

    await rollbacks.roll_back(**STOPPING)

    assert rollbacks.instance_status == "Stopped"
    assert rollbacks.cloud.called("StartInstance") == []


async def test_a_running_instance_that_may_not_be_stopped_ends_the_act_before_it_begins(rollbacks: Rollbacks) -> None:
    with pytest.raises(Rejected) as caught:
        await rollbacks.roll_back()

    assert str(caught.value) == (
        "disk d-demo-data is attached to instance i-demo, which is Running\n"
        "  what to do: Stop it, or set stop_instance = True, which stops it and starts it again."
    )
    assert rollbacks.cloud.mutations() == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"action": "CreateSnapshot", "kind": "fail_snapshot"}, SnapshotFailed),
        ({"action": "ResetDisk", "code": "OperationDenied", "status": 403}, Rejected),
        ({"action": "StopInstance", "code": "InternalError", "times": None}, Unavailable),
    ],
)
async def test_after_a_failure_the_instance_runs_again_and_the_disk_is_as_it_was(
    rollbacks: Rollbacks, fault: dict[str, Any], error: type[Exception]
) -> None:
    written = rollbacks.disk.content_version
    rollbacks.cloud.emulator.add_faults(fault)

    with pytest.raises(error):
        await rollbacks.roll_back(**STOPPING)

    assert (rollbacks.instance_status, rollbacks.disk.content_version) == ("Running", written)
    assert RESTART_TAG not in rollbacks.disk.tags


async def test_a_failed_restart_after_a_failure_is_told_beside_the_first_failure(rollbacks: Rollbacks) -> None:
    rollbacks.cloud.emulator.add_faults(
        {"action": "ResetDisk", "code": "OperationDenied", "status": 403},
        {"action": "StartInstance", "code": "OperationDenied.NoStock", "status": 403, "times": None},
    )

    with pytest.raises(Rejected, match="ResetDisk"):
        await rollbacks.roll_back(**STOPPING)

    assert rollbacks.cloud.notes[-1].startswith("instance i-demo could not be started again: StartInstance of i-demo")
    assert rollbacks.disk.tags[RESTART_TAG] == INSTANCE


async def test_an_instance_that_an_earlier_run_left_stopped_is_started_by_the_next(rollbacks: Rollbacks) -> None:
    await rollbacks.killed("ResetDisk", **STOPPING)
    rollbacks.cloud.emulator.advance(60)
    assert rollbacks.instance_status == "Stopped"

    await rollbacks.restarted().roll_back(**STOPPING)

    assert rollbacks.instance_status == "Running"


async def test_what_ecs_has_rolled_back_is_not_rolled_back_again_by_the_next_run(rollbacks: Rollbacks) -> None:
    rollbacks.cloud.emulator.add_faults({"action": "StartInstance", "code": "OperationDenied.NoStock", "times": None})
    with pytest.raises(Rejected, match="StartInstance"):
        await rollbacks.roll_back(**STOPPING)
    rollbacks.cloud.emulator.clear_faults()
    assert {ROLLED_BACK_TAG, RESTART_TAG} <= rollbacks.disk.tags.keys()
    (safety,) = rollbacks.safety

    outputs = await rollbacks.restarted().roll_back(**STOPPING)

    assert rollbacks.cloud.called("ResetDisk", "CreateSnapshot") == ["CreateSnapshot", "ResetDisk"]
    assert (outputs["safety_snapshot_id"], rollbacks.instance_status) == (safety, "Running")
    assert "an earlier run has rolled disk d-demo-data back: it is not rolled back again" in rollbacks.cloud.notes
    assert not {ROLLED_BACK_TAG, RESTART_TAG} & rollbacks.disk.tags.keys()


async def test_another_declaration_is_another_act_even_beside_the_mark_of_the_first(rollbacks: Rollbacks) -> None:
    await rollbacks.cloud.region.client.tag("disk", [DISK], {ROLLED_BACK_TAG: "another"})

    await rollbacks.roll_back(**STOPPING)

    assert rollbacks.cloud.called("ResetDisk") == ["ResetDisk"]


async def test_the_safety_snapshot_that_an_earlier_run_began_is_adopted(rollbacks: Rollbacks) -> None:
    await rollbacks.killed("CreateSnapshot", **STOPPING)
    (begun,) = rollbacks.safety

    outputs = await rollbacks.restarted().roll_back(**STOPPING)

    assert (outputs["safety_snapshot_id"], rollbacks.safety) == (begun, [begun])


async def test_answers_that_are_lost_change_nothing(rollbacks: Rollbacks) -> None:
    lost = ("StopInstance", "ResetDisk", "StartInstance")
    rollbacks.cloud.emulator.add_faults(*({"action": action, "kind": "drop", "when": "after"} for action in lost))

    await rollbacks.roll_back(**STOPPING)

    assert rollbacks.disk.content_version == rollbacks.cloud.record(rollbacks.good).content_version
    assert (rollbacks.instance_status, len(rollbacks.safety)) == ("Running", 1)


async def test_an_instance_that_does_not_come_to_rest_ends_the_act(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance_power, "LOOK_INTERVAL", 60.0)
    async with open_cloud({**default_seed(), "lifecycle": {"instance_stopping_seconds": 2_000}}) as cloud:
        good = await cloud.take(disk_id=DISK)

        with pytest.raises(Unavailable) as caught:
            await Rollbacks(cloud, good["snapshot_id"]).roll_back(**STOPPING)

        assert str(caught.value) == (
            "instance i-demo is Stopping, not Stopped, after 900 s\n"
            "  what to do: Look at the instance in the ECS console, then run `pulumi up` again."
        )


async def test_a_disk_that_is_reset_for_ever_ends_the_act(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollback, "LOOK_INTERVAL", 60.0)
    async with open_cloud({**default_seed(), "lifecycle": {"disk_resetting_seconds": 10_000}}) as cloud:
        good = await cloud.take(disk_id=DISK)

        with pytest.raises(Unavailable) as caught:
            await Rollbacks(cloud, good["snapshot_id"]).roll_back(**STOPPING)

        assert str(caught.value) == (
            "disk d-demo-data is still being reset after 3600 s\n"
            "  what to do: Run `pulumi up` again: it waits for the end of this rollback."
        )


@pytest.mark.parametrize(
    ("missing", "text"),
    [
        (
            {"snapshot_id": "s-nowhere"},
            "snapshot s-nowhere is not in region cn-hangzhou, so the disk was left as it is\n"
            "  what to do: Correct snapshot_id, or set region to the disk's own.",
        ),
        (
            {"disk_id": "d-nowhere"},
            "disk d-nowhere is not in region cn-hangzhou\n"
            "  what to do: Correct disk_id, or set region to the disk's own.",
        ),
    ],
)
async def test_what_is_not_there_ends_the_act(rollbacks: Rollbacks, missing: dict[str, str], text: str) -> None:
    with pytest.raises(NotFound) as caught:
        await rollbacks.roll_back(**missing)

    assert str(caught.value) == text
    assert rollbacks.cloud.mutations() == []


async def test_the_newest_safety_snapshots_stay(rollbacks: Rollbacks) -> None:
    for number in range(3):
        await rollbacks.roll_back(**STOPPING, triggers=number, keep_last=2)

    assert len(rollbacks.safety) == 2


async def test_safety_snapshots_that_cannot_be_pruned_do_not_spoil_the_rollback(rollbacks: Rollbacks) -> None:
    await rollbacks.roll_back(**STOPPING, triggers=1, keep_last=1)
    rollbacks.cloud.emulator.add_faults({"action": "DeleteSnapshot", "code": "Forbidden.RAM", "times": None})

    await rollbacks.roll_back(**STOPPING, triggers=2, keep_last=1)

    assert rollbacks.cloud.notes[-1].startswith("older safety snapshots stay until the next rollback: DeleteSnapshot")


async def test_the_preview_warns_of_the_loss_and_says_what_will_happen(rollbacks: Rollbacks) -> None:
    taken = rollbacks.cloud.record(rollbacks.good)
    checked = await rollbacks.check(**STOPPING)
    unsafe = await rollbacks.check(**STOPPING, safety_snapshot=False)

    (info,) = await rollbacks.cloud.region.client.snapshots_by_id([taken.id])
    lost = f"EVERYTHING written to disk d-demo-data after {info.creation_time} is lost by the rollback; "
    assert checked.failures == {}
    assert checked.notes.warnings == (lost + "only the safety snapshot keeps it",)
    assert checked.notes.facts == (
        f"rolls data disk d-demo-data, 100 GiB, back to {taken.id} as of {info.creation_time}",
        "takes a safety snapshot first; the newest 3 of them are kept",
        "stops instance i-demo meanwhile, and starts it again",
    )
    assert unsafe.notes.warnings == (lost + "nothing keeps it, safety_snapshot is False",)
    assert rollbacks.cloud.mutations() == []


async def test_the_preview_warns_also_where_it_cannot_look(rollbacks: Rollbacks) -> None:
    lost = (
        "EVERYTHING written to disk d-demo-data after the snapshot was taken is lost by the rollback; "
        "only the safety snapshot keeps it"
    )
    assert (await rollbacks.check(snapshot_id=UNKNOWN)).notes.warnings == (UNKNOWN_LOSS,)
    assert (await rollbacks.check(preflight="off")).notes.warnings == (lost,)
    rollbacks.cloud.emulator.add_faults({"action": "DescribeDisks", "code": "InternalError", "times": None})
    assert (await rollbacks.check()).notes.warnings[1] == lost


async def test_what_ecs_would_refuse_fails_on_its_property(rollbacks: Rollbacks) -> None:
    cloud = rollbacks.cloud
    cloud.emulator.add_seed(
        {
            "snapshots": [
                {"id": "s-other", "disk_id": "d-demo-system"},
                {"id": "s-failed", "disk_id": DISK, "status": "failed"},
                {"id": "s-copy", "disk_id": DISK, "source_snapshot_id": "s-far", "source_region_id": "cn-beijing"},
            ]
        }
    )

    async def failures(**arguments: Any) -> dict[str, str]:
        return (await rollbacks.check(**{**STOPPING, **arguments})).failures

    assert await failures(disk_id="d-nowhere") == {
        "disk_id": "disk 'd-nowhere' is not in region cn-hangzhou: correct disk_id, or set region to the disk's own",
        "snapshot_id": f"snapshot '{rollbacks.good}' is of disk d-demo-data, and only a snapshot of d-nowhere itself "
        "rolls it back: name one of those, or make a disk from this one",
    }
    assert await failures(snapshot_id="s-nowhere") == {
        "snapshot_id": "snapshot 's-nowhere' is not in region cn-hangzhou: correct snapshot_id"
    }
    assert await failures(snapshot_id="s-other") == {
        "snapshot_id": "snapshot 's-other' is of disk d-demo-system, and only a snapshot of d-demo-data itself rolls "
        "it back: name one of those, or make a disk from this one"
    }
    assert await failures(snapshot_id="s-failed") == {
        "snapshot_id": "snapshot 's-failed' is failed: name one that is accomplished"
    }
    assert await failures(snapshot_id="s-copy") == {
        "snapshot_id": "snapshot 's-copy' is a copy of s-far, and a copy rolls no disk back: "
        "make a disk from it instead"
    }
    assert await failures(stop_instance=False) == {
        "stop_instance": "disk 'd-demo-data' is attached to instance i-demo, which is Running: "
        "stop it, or set stop_instance = True, which stops it and starts it again"
    }


async def test_an_instance_or_disk_in_a_passing_state_and_an_unfinished_snapshot_fail_the_preview(
    rollbacks: Rollbacks,
) -> None:
    unfinished = await rollbacks.cloud.interrupted(disk_id=DISK, series="another")
    assert (await rollbacks.check(**STOPPING)).failures == {
        "disk_id": f"disk 'd-demo-data' has unfinished snapshots ({unfinished}), during which ECS resets no disk: "
        "wait until they are accomplished"
    }

    await rollbacks.cloud.region.client.stop_instance(INSTANCE)
    assert (await rollbacks.check(**STOPPING)).failures["stop_instance"] == (
        "disk 'd-demo-data' is attached to instance i-demo, which is Stopping: wait until it is Stopped"
    )

    await rollbacks.cloud.clock.sleep(100)
    await rollbacks.cloud.region.client.reset_disk(DISK, rollbacks.good)
    assert (await rollbacks.check()).failures == {
        "disk_id": "disk 'd-demo-data' is ReIniting: wait until it is In_use or Available"
    }
    assert (await rollbacks.check(preflight="warn")).notes.warnings[1:] == (
        "disk 'd-demo-data' is ReIniting: wait until it is In_use or Available",
    )


async def test_only_another_snapshot_or_trigger_rolls_back_again(rollbacks: Rollbacks) -> None:
    outputs = await rollbacks.roll_back(**STOPPING)
    inputs = await rollbacks.inputs(**STOPPING)
    rollbacks.cloud.emulator.clear_log()

    other = inputs | {"keep_last": 9}
    assert rollbacks.noun.diff(outputs, inputs) == Difference([], [])
    assert rollbacks.noun.diff(outputs, other) == Difference([], ["keep_last"])
    assert rollbacks.noun.diff(outputs, inputs | {"disk_id": "d-1"}) == Difference(["disk_id"], [])
    assert rollbacks.noun.preview(outputs, other) == outputs | {"keep_last": 9}
    assert await rollbacks.noun.update(DISK, outputs, other, rollbacks.cloud.operation()) == outputs | {"keep_last": 9}
    assert (await rollbacks.check(inputs, **STOPPING)).notes == (await rollbacks.check(inputs)).notes
    assert rollbacks.cloud.called() == []

    again = inputs | {"triggers": "again"}
    assert rollbacks.noun.preview(outputs, again)["safety_snapshot_id"] is UNKNOWN
    updated = await rollbacks.noun.update(DISK, outputs, again, rollbacks.cloud.operation())
    assert rollbacks.cloud.called("ResetDisk") == ["ResetDisk"]
    assert updated["safety_snapshot_id"] == rollbacks.safety[-1] != outputs["safety_snapshot_id"]


async def test_what_is_written_afterwards_is_no_drift_and_a_lost_disk_is_told(rollbacks: Rollbacks) -> None:
    outputs = await rollbacks.roll_back(**STOPPING)
    rollbacks.cloud.emulator.write_disk(DISK, 3)
    assert await rollbacks.noun.read(DISK, outputs, rollbacks.cloud.operation()) == outputs

    rollbacks.cloud.emulator.world.remove(rollbacks.disk)

    assert await rollbacks.noun.read(DISK, outputs, rollbacks.cloud.operation()) is None
    assert rollbacks.cloud.notes == ["disk d-demo-data is gone, and its rollback with it"]


async def test_a_rollback_cannot_be_imported(rollbacks: Rollbacks) -> None:
    with pytest.raises(Permanent) as caught:
        await rollbacks.noun.read(DISK, {"region": "cn-hangzhou"}, rollbacks.cloud.operation())

    assert str(caught.value) == (
        "a rollback of disk d-demo-data cannot be read: it is an act, and ECS keeps no record of it\n"
        "  what to do: Declare the DiskRollback, which rolls the disk back."
    )


@pytest.mark.parametrize("safe", [True, False])
async def test_a_destroy_changes_nothing_and_names_what_stays(rollbacks: Rollbacks, safe: bool) -> None:
    outputs = await rollbacks.roll_back(**STOPPING, safety_snapshot=safe)
    rollbacks.cloud.emulator.clear_log()

    await rollbacks.noun.delete(DISK, outputs, rollbacks.cloud.operation())

    named = outputs["safety_snapshot_id"] or "none"
    assert rollbacks.cloud.mutations() == []
    assert rollbacks.cloud.notes == [
        f"disk d-demo-data stays as it is; safety snapshots that stay until you delete them: {named}"
    ]


async def test_a_cancelled_run_waits_for_what_ecs_has_accepted_and_the_next_does_not_repeat_it(
    rollbacks: Rollbacks,
) -> None:
    rolling = asyncio.ensure_future(rollbacks.roll_back(**STOPPING))
    while not rollbacks.cloud.called("ResetDisk"):
        await rollbacks.cloud.clock.sleep(0.5)
    rolling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await rolling
    assert (rollbacks.disk.status, rollbacks.instance_status) == ("In_use", "Running")
    rollbacks.cloud.emulator.write_disk(DISK, 1)
    since = rollbacks.disk.content_version

    outputs = await rollbacks.restarted().roll_back(**STOPPING)

    assert rollbacks.disk.content_version == since
    assert [outputs["safety_snapshot_id"]] == rollbacks.safety
    assert rollbacks.cloud.called("ResetDisk") == ["ResetDisk"]


async def test_an_instance_that_is_stopping_when_the_run_is_cancelled_is_started_again(rollbacks: Rollbacks) -> None:
    rolling = asyncio.ensure_future(rollbacks.roll_back(**STOPPING))
    while rollbacks.instance_status != "Stopping":
        await rollbacks.cloud.clock.sleep(0.5)
    rolling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await rolling

    assert rollbacks.instance_status == "Running"
    assert not {RESTART_TAG, ROLLING_BACK_TAG} & rollbacks.disk.tags.keys()
