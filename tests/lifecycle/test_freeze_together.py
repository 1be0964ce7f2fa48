"""One freeze for all that is cut together: a group's disks, a set's, and those of a guarded change."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from cloud import SERIES, Cloud
from freezes import FREEZE, seen_application, steps, unthawed

from alicloud_snapshot_provider.errors import FreezeFailed, Incomplete, Permanent, ThawFailed
from alicloud_snapshot_provider.freezes.spec import Commands, Freeze
from alicloud_snapshot_provider.guards.guard import Guard, GuardRules, GuardTarget
from alicloud_snapshot_provider.ledger.intent import CONSISTENCY_TAG
from alicloud_snapshot_provider.registry import NOUNS

FREEZES = "*alicloud-snapshot freezes*"
DISKS = ["d-demo-data", "d-demo-system"]
MANY = 150
COMMANDS = Commands(command=FREEZE["command"], thaw=FREEZE["thaw"])
REASON = "the update of web"


def script(cloud: Cloud, content: str, **behaviour: Any) -> None:
    cloud.emulator.add_seed({"command_scripts": [{"id": f"script-{content}", "content": content, **behaviour}]})


async def take(cloud: Cloud, noun: str, **arguments: Any) -> dict[str, Any]:
    resource = NOUNS[noun](cloud.regions, cloud.settings)
    checked = await resource.check({}, {"series": SERIES, "freeze": dict(FREEZE), **arguments})
    assert checked.failures == {}
    return await resource.create(checked.inputs, cloud.operation())


@pytest.mark.parametrize("noun", ["SnapshotGroup", "SnapshotSet"])
@pytest.mark.parametrize("chosen", [{"disk_ids": DISKS}, {"instance_id": "i-demo"}], ids=["disks", "instance"])
async def test_all_disks_are_cut_within_one_freeze(cloud: Cloud, noun: str, chosen: dict[str, Any]) -> None:
    outputs = await take(cloud, noun, **chosen)

    assert steps(cloud.emulator) == ["freezes i-demo", "cut", "cut", "thaws i-demo"]
    assert sorted(seen_application(cloud.emulator)) == sorted(outputs["snapshot_ids"].values())
    assert outputs["consistency"] == "application"


@pytest.mark.parametrize("noun", ["SnapshotGroup", "SnapshotSet"])
async def test_a_failed_freeze_leaves_nothing(cloud: Cloud, noun: str) -> None:
    script(cloud, FREEZES, exit_code=1)

    with pytest.raises(FreezeFailed, match=r"the freeze of instance i-demo failed: .* exited with code 1"):
        await take(cloud, noun, disk_ids=DISKS)

    assert (cloud.alive(), unthawed(cloud.emulator)) == ([], [])


@pytest.mark.parametrize("noun", ["SnapshotGroup", "SnapshotSet"])
async def test_a_failed_thaw_keeps_what_was_taken_for_the_next_run(cloud: Cloud, noun: str) -> None:
    script(cloud, "*alicloud-snapshot thaws*", exit_code=1)
    with pytest.raises(ThawFailed, match=r"snapshot (group|set) \S+ is safe and kept, but"):
        await take(cloud, noun, disk_ids=DISKS)
    taken = cloud.alive()

    script(cloud, "*alicloud-snapshot thaws*", exit_code=0)
    outputs = await take(cloud.restarted(), noun, disk_ids=DISKS)
    assert sorted(outputs["snapshot_ids"].values()) == sorted(taken) == sorted(cloud.alive())
    assert (outputs["consistency"], unthawed(cloud.emulator)) == ("application", [])


@pytest.mark.parametrize("noun", ["SnapshotGroup", "SnapshotSet"])
async def test_a_run_that_died_frozen_is_thawed_by_the_next_one_which_takes_all_again(cloud: Cloud, noun: str) -> None:
    await cloud.killed(take(cloud, noun, disk_ids=DISKS), after=5.0)
    before = cloud.alive()

    outputs = await take(cloud.restarted(), noun, disk_ids=DISKS)
    assert unthawed(cloud.emulator) == []
    assert sorted(outputs["snapshot_ids"].values()) == sorted(cloud.alive())
    assert outputs["consistency"] == "application"
    assert set(seen_application(cloud.emulator)) >= set(outputs["snapshot_ids"].values())
    assert before


async def test_a_set_freezes_many_instances_with_few_calls(cloud: Cloud) -> None:
    instances = [{"id": f"i-{number}", "zone_id": "cn-hangzhou-h"} for number in range(MANY)]
    disks = [
        {"id": f"d-{number}", "category": "cloud_essd", "size": 20, "used_gib": 1, "instance_id": f"i-{number}"}
        for number in range(MANY)
    ]
    cloud.emulator.add_seed({"instances": instances, "disks": disks})
    outputs = await take(cloud, "SnapshotSet", disk_ids=[disk["id"] for disk in disks])

    called = Counter(cloud.called())
    assert called["RunCommand"] == 4, "two pages of instances, frozen and thawed"
    assert called["DescribeInvocationResults"] <= MANY + 60
    kinds = [step.split()[0] for step in steps(cloud.emulator)]
    assert kinds == ["freezes"] * MANY + ["cut"] * MANY + ["thaws"] * MANY
    assert outputs["consistency"] == "application"


async def test_a_set_of_instances_with_commands_of_their_own(cloud: Cloud) -> None:
    cloud.emulator.add_seed({"instances": [{"id": "i-2"}, {"id": "i-3"}]})
    cloud.emulator.add_seed(
        {"disks": [{"id": f"d-{n}", "category": "cloud_essd", "size": 20, "instance_id": f"i-{n}"} for n in (2, 3)]}
    )
    own = {"i-2": {"command": "freeze-2", "thaw": "thaw-2"}, "i-3": {"command": "freeze-3", "thaw": "thaw-3"}}
    outputs = await take(cloud, "SnapshotSet", disk_ids=["d-2", "d-3", "d-demo-data"], freeze={"instances": own})

    content = {event.id: str(event.details["content"]) for event in cloud.emulator.events("command.started")}
    assert "thaw-2" in content["i-2"]
    assert "thaw-3" in content["i-3"]
    assert "i-demo" not in content
    assert outputs["consistency"] == "crash", "i-demo has no command"


async def test_a_set_that_continues_without_one_instance_is_crash_consistent(cloud: Cloud) -> None:
    cloud.emulator.add_seed({"instances": [{"id": "i-2"}]})
    cloud.emulator.add_seed({"disks": [{"id": "d-2", "category": "cloud_essd", "size": 20, "instance_id": "i-2"}]})
    script(cloud, FREEZES, exit_code=1, instance_id="i-2")
    lenient = {**FREEZE, "instances": {"i-2": {"on_failure": "continue"}}}
    outputs = await take(cloud, "SnapshotSet", disk_ids=["d-2", "d-demo-data"], freeze=lenient)

    assert (outputs["status"], outputs["consistency"]) == ("accomplished", "crash")
    assert len(cloud.warnings) == 1
    assert unthawed(cloud.emulator) == []


async def test_a_set_whose_member_is_refused_is_thawed_and_completed_under_a_freeze_of_its_own(cloud: Cloud) -> None:
    cloud.emulator.add_faults({"action": "CreateSnapshot", "nth": 2, "code": "Forbidden.RAM", "status": 403})
    with pytest.raises(Incomplete, match="1 of 2 disks have no snapshot"):
        await take(cloud, "SnapshotSet", disk_ids=DISKS)
    (kept,) = cloud.alive()

    outputs = await take(cloud.restarted(), "SnapshotSet", disk_ids=DISKS)
    assert steps(cloud.emulator) == ["freezes i-demo", "cut", "thaws i-demo"] * 2
    assert kept in outputs["snapshot_ids"].values()
    assert outputs["consistency"] == "application"


def guard(cloud: Cloud, commands: Commands = COMMANDS, **rules: Any) -> Guard:
    return Guard(cloud.region, GuardRules(freeze=Freeze(commands), **rules))


GUARDED = GuardTarget(REASON, lambda disk_id: f"guard:{disk_id}", (), "i-demo")


async def test_a_guarded_change_freezes_its_instance_once_for_all_disks(cloud: Cloud) -> None:
    taken = await guard(cloud).protect(GUARDED, progress=lambda _info: None, tell=cloud.notes.append)

    assert steps(cloud.emulator) == ["freezes i-demo", "cut", "cut", "thaws i-demo"]
    assert sorted(info.source_disk_id for info in taken) == DISKS
    assert all(cloud.record(info.snapshot_id).tags[CONSISTENCY_TAG] == "application" for info in taken)
    assert sorted(note.split()[5] for note in cloud.notes) == sorted(info.snapshot_id for info in taken)


async def test_a_guarded_change_does_not_begin_after_a_failed_freeze(cloud: Cloud) -> None:
    script(cloud, FREEZES, exit_code=1)

    with pytest.raises(FreezeFailed, match="no snapshot has begun, and the thaw has run"):
        await guard(cloud).protect(GUARDED, progress=lambda _info: None, tell=cloud.notes.append)
    assert (cloud.alive(), unthawed(cloud.emulator)) == ([], [])


async def test_a_guard_that_died_frozen_is_thawed_by_the_next_one(cloud: Cloud) -> None:
    work = guard(cloud).protect(GUARDED, progress=lambda _info: None, tell=cloud.notes.append)
    await cloud.killed(work, after=5.0)

    taken = await guard(cloud.restarted()).protect(GUARDED, progress=lambda _info: None, tell=cloud.notes.append)
    assert unthawed(cloud.emulator) == []
    assert {info.snapshot_id for info in taken} <= set(seen_application(cloud.emulator))
    assert sorted(cloud.alive()) == sorted(info.snapshot_id for info in taken)


async def test_a_guard_foresees_its_freeze_and_what_keeps_it_from_working(cloud: Cloud) -> None:
    await guard(cloud).preview(GUARDED, tell=cloud.notes.append)
    assert all("freezes i-demo with `fsfreeze --freeze /data` until the cut" in note for note in cloud.notes)

    cloud.emulator.change_instance("i-demo", agent_online=False)
    with pytest.raises(Permanent, match=f"the snapshot before {REASON} cannot be taken: .* agent does not answer"):
        await guard(cloud).preview(GUARDED, tell=cloud.notes.append)
    assert cloud.mutations() == []
