"""A drill proves a snapshot by restoring it, fails where that is no good, and leaves no disk behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from cloud import Cloud
from drills import DRILL_SERIES, HELPER, Drills, open_drills

from alicloud_snapshot_provider.drills.spec import DISK_NAME, DRILL_TAG
from alicloud_snapshot_provider.errors import DrillFailed, NotFound, Permanent, PermissionDenied
from alicloud_snapshot_provider.groups.resource import SnapshotGroupResource
from alicloud_snapshot_provider.ledger.intent import INTENT_TAG
from alicloud_snapshot_provider.ledger.proof import PROVEN_TAG, Proof
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN

DISKS = ["d-demo-data", "d-demo-system"]
MUTATIONS = ["CreateDisk", "AttachDisk", "RunCommand", "DetachDisk", "DeleteDisk", "TagResources"]


@pytest_asyncio.fixture
async def drills(cloud: Cloud) -> AsyncIterator[Drills]:
    yield await open_drills(cloud)


async def test_a_good_snapshot_is_restored_checked_and_recorded_as_proven(drills: Drills) -> None:
    before = len(drills.cloud.mutations())

    outputs = await drills.run()

    assert drills.cloud.mutations()[before:] == MUTATIONS
    assert (outputs["verified_by"], outputs["verified_checks"]) == (HELPER, ["file-system"])
    assert drills.proof(drills.good) == Proof(outputs["verified_at"], HELPER)
    assert drills.temporary == []


async def test_a_damaged_snapshot_fails_is_not_proven_and_leaves_nothing(drills: Drills) -> None:
    damaged = drills.damage()

    with pytest.raises(DrillFailed) as caught:
        await drills.run(snapshot_id=damaged)

    text = str(caught.value)
    assert text.startswith(
        f"the restore drill of snapshot {damaged} failed: check file-system on {HELPER} exited with code 124: the file "
        "system on disk d-"
    )
    assert text.endswith("what to do: Do not rely on this snapshot: look into it, or take another one.")
    assert drills.temporary == []
    assert drills.proof(damaged) is None


async def test_what_is_made_says_what_it_is_and_goes_with_its_instance(drills: Drills) -> None:
    running = asyncio.ensure_future(drills.run())
    while not drills.temporary or "AttachDisk" not in drills.cloud.called():
        await drills.cloud.clock.sleep(1)
    disk = drills.cloud.emulator.world.disks[drills.temporary[0]]
    await running
    assert (disk.name, disk.source_snapshot_id, disk.performance_level) == (DISK_NAME, drills.good, "PL0")
    assert disk.description == f"temporary: a restore drill of {drills.good}; deleted at its end"
    assert disk.delete_with_instance
    assert DRILL_TAG in disk.tags


async def test_own_checks_follow_that_of_the_file_systems_each_with_its_time_out_and_exit_code(drills: Drills) -> None:
    drills.cloud.emulator.add_seed(
        {"command_scripts": [{"id": "rows", "content": "*count-rows*", "exit_code": 3, "output": "41 rows"}]}
    )
    checks = {"rows": {"command": "count-rows $DRILL_MOUNTS", "exit_code": 3, "timeout": 30}, "a": {"command": "true"}}

    outputs = await drills.run(checks=checks)

    assert outputs["verified_checks"] == ["file-system", "a", "rows"]
    timeouts = [call.params["Timeout"] for call in drills.cloud.emulator.calls() if call.action == "RunCommand"]
    assert timeouts == ["600", "600", "30"]
    with pytest.raises(DrillFailed, match=r"check rows on i-helper exited with code 3: 41 rows"):
        await drills.run(checks={"rows": {"command": "count-rows"}}, file_system_check=False)
    assert drills.temporary == []


async def test_a_check_that_takes_too_long_fails_and_the_disk_goes(drills: Drills) -> None:
    drills.cloud.emulator.add_seed({"command_scripts": [{"id": "slow", "content": "*dawdle*", "seconds": 900}]})
    with pytest.raises(DrillFailed, match=r"check slow on i-helper ran out of time"):
        await drills.run(checks={"slow": {"command": "dawdle", "timeout": 60}})
    assert drills.temporary == []


async def test_a_groups_members_are_checked_together_and_each_is_proven(drills: Drills) -> None:
    cloud = drills.cloud
    groups = SnapshotGroupResource(cloud.regions, cloud.settings)
    checked = await groups.check({}, {"disk_ids": DISKS, "series": "project/stack/volume#0123456789"})
    group = await groups.create(checked.inputs, cloud.operation())

    await drills.run(snapshot_ids=group["snapshot_ids"])

    assert cloud.called().count("CreateDisk") == 2
    assert cloud.called().count("RunCommand") == 1
    assert all(drills.proof(each) for each in group["snapshot_ids"].values())
    assert PROVEN_TAG in cloud.record(group["snapshot_ids"][DISKS[0]]).tags
    assert drills.temporary == []


async def test_one_damaged_member_fails_the_drill_of_all(drills: Drills) -> None:
    damaged = drills.damage()
    with pytest.raises(DrillFailed, match="failed: check file-system"):
        await drills.run(snapshot_ids={"d-demo-data": damaged, "d-demo-system": drills.good})
    assert drills.temporary == []
    assert drills.proof(drills.good) is None


async def test_without_a_helper_the_disk_is_only_made_and_the_proof_says_so(drills: Drills) -> None:
    outputs = await drills.run(instance_id=None)

    assert (outputs["verified_by"], outputs["verified_checks"]) == ("disk", [])
    assert {"AttachDisk", "RunCommand"}.isdisjoint(drills.cloud.called())
    assert str(drills.proof(drills.good)) == f"{outputs['verified_at']} by making a disk, unread"
    assert drills.temporary == []


async def test_a_proof_needs_no_tag_where_the_user_has_fifteen(drills: Drills) -> None:
    tags = {f"user-{number}": "x" for number in range(15)}
    full = await drills.cloud.take(disk_id="d-demo-system", tags=tags)

    await drills.run(snapshot_id=full["snapshot_id"])

    record = drills.cloud.record(full["snapshot_id"])
    assert len(record.tags) == 20
    assert drills.proof(full["snapshot_id"]) is not None
    assert record.tags[INTENT_TAG].partition(" ")[0] == full["intent"]
    read = await drills.cloud.snapshots.read(full["snapshot_id"], full, drills.operation())
    assert read is not None
    assert (read["intent"], read["tags"]) == (full["intent"], tags)
    assert drills.cloud.warnings == []


async def test_where_another_tool_has_used_all_twenty_tags_the_proof_is_only_in_the_state(drills: Drills) -> None:
    tags = {f"theirs-{number}": "x" for number in range(20)}
    drills.cloud.emulator.add_seed({"snapshots": [{"id": "s-full", "disk_id": "d-demo-data", "tags": tags}]})

    outputs = await drills.run(snapshot_id="s-full")

    assert outputs["verified_at"]
    assert drills.proof("s-full") is None
    assert drills.cloud.warnings == ["s-full has 20 tags, so the proof is not recorded on it"]


async def test_a_newer_proof_takes_the_place_of_the_older_one(drills: Drills) -> None:
    drills.cloud.emulator.add_seed({"snapshots": [{"id": "s-theirs", "disk_id": "d-demo-data"}]})
    for snapshot_id in (drills.good, "s-theirs"):
        await drills.run(snapshot_id=snapshot_id, instance_id=None)
        again = await drills.run(snapshot_id=snapshot_id)
        assert drills.proof(snapshot_id) == Proof(again["verified_at"], HELPER)


async def test_who_may_not_tag_is_told_that_the_proof_is_not_recorded(drills: Drills) -> None:
    drills.cloud.emulator.add_faults({"action": "TagResources", "code": "Forbidden.RAM", "status": 403})

    outputs = await drills.run()

    assert outputs["verified_at"]
    assert drills.cloud.warnings[0].startswith(f"that {drills.good} is proven is not recorded on it: TagResources of ")


@pytest.mark.parametrize("action", ["CreateDisk", "AttachDisk", "RunCommand", "DetachDisk"])
async def test_a_run_that_dies_leaves_a_disk_that_the_next_one_removes(drills: Drills, action: str) -> None:
    cloud = drills.cloud
    running = asyncio.ensure_future(drills.run())
    while action not in cloud.called():
        await cloud.clock.sleep(0.5)
    cloud.emulator.add_faults({"action": "*", "code": "Forbidden.RAM", "status": 403, "times": None})  # it is dead
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    cloud.emulator.clear_faults()
    left = drills.temporary
    assert len(left) == 1

    await drills.restarted().run()

    assert drills.temporary == []
    assert f"removed temporary disk {left[0]}, which a dead run had left behind" in cloud.notes


async def test_a_cancelled_run_removes_its_disk_before_it_ends(drills: Drills) -> None:
    running = asyncio.ensure_future(drills.run())
    while "RunCommand" not in drills.cloud.called():
        await drills.cloud.clock.sleep(0.5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert drills.temporary == []
    assert "StopInvocation" in drills.cloud.called()


async def test_a_disk_that_cannot_be_removed_is_named_and_the_first_failure_is_the_error(drills: Drills) -> None:
    drills.cloud.emulator.add_faults(
        {"action": "DeleteDisk", "code": "Forbidden.RAM", "status": 403, "times": None},
    )
    with pytest.raises(DrillFailed):
        await drills.run(snapshot_id=drills.damage())
    assert drills.cloud.warnings[0].startswith(
        "temporary disks of the drill may stay, and are billed, until its next run removes them: DeleteDisk of disk d-"
    )
    with pytest.raises(PermissionDenied, match="DeleteDisk of disk d-"):
        await drills.run()
    drills.cloud.emulator.clear_faults()
    await drills.noun.delete(DRILL_SERIES, await drills.inputs(), drills.operation())
    assert drills.temporary == []


async def test_only_disks_of_this_very_drill_are_removed(drills: Drills) -> None:
    theirs: list[dict[str, Any]] = [
        {"id": "d-other-drill", "name": DISK_NAME, "tags": {DRILL_TAG: "other"}, "source_snapshot_id": drills.good},
        {"id": "d-tag-copied", "name": "precious", "tags": {}, "source_snapshot_id": drills.good},
    ]
    drills.cloud.emulator.add_seed({"disks": theirs})
    running = asyncio.ensure_future(drills.run())
    while "CreateDisk" not in drills.cloud.called():
        await drills.cloud.clock.sleep(0.5)
    made = next(each for each in drills.temporary if each not in {"d-other-drill", "d-tag-copied"})
    key = drills.cloud.emulator.world.disks[made].tags[DRILL_TAG]
    await drills.cloud.region.client.tag("disk", ["d-tag-copied"], {DRILL_TAG: key})
    await running
    assert drills.temporary == ["d-other-drill", "d-tag-copied"]


async def test_a_changed_snapshot_or_trigger_runs_it_again_and_nothing_else_does(drills: Drills) -> None:
    held = await drills.run()
    noun = drills.noun

    async def up(**changed: Any) -> tuple[dict[str, Any], int]:
        before = drills.cloud.called().count("CreateDisk")
        inputs = (await drills.check(held, **changed)).inputs
        assert noun.diff(held, inputs).replaces == []
        outputs = await noun.update(DRILL_SERIES, held, inputs, drills.operation())
        return outputs, drills.cloud.called().count("CreateDisk") - before

    outputs, restored = await up(checks={"a": {"command": "true"}})
    assert (restored, outputs["verified_at"]) == (0, held["verified_at"])
    assert (await up(triggers="monday"))[1] == 1
    assert (await up(snapshot_id=(await drills.cloud.take(triggers="new"))["snapshot_id"]))[1] == 1


async def test_the_outputs_are_foreseen_as_far_as_they_are_known(drills: Drills) -> None:
    held = await drills.run()
    inputs = await drills.inputs()
    assert drills.noun.preview({}, inputs)["verified_at"] is UNKNOWN
    assert drills.noun.preview(held, inputs)["verified_at"] == held["verified_at"]
    assert drills.noun.preview(held, {**inputs, "triggers": 1})["verified_by"] is UNKNOWN
    assert await drills.noun.read(DRILL_SERIES, held, drills.operation()) == held
    with pytest.raises(Permanent, match="a restore drill x cannot be read: it is an act"):
        await drills.noun.read("x", {}, drills.operation())


async def test_destroying_it_leaves_the_proof_and_the_snapshot(drills: Drills) -> None:
    held = await drills.run()
    await drills.noun.delete(DRILL_SERIES, held, drills.operation())
    assert drills.proof(drills.good)


async def test_the_preview_says_cost_duration_what_is_made_and_that_nothing_stays(drills: Drills) -> None:
    checked = await drills.check(checks={"rows": {"command": "true", "timeout": 60}})
    assert checked.notes.facts == (
        f"makes 1 temporary disk of snapshot {drills.good}, 100 GiB cloud_essd, at most about USD 0.02 for 1 h",
        f"attaches to {HELPER}, checks there (file-system, rows), detaches and deletes",
        "about 2 min, at most 13 min with every check; nothing that it makes stays",
    )
    assert checked.notes.warnings == ()
    assert drills.cloud.mutations() == ["CreateSnapshot", "TagResources"]
    unread = await drills.check(instance_id=None)
    assert unread.notes.facts[1] == (
        "deletes them as soon as they are there: without instance_id nobody reads what is on them"
    )


async def test_a_preview_that_does_not_know_the_snapshot_yet_says_what_will_happen(drills: Drills) -> None:
    checked = await drills.check(snapshot_id=UNKNOWN)
    assert checked.notes.facts == (
        "restores the snapshots, which are not known yet, to temporary disks, checks these and deletes them: their "
        "hours are billed, and nothing of them stays",
    )


async def test_the_original_on_the_helper_is_warned_of(drills: Drills) -> None:
    checked = await drills.check(instance_id="i-demo")
    assert checked.notes.warnings == (
        "i-demo has the original disk too: a volume of LVM, RAID or btrfs is there twice then, so better name another "
        "instance",
    )


@pytest.mark.parametrize(
    ("seed", "arguments", "failures"),
    [
        (
            {},
            {"snapshot_id": "s-gone"},
            {
                "snapshot_id": "snapshot 's-gone' is not in region cn-hangzhou: correct it, or set region to the "
                "snapshot's own"
            },
        ),
        (
            {"snapshots": [{"id": "s-bad", "disk_id": "d-demo-data", "status": "failed"}]},
            {"snapshot_id": "s-bad"},
            {"snapshot_id": "snapshot 's-bad' has failed and holds nothing: name another one"},
        ),
        (
            {"snapshots": [{"id": "s-old", "disk_id": "d-demo-data", "category": "archive"}]},
            {"snapshot_id": "s-old"},
            {
                "snapshot_id": "snapshot 's-old' is an archive, and no disk can be made from an archive: name "
                "another one"
            },
        ),
        ({}, {"instance_id": "i-gone"}, {"instance_id": "instance 'i-gone' is not in region cn-hangzhou: correct it"}),
        (
            {"instances": [{"id": "i-off", "status": "Stopped"}]},
            {"instance_id": "i-off"},
            {"instance_id": "instance i-off is Stopped: start it, since it has to run the checks"},
        ),
        (
            {"instances": [{"id": "i-mute", "agent_online": False}]},
            {"instance_id": "i-mute"},
            {
                "instance_id": "instance i-mute cannot run the checks, since its Cloud Assistant agent does not "
                "answer: start or install the agent there"
            },
        ),
        (
            {"instances": [{"id": "i-win", "os_type": "windows"}]},
            {"instance_id": "i-win"},
            {"instance_id": "instance i-win is a Windows one, and the checks are shell scripts: name a Linux one"},
        ),
        (
            {"snapshots": [{"id": "s-lone", "disk_id": "d-gone"}]},
            {"snapshot_id": "s-lone", "instance_id": None},
            {
                "instance_id": "is required, since the snapshot's disk is gone: name an instance that checks, or "
                "give zone_id"
            },
        ),
        ({}, {"zone_id": "z"}, {"zone_id": "must not stand beside instance_id, whose zone it is: remove it"}),
        (
            {},
            {"instance_id": None, "checks": {"a": {"command": "true"}}},
            {"checks": "need instance_id, which runs them: name a helper instance"},
        ),
        (
            {},
            {"snapshot_ids": {"d-1": "s-1"}, "snapshot_id": "s-1"},
            {"snapshot_ids": "must not stand beside snapshot_id: remove the one or the other"},
        ),
        (
            {},
            {"snapshot_id": None},
            {"snapshot_id": "is required: name the snapshot to restore, or give snapshot_ids for several"},
        ),
        (
            {},
            {"checks": {"File": {"command": "true"}}},
            {
                "checks": "has the name 'File': use 1 to 32 lower-case letters, digits and hyphens, a letter first, "
                "and not file-system"
            },
        ),
        (
            {},
            {"checks": {"a": {"command": "true", "timeout": 9}}},
            {"checks": "checks.a.timeout must be 10 to 86400 seconds, got 9: correct it"},
        ),
        (
            {},
            {"checks": {"a": {"command": "true", "exit_code": 256}}},
            {"checks": "checks.a.exit_code must be 0 to 255, got 256: correct it"},
        ),
        (
            {},
            {"checks": {"a": {"command": "x" * 20_000}}},
            {"checks": "checks.a.command would have 29344 characters as base64 with what finds the disks"},
        ),
        (
            {},
            {"disk_category": "cloud"},
            {
                "disk_category": 'must be one of "cloud_essd", "cloud_auto", "cloud_essd_entry", "cloud_efficiency", '
                "\"cloud_ssd\", got 'cloud': remove it for cloud_essd"
            },
        ),
    ],
)
async def test_what_cannot_work_is_said_before_anything_is_made(
    drills: Drills, seed: dict[str, Any], arguments: dict[str, Any], failures: dict[str, str]
) -> None:
    if seed:
        drills.cloud.emulator.add_seed(seed)
    checked = await drills.check(**arguments)
    assert checked.failures.keys() == failures.keys()
    for name, reason in failures.items():
        assert checked.failures[name].startswith(reason)
    assert "CreateDisk" not in drills.cloud.called()


async def test_what_is_gone_by_the_time_of_the_drill_is_named(drills: Drills) -> None:
    with pytest.raises(NotFound, match="snapshot s-gone is not in region cn-hangzhou, so nothing was restored"):
        await drills.run(snapshot_id="s-gone")
    with pytest.raises(NotFound, match="instance i-gone is not in region cn-hangzhou, so nothing was restored"):
        await drills.run(instance_id="i-gone")
    drills.cloud.emulator.add_seed({"snapshots": [{"id": "s-lone", "disk_id": "d-gone"}]})
    with pytest.raises(NotFound, match="no zone is known for the temporary disks of snapshot s-lone"):
        await drills.run(snapshot_id="s-lone", instance_id=None)


async def test_a_proven_snapshot_is_still_recognised_by_the_run_that_took_it(drills: Drills) -> None:
    """The proof stands behind the intent, by which a retained snapshot is taken back."""
    held = await drills.cloud.take(disk_id="d-demo-system", triggers="kept")
    await drills.run(snapshot_id=held["snapshot_id"])
    await drills.cloud.retire(held, deletion_policy="retain")

    again = await drills.cloud.restarted().take(disk_id="d-demo-system", triggers="kept", min_age="1d")

    assert again["snapshot_id"] == held["snapshot_id"]
    assert again["intent"] == held["intent"]
