"""A snapshot that is cut while its instance is frozen: the cut lies within the freeze, and the thaw always follows."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from cloud import SERIES, Cloud
from freezes import FREEZE, seen_application, steps, timeline, unthawed

from alicloud_snapshot_provider.ecs.models import SnapshotRequest
from alicloud_snapshot_provider.errors import FreezeFailed, PermissionDenied, ThawFailed
from alicloud_snapshot_provider.freezes.guest_scripts import MEMORY
from alicloud_snapshot_provider.ledger.intent import CONSISTENCY_TAG
from alicloud_snapshot_provider.nouns.noun import Checked

FREEZES = "*alicloud-snapshot freezes*"
THAWS = "*alicloud-snapshot thaws*"
WHOLE = ["freezes i-demo", "cut", "thaws i-demo"]


def script(cloud: Cloud, content: str, **behaviour: Any) -> None:
    """Say how the commands that match end from now on."""
    cloud.emulator.add_seed({"command_scripts": [{"id": f"script-{content}", "content": content, **behaviour}]})


def change_instance(cloud: Cloud, **change: Any) -> None:
    world = cloud.emulator.world
    world.put(replace(world.instances["i-demo"], **change))


def take(cloud: Cloud, **freeze: Any) -> Any:
    return cloud.take(freeze={**FREEZE, **freeze})


async def check(cloud: Cloud, disk: str = "d-demo-system", tags: Any = None, **freeze: Any) -> Checked:
    declared = {"disk_id": disk, "series": SERIES, "freeze": {**FREEZE, **freeze}, "tags": tags or {}}
    return await cloud.snapshots.check({}, declared)


async def test_the_cut_lies_between_the_freeze_and_the_thaw(cloud: Cloud) -> None:
    outputs = await take(cloud)

    assert steps(cloud.emulator) == WHOLE
    assert seen_application(cloud.emulator) == [outputs["snapshot_id"]]
    assert outputs["consistency"] == "application"
    assert cloud.record(outputs["snapshot_id"]).tags[CONSISTENCY_TAG] == "application"
    assert cloud.warnings == []


async def test_the_thaw_does_not_wait_until_the_snapshot_is_accomplished(cloud: Cloud) -> None:
    await take(cloud)

    thawed = timeline(cloud.emulator)[-1]
    (done,) = cloud.emulator.events("snapshot.accomplished")
    assert (thawed.what, done.time - thawed.at > 15) == ("thaws Success", True)


async def test_a_snapshot_without_a_freeze_is_crash_consistent_and_runs_nothing(cloud: Cloud) -> None:
    outputs = await cloud.take()

    assert outputs["consistency"] == "crash"
    assert CONSISTENCY_TAG not in cloud.record(outputs["snapshot_id"]).tags
    assert not {"RunCommand", "DescribeInvocationResults", "DescribeCloudAssistantStatus"} & set(cloud.called())


async def test_an_instance_that_does_not_run_needs_no_freeze_and_the_preview_says_so(cloud: Cloud) -> None:
    checked = await check(cloud, "d-demo-efficiency")
    assert "i-demo-stopped is Stopped: needs no freeze" in checked.notes.facts

    outputs = await cloud.snapshots.create(checked.inputs, cloud.operation())
    assert (outputs["consistency"], cloud.called("RunCommand")) == ("application", [])


async def test_a_disk_that_is_not_attached_needs_no_freeze_and_the_preview_says_so(cloud: Cloud) -> None:
    disk = {"id": "d-spare", "category": "cloud_essd", "size": 20, "attached_time": 1_767_225_500.0}
    cloud.emulator.add_seed({"disks": [disk]})
    checked = await check(cloud, "d-spare")

    assert "d-spare is not attached: needs no freeze" in checked.notes.facts
    outputs = await cloud.snapshots.create(checked.inputs, cloud.operation())
    assert (outputs["consistency"], cloud.called("RunCommand")) == ("application", [])


async def test_a_failed_freeze_is_thawed_and_nothing_is_snapshotted(cloud: Cloud) -> None:
    script(cloud, FREEZES, exit_code=32, output="fsfreeze: cannot open /data: No such file\n")

    with pytest.raises(FreezeFailed) as failed:
        await take(cloud)

    assert str(failed.value) == (
        "the freeze of instance i-demo failed: `fsfreeze --freeze /data` exited with code 32: "
        "fsfreeze: cannot open /data: No such file; no snapshot has begun, and the thaw has run\n"
        '  what to do: Correct freeze.command there, or set on_failure = "continue" to do without.'
    )
    assert steps(cloud.emulator) == ["freezes Failed i-demo", "thaws i-demo"]
    assert cloud.alive() == []


async def test_a_freeze_that_hangs_is_given_up_after_its_time_out(cloud: Cloud) -> None:
    script(cloud, FREEZES, seconds=3_600)

    with pytest.raises(FreezeFailed, match="`fsfreeze --freeze /data` ran out of time; no snapshot has begun"):
        await take(cloud, timeout=20)

    assert (unthawed(cloud.emulator), cloud.alive()) == ([], [])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"agent_online": False}, r"did not run \(Aborted, ClientNotRunning: The instance cannot take commands\.\)"),
        ({"os_type": "windows"}, "did not run: RunCommand of i-demo failed: The type of the command does not match"),
    ],
)
async def test_an_instance_that_takes_no_command_fails_the_freeze(
    cloud: Cloud, change: dict[str, Any], reason: str
) -> None:
    inputs = await cloud.inputs(freeze=dict(FREEZE))
    change_instance(cloud, **change)

    with pytest.raises(FreezeFailed, match=f"the freeze of instance i-demo failed: `.*` {reason}"):
        await cloud.snapshots.create(inputs, cloud.operation())
    assert cloud.alive() == []


async def test_to_continue_means_a_warning_and_a_crash_consistent_snapshot(cloud: Cloud) -> None:
    script(cloud, FREEZES, exit_code=1)

    outputs = await take(cloud, on_failure="continue")

    assert cloud.warnings == [
        "the freeze of instance i-demo failed: `fsfreeze --freeze /data` exited with code 1; "
        "the snapshot is only crash-consistent"
    ]
    assert (outputs["status"], outputs["consistency"]) == ("accomplished", "crash")
    assert unthawed(cloud.emulator) == []


async def test_a_create_that_is_refused_thaws_at_once(cloud: Cloud) -> None:
    cloud.emulator.add_faults({"action": "CreateSnapshot", "code": "Forbidden.RAM", "status": 403, "message": "No."})

    with pytest.raises(PermissionDenied):
        await take(cloud)

    assert steps(cloud.emulator) == ["freezes i-demo", "thaws i-demo"]


async def test_a_thaw_that_is_throttled_is_repeated_until_it_runs(cloud: Cloud) -> None:
    cloud.emulator.add_faults({"action": "RunCommand", "nth": 2, "times": 4, "code": "Throttling.User", "status": 400})

    await take(cloud)

    assert steps(cloud.emulator) == WHOLE


async def test_a_thaw_that_fails_once_is_run_again(cloud: Cloud) -> None:
    script(cloud, THAWS, exit_code=1, output="busy")
    taking = asyncio.ensure_future(take(cloud))
    await cloud.clock.sleep(8)
    script(cloud, THAWS, exit_code=0)
    await taking

    assert steps(cloud.emulator) == ["freezes i-demo", "cut", "thaws Failed i-demo", "thaws i-demo"]
    assert cloud.warnings == []


async def test_a_thaw_that_fails_is_loud_and_the_snapshot_is_kept_and_taken_over(cloud: Cloud) -> None:
    script(cloud, THAWS, exit_code=1, output="target is busy")
    with pytest.raises(ThawFailed) as failed:
        await take(cloud)

    (taken,) = cloud.alive()
    (warning,) = cloud.warnings
    freeze_id = warning.rpartition("alicloud-snapshot-")[2].partition(" ")[0]
    problem = (
        "instances may still be frozen (i-demo): `fsfreeze --unfreeze /data` on i-demo exited with code 1: "
        "target is busy\n  what to do: Run `fsfreeze --unfreeze /data` on i-demo now, and remove "
        f"{MEMORY}/alicloud-snapshot-{freeze_id} there; then run `pulumi up` again."
    )
    assert warning == problem
    assert str(failed.value) == f"snapshot {taken} is safe and kept, but {problem}"

    script(cloud, THAWS, exit_code=0)
    outputs = await take(cloud.restarted())
    assert (outputs["snapshot_id"], outputs["consistency"]) == (taken, "application")
    assert (unthawed(cloud.emulator), cloud.alive()) == ([], [taken])


async def test_the_user_hears_of_a_failed_thaw_before_the_long_wait(cloud: Cloud) -> None:
    script(cloud, THAWS, exit_code=1)
    taking = asyncio.ensure_future(take(cloud))
    while not cloud.warnings:
        await cloud.clock.sleep(1)

    assert cloud.record(cloud.alive()[0]).status == "progressing"
    with pytest.raises(ThawFailed):
        await taking


@pytest.mark.parametrize("after", [2.5, 3.0, 4.2])
async def test_a_cancelled_run_thaws_and_the_next_one_takes_one_consistent_snapshot(cloud: Cloud, after: float) -> None:
    taking = asyncio.ensure_future(take(cloud))
    await cloud.clock.sleep(after)
    taking.cancel()
    await asyncio.gather(taking, return_exceptions=True)
    await cloud.clock.sleep(5)
    assert steps(cloud.emulator)[0] == "freezes i-demo"
    assert unthawed(cloud.emulator) == []

    outputs = await take(cloud.restarted())
    assert (cloud.alive(), outputs["consistency"]) == ([outputs["snapshot_id"]], "application")
    assert outputs["snapshot_id"] in seen_application(cloud.emulator)


async def test_a_run_that_is_cancelled_during_a_hanging_freeze_thaws_at_once_and_again_at_its_end(cloud: Cloud) -> None:
    script(cloud, FREEZES, seconds=50)
    taking = asyncio.ensure_future(take(cloud))
    await cloud.clock.sleep(10)
    taking.cancel()
    await asyncio.gather(taking, return_exceptions=True)

    assert steps(cloud.emulator) == ["thaws i-demo", "freezes i-demo", "thaws i-demo"]


async def test_what_is_not_seen_cut_in_time_is_thawed_and_does_not_count(cloud: Cloud) -> None:
    cloud.emulator.add_faults({"action": "CreateSnapshot", "kind": "stale", "seconds": 100})
    with pytest.raises(FreezeFailed) as failed:
        await take(cloud, timeout=20)

    assert str(failed.value) == (
        "the snapshot was not seen cut while its instance was frozen, which has been thawed\n"
        "  what to do: Raise freeze.timeout, then run `pulumi up` again."
    )
    assert unthawed(cloud.emulator) == []
    await cloud.clock.sleep(100)
    outputs = await take(cloud.restarted(), timeout=20)
    assert (cloud.alive(), outputs["consistency"]) == ([outputs["snapshot_id"]], "application")


async def test_to_continue_takes_what_is_not_seen_cut_in_time_as_crash_consistent(cloud: Cloud) -> None:
    cloud.emulator.add_faults({"action": "CreateSnapshot", "kind": "stale", "seconds": 60})
    outputs = await take(cloud, timeout=20, on_failure="continue")

    assert (cloud.alive(), outputs["consistency"]) == ([outputs["snapshot_id"]], "crash")
    assert cloud.warnings == [
        "the snapshot was not seen cut while its instance was frozen, which has been thawed; "
        "it is only crash-consistent"
    ]


async def test_nothing_stays_frozen_while_ecs_is_busy_with_the_disk(cloud: Cloud) -> None:
    disk = {"id": "d-old", "category": "cloud_efficiency", "size": 40, "used_gib": 10, "instance_id": "i-demo"}
    cloud.emulator.add_seed({"disks": [disk]})
    inputs = await cloud.inputs(disk_id="d-old", freeze=dict(FREEZE), preflight="off")
    other = SnapshotRequest(disk_id="d-old", client_token="other", snapshot_name="other", tags={})
    await cloud.region.client.create_snapshot(other)

    outputs = await cloud.snapshots.create(inputs, cloud.operation())

    assert steps(cloud.emulator) == ["cut", "freezes i-demo", "thaws i-demo", *WHOLE]
    assert outputs["consistency"] == "application"


async def test_a_change_of_the_freeze_alone_takes_nothing_and_calls_nothing_that_changes_ecs(cloud: Cloud) -> None:
    outputs = await take(cloud)
    news = await cloud.inputs(freeze={**FREEZE, "timeout": 30})
    difference = cloud.snapshots.diff(outputs, news)
    assert (difference.replaces, difference.updates) == ([], ["freeze"])

    before = cloud.mutations()
    updated = await cloud.snapshots.update(outputs["snapshot_id"], outputs, news, cloud.operation())
    assert cloud.mutations() == before
    assert (updated["consistency"], updated["freeze"]["timeout"]) == ("application", 30)
    assert not cloud.snapshots.diff(updated, news).any


async def test_two_snapshots_of_one_instance_are_frozen_one_after_the_other(cloud: Cloud) -> None:
    both = [
        cloud.take(disk_id=disk, series=f"project/stack/{disk}#0123456789", freeze=dict(FREEZE))
        for disk in ("d-demo-system", "d-demo-data")
    ]
    outputs = await asyncio.gather(*both)

    assert steps(cloud.emulator) == WHOLE * 2
    assert [each["consistency"] for each in outputs] == ["application"] * 2


async def test_a_repeated_call_freezes_once(cloud: Cloud) -> None:
    cloud.emulator.add_faults({"action": "RunCommand", "kind": "drop", "when": "after"})

    await take(cloud)

    assert steps(cloud.emulator) == WHOLE


async def test_the_commands_run_as_declared(cloud: Cloud) -> None:
    await take(cloud, timeout=30, username="postgres", working_dir="/var/lib/postgresql")

    freeze, thaw = (call.params for call in cloud.emulator.calls() if call.action == "RunCommand")
    assert (freeze["Timeout"], thaw["Timeout"]) == ("30", "40")
    for call in (freeze, thaw):
        assert (call["Username"], call["WorkingDir"]) == ("postgres", "/var/lib/postgresql")
        assert (call["Type"], call["TerminationMode"]) == ("RunShellScript", "ProcessTree")


async def test_the_commands_of_windows_run_as_they_are(cloud: Cloud) -> None:
    change_instance(cloud, os_type="windows")
    outputs = await take(cloud, type="RunPowerShellScript", command="Freeze-It", thaw="Thaw-It")

    ran = [event.details["content"] for event in cloud.emulator.events("command.finished")]
    assert (ran, outputs["consistency"]) == (["Freeze-It", "Thaw-It"], "application")


async def test_the_preview_says_what_runs_where_and_how_long_io_is_held_at_most(cloud: Cloud) -> None:
    checked = await check(cloud, timeout=30)

    assert (checked.failures, checked.notes.facts[-1]) == (
        {},
        "freezes i-demo with `fsfreeze --freeze /data` until the cut, some seconds, at most 60 s, when the guest thaws "
        "by itself; thaws it with `fsfreeze --unfreeze /data`",
    )
    assert cloud.mutations() == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            {"agent_online": False},
            "cannot run on instance i-demo, whose Cloud Assistant agent does not answer: "
            "start or install the agent there",
        ),
        (
            {"os_type": "windows"},
            "cannot run RunShellScript on instance i-demo, a Windows one: "
            "set type = RunPowerShellScript or RunBatScript",
        ),
    ],
)
async def test_an_instance_that_cannot_be_frozen_fails_the_preview(
    cloud: Cloud, change: dict[str, Any], problem: str
) -> None:
    change_instance(cloud, **change)

    assert (await check(cloud)).failures == {"freeze": f'{problem}, or set on_failure = "continue"'}
    lenient = await check(cloud, on_failure="continue")
    assert lenient.failures == {}
    assert f"{problem}; the snapshot will only be crash-consistent" in lenient.notes.warnings


async def test_an_instance_for_which_there_is_no_command_is_named_by_the_preview(cloud: Cloud) -> None:
    own = {"i-other": {"command": "freeze", "thaw": "thaw"}}
    inputs = {"disk_id": "d-demo-system", "series": SERIES, "freeze": {"instances": own}}
    checked = await cloud.snapshots.check({}, inputs)

    assert checked.notes.facts[-1] == ("does not freeze i-demo, for which freeze has no command: crash-consistent only")
    assert "freeze.instances names i-other, whose disks this snapshot is not of" in checked.notes.warnings
    outputs = await cloud.snapshots.create(checked.inputs, cloud.operation())
    assert (outputs["consistency"], cloud.called("RunCommand")) == ("crash", [])


async def test_a_frozen_snapshot_has_room_for_one_tag_less(cloud: Cloud) -> None:
    tags = {f"tag-{number}": "x" for number in range(15)}

    assert (await check(cloud, tags=tags)).failures == {
        "tags": "must be at most 14 beside freeze, whose outcome is a tag, got 15: remove some"
    }
    del tags["tag-0"]
    outputs = await cloud.take(tags=tags, freeze=dict(FREEZE))
    assert (outputs["tags"], outputs["consistency"]) == (tags, "application")
