"""Several disks go back to one group as one act: stopped once, kept first, resumed where ECS refused some of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from cloud import Cloud, open_cloud

from alicloud_snapshot_provider.errors import Incomplete, NotFound, Rejected
from alicloud_snapshot_provider.groups.resource import SnapshotGroupResource
from alicloud_snapshot_provider.ledger.intent import SERIES_TAG
from alicloud_snapshot_provider.nouns.noun import Checked, Difference
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN
from alicloud_snapshot_provider.rollbacks.instance_stop import RESTART_TAG
from alicloud_snapshot_provider.rollbacks.resource import DiskRollbackResource
from alicloud_snapshot_provider.rollbacks.rollback import ROLLED_BACK_TAG, ROLLING_BACK_TAG
from ecs_emulator.records.disk import Disk

DISKS = ("d-demo-data", "d-demo-system")
INSTANCE = "i-demo"
SERIES = "project/stack/back#0123456789"
STOPPING = {"stop_instance": True}
NO_RESET = {"action": "ResetDisks", "code": "OperationDenied", "status": 403}
REFUSED_PART = {"action": "ResetDisks", "kind": "refuse_part", "code": "OperationDenied"}


@dataclass
class Volume:
    """A volume of two disks, the group that is good, and what somebody wrote to both of them since."""

    cloud: Cloud
    good: dict[str, str] = field(default_factory=dict)

    @property
    def noun(self) -> DiskRollbackResource:
        return DiskRollbackResource(self.cloud.regions, self.cloud.settings)

    async def group(self, *disk_ids: str, series: str = "good") -> dict[str, str]:
        noun = SnapshotGroupResource(self.cloud.regions, self.cloud.settings)
        checked = await noun.check({}, {"disk_ids": list(disk_ids), "series": series})
        return dict((await noun.create(checked.inputs, self.cloud.operation()))["snapshot_ids"])

    async def check(self, olds: dict[str, Any] | None = None, **arguments: Any) -> Checked:
        return await self.noun.check(olds or {}, {"snapshot_ids": self.good, "series": SERIES, **arguments})

    async def roll_back(self, **arguments: Any) -> dict[str, Any]:
        checked = await self.check(**{"preflight": "off", **STOPPING, **arguments})
        assert checked.failures == {}
        return await self.noun.create(checked.inputs, self.cloud.operation())

    async def killed(self, action: str, *, after: float = 0.0) -> None:
        """Kill the process once ECS has had its first call of `action`, and `after` seconds have passed."""
        before = len(self.cloud.called(action))
        rolling = asyncio.ensure_future(self.roll_back())
        while len(self.cloud.called(action)) == before:
            await self.cloud.clock.sleep(0.5)
        rolling.cancel()
        self.cloud.emulator.add_faults({"action": "*", "code": "Forbidden.RAM", "times": None})  # it is dead
        await asyncio.gather(rolling, return_exceptions=True)
        self.cloud.emulator.clear_faults()
        await self.cloud.clock.sleep(after)

    def restarted(self) -> Volume:
        return Volume(self.cloud.restarted(), self.good)

    def disk(self, disk_id: str) -> Disk:
        self.cloud.emulator.now()
        disk = self.cloud.emulator.world.disks.get(disk_id)
        assert disk is not None
        return disk

    def contents(self, disk_ids: Iterable[str] = DISKS) -> list[int]:
        return [self.disk(each).content_version for each in disk_ids]

    def kept(self, snapshot_ids: dict[str, str]) -> list[int]:
        return [self.cloud.record(snapshot_ids[each]).content_version for each in DISKS]

    @property
    def instance_status(self) -> str:
        self.cloud.emulator.now()
        instance = self.cloud.emulator.world.instances.get(INSTANCE)
        assert instance is not None
        return instance.status

    @property
    def safety_groups(self) -> list[str]:
        groups = self.cloud.emulator.world.snapshot_groups
        return [each.id for each in groups if each.tags.get(SERIES_TAG) == SERIES]

    def resets(self) -> list[str]:
        """The disks that ECS began to reset, in order."""
        return [event.id for event in self.cloud.emulator.events("disk.resetting")]

    def marks(self) -> set[str]:
        tags = {tag for each in DISKS for tag in self.disk(each).tags}
        return tags & {ROLLING_BACK_TAG, ROLLED_BACK_TAG, RESTART_TAG}


@pytest.fixture
async def volume() -> AsyncIterator[Volume]:
    async with open_cloud() as cloud:
        volume = Volume(cloud)
        volume.good = await volume.group(*DISKS)
        for number, disk_id in enumerate(DISKS):
            cloud.emulator.write_disk(disk_id, 5 + number)
        cloud.emulator.clear_log()
        yield volume


async def test_both_disks_hold_what_the_group_does_and_the_instance_was_stopped_once(volume: Volume) -> None:
    written = volume.contents()

    outputs = await volume.roll_back()

    assert volume.contents() == volume.kept(volume.good) != written
    assert volume.kept(outputs["safety_snapshot_ids"]) == written
    assert [outputs["safety_snapshot_group_id"]] == volume.safety_groups
    assert outputs["safety_snapshot_id"] is None
    acts = ("StopInstance", "CreateSnapshotGroup", "ResetDisk", "ResetDisks", "StartInstance")
    assert volume.cloud.called(*acts) == ["StopInstance", "CreateSnapshotGroup", "ResetDisks", "StartInstance"]
    assert (volume.instance_status, volume.marks()) == ("Running", set())
    assert volume.noun.id_of(outputs) == "d-demo-data,d-demo-system"


async def test_the_safety_snapshots_bring_the_volume_forward_again(volume: Volume) -> None:
    written = volume.contents()
    outputs = await volume.roll_back()

    await volume.roll_back(snapshot_ids=outputs["safety_snapshot_ids"])

    assert volume.contents() == written


async def test_what_ecs_refuses_is_named_and_only_that_is_rolled_back_by_the_next_run(volume: Volume) -> None:
    written = volume.contents()
    volume.cloud.emulator.add_faults(REFUSED_PART)

    with pytest.raises(Incomplete) as caught:
        await volume.roll_back()

    said = str(caught.value)
    assert said.startswith("1 of 2 disks are not rolled back: disk d-demo-system: ResetDisks of d-demo-system failed: ")
    assert said.endswith("Clear this up, then run `pulumi up` again: it rolls back only what is missing.")
    assert volume.cloud.notes == [
        "of disks d-demo-data, d-demo-system, only d-demo-data is back, so instance i-demo stays stopped"
    ]
    assert volume.instance_status == "Stopped"

    outputs = await volume.restarted().roll_back()

    assert volume.resets() == ["d-demo-data", "d-demo-system"]
    assert volume.contents() == volume.kept(volume.good)
    assert volume.kept(outputs["safety_snapshot_ids"]) == written
    assert (len(volume.safety_groups), volume.instance_status, volume.marks()) == (1, "Running", set())
    assert volume.cloud.called("StopInstance", "StartInstance") == ["StopInstance", "StartInstance"]


async def test_a_disk_that_is_busy_is_reset_once_it_is_free_and_the_others_only_once(volume: Volume) -> None:
    volume.cloud.emulator.add_faults({**REFUSED_PART, "code": "Operation.Conflict", "times": 2})

    await volume.roll_back()

    assert volume.contents() == volume.kept(volume.good)
    assert sorted(volume.resets()) == sorted(DISKS)


async def test_where_ecs_resets_no_disk_the_instance_runs_again_as_it_was(volume: Volume) -> None:
    written = volume.contents()
    volume.cloud.emulator.add_faults(NO_RESET)

    with pytest.raises(Rejected, match="ResetDisks of disks d-demo-data, d-demo-system failed"):
        await volume.roll_back()

    assert (volume.instance_status, volume.contents(), volume.marks()) == ("Running", written, set())


async def test_a_half_done_act_is_done_anew_where_somebody_started_the_instance_meanwhile(volume: Volume) -> None:
    volume.cloud.emulator.add_faults(REFUSED_PART)
    with pytest.raises(Incomplete):
        await volume.roll_back()
    await volume.cloud.clock.sleep(60)
    await volume.cloud.region.client.start_instance(INSTANCE)
    await volume.cloud.clock.sleep(60)
    volume.cloud.emulator.write_disk("d-demo-data", 3)
    written = volume.contents()

    outputs = await volume.restarted().roll_back()

    assert volume.contents() == volume.kept(volume.good)
    assert volume.kept(outputs["safety_snapshot_ids"]) == written
    assert len(volume.safety_groups) == 2
    assert volume.instance_status == "Running"


@pytest.mark.parametrize("action", ["CreateSnapshotGroup", "ResetDisks", "StartInstance"])
@pytest.mark.parametrize("after", [0.0, 300.0])
async def test_a_killed_run_is_resumed_with_one_group_and_the_instance_is_started(
    volume: Volume, action: str, after: float
) -> None:
    written = volume.contents()
    await volume.killed(action, after=after)

    outputs = await volume.restarted().roll_back()

    assert volume.contents() == volume.kept(volume.good)
    assert volume.kept(outputs["safety_snapshot_ids"]) == written
    assert (len(volume.safety_groups), volume.instance_status, volume.marks()) == (1, "Running", set())
    assert len(volume.cloud.called("StopInstance")) == 1


async def test_a_lost_answer_does_not_reset_a_second_time(volume: Volume) -> None:
    volume.cloud.emulator.add_faults({"action": "ResetDisks", "kind": "drop", "when": "after"})

    await volume.roll_back()

    assert sorted(volume.resets()) == sorted(DISKS)
    assert volume.contents() == volume.kept(volume.good)


async def test_more_disks_than_one_call_takes_are_reset_by_several() -> None:
    many = [f"d-{number:02}" for number in range(12)]
    async with open_cloud() as cloud:
        disks = [{"id": each, "attached_time": 1.0, "category": "cloud_essd"} for each in many]
        cloud.emulator.add_seed({"disks": disks})
        volume = Volume(cloud)
        volume.good = await volume.group(*many)
        for disk_id in many:
            cloud.emulator.write_disk(disk_id, 1)

        await volume.roll_back()

        assert cloud.called("ResetDisks") == ["ResetDisks"] * 2
        assert sorted(volume.resets()) == many
        assert volume.contents(many) == [cloud.record(volume.good[each]).content_version for each in many]


async def test_every_instance_of_the_disks_is_stopped_and_started_once(volume: Volume) -> None:
    cloud = volume.cloud
    cloud.emulator.add_seed(
        {
            "instances": [{"id": "i-other"}],
            "disks": [{"id": "d-other", "instance_id": "i-other", "category": "cloud_essd"}],
        }
    )
    volume.good = await volume.group("d-demo-data", "d-other", series="both")

    await volume.roll_back()

    assert sorted(call.params["InstanceId"] for call in cloud.emulator.calls("StopInstance")) == ["i-demo", "i-other"]
    assert sorted(call.params["InstanceId"] for call in cloud.emulator.calls("StartInstance")) == ["i-demo", "i-other"]


async def test_the_preview_says_what_will_happen_to_each_disk(volume: Volume) -> None:
    checked = await volume.check(**STOPPING)

    (info,) = await volume.cloud.region.client.snapshots_by_id([volume.good["d-demo-data"]])
    at = info.creation_time
    assert checked.failures == {}
    assert checked.notes.warnings == (
        f"EVERYTHING written to disks d-demo-data, d-demo-system after {at} is lost by the rollback; "
        "only the safety snapshot keeps it",
    )
    assert checked.notes.facts == (
        f"rolls data disk d-demo-data, 100 GiB, back to {volume.good['d-demo-data']} as of {at}",
        f"rolls system disk d-demo-system, 40 GiB, back to {volume.good['d-demo-system']} as of {at}",
        "takes a safety snapshot group first; the newest 3 of them are kept",
        "stops instance i-demo meanwhile, and starts it again",
    )
    assert volume.cloud.mutations() == []


async def test_what_ecs_would_refuse_of_any_disk_fails_the_preview(volume: Volume) -> None:
    alone = await volume.cloud.take(disk_id="d-demo-data")
    mixed = {**volume.good, "d-demo-data": alone["snapshot_id"]}

    running = (await volume.check()).failures
    wrong = (
        await volume.check(snapshot_ids={"d-none": "s-none", "d-demo-data": volume.good["d-demo-system"]})
    ).failures
    torn = (await volume.check(snapshot_ids=mixed, **STOPPING)).failures

    assert running == {
        "stop_instance": "disks 'd-demo-data', 'd-demo-system' are attached to instance i-demo, which is Running: "
        "stop it, or set stop_instance = True, which stops it and starts it again"
    }
    assert wrong["snapshot_ids"] == (
        "disk 'd-none' is not in region cn-hangzhou: correct snapshot_ids, or set region to the disk's own; "
        f"snapshot '{volume.good['d-demo-system']}' is of disk d-demo-system, and only a snapshot of d-demo-data "
        "itself rolls it back: name one of those, or make a disk from this one; "
        "snapshot 's-none' is not in region cn-hangzhou: correct snapshot_ids"
    )
    assert torn == {
        "snapshot_ids": f"{alone['snapshot_id']}, {volume.good['d-demo-system']} are not snapshots of one group, and "
        "ECS rolls several disks back to one group only: take snapshot_ids of a SnapshotGroup, or declare a "
        "DiskRollback for each disk"
    }


async def test_an_unfinished_safety_group_of_an_earlier_run_is_no_obstacle(volume: Volume) -> None:
    await volume.killed("CreateSnapshotGroup")

    assert (await volume.restarted().check(**STOPPING)).failures == {}


@pytest.mark.parametrize(
    ("arguments", "failures"),
    [
        (
            {"snapshot_ids": None},
            {"disk_id": "is required: name a disk and its snapshot_id, or give snapshot_ids for several disks"},
        ),
        (
            {"disk_id": "d-demo-data"},
            {"snapshot_ids": "must not stand beside disk_id: remove the one or the other"},
        ),
        (
            {"snapshot_id": "s-1"},
            {"snapshot_ids": "must not stand beside snapshot_id: remove the one or the other"},
        ),
        (
            {"snapshot_ids": None, "disk_id": "d-demo-data"},
            {"snapshot_id": "is required beside disk_id: name the snapshot to roll it back to"},
        ),
        (
            {"snapshot_ids": None, "snapshot_id": "s-1"},
            {"disk_id": "is required beside snapshot_id: name the disk to roll back"},
        ),
        (
            {"snapshot_ids": {f"d-{number}": "s-1" for number in range(17)}},
            {"snapshot_ids": "must be of 1 to 16 disks, got 17: declare a rollback for each volume"},
        ),
        (
            {"snapshot_ids": {"web": "s-1"}},
            {
                "snapshot_ids": "must be the id of a disk, such as d-bp67acfmxazb4p, got 'web': take it from the "
                "disk's `id`"
            },
        ),
        (
            {"snapshot_ids": {"d-1": "web"}},
            {
                "snapshot_ids": "must be the id of a snapshot, such as s-bp67acfmxazb4p, got 'web': take it from the "
                "snapshot's `id`"
            },
        ),
    ],
)
async def test_a_choice_that_cannot_work_fails_on_its_property(
    volume: Volume, arguments: dict[str, Any], failures: dict[str, str]
) -> None:
    assert (await volume.check(**arguments)).failures == failures
    assert volume.cloud.called() == []


async def test_snapshots_that_are_not_known_yet_are_not_judged(volume: Volume) -> None:
    checked = await volume.check(snapshot_ids=UNKNOWN)
    assert (checked.failures, len(checked.notes.warnings)) == ({}, 1)
    foreseen = volume.noun.preview({}, checked.inputs)
    assert foreseen["safety_snapshot_ids"] is UNKNOWN
    assert foreseen["safety_snapshot_id"] is None


async def test_other_snapshots_roll_back_again_and_other_disks_are_another_rollback(volume: Volume) -> None:
    outputs = await volume.roll_back()
    other = {**outputs, "snapshot_ids": outputs["safety_snapshot_ids"]}
    fewer = {**outputs, "snapshot_ids": {"d-demo-data": "s-1"}}
    alone = {**outputs, "snapshot_ids": None, "disk_id": "d-demo-data", "snapshot_id": "s-1"}

    assert volume.noun.diff(outputs, outputs) == Difference([], [])
    assert volume.noun.diff(outputs, other) == Difference([], ["snapshot_ids"])
    assert volume.noun.diff(outputs, {**outputs, "snapshot_ids": UNKNOWN}) == Difference([], ["snapshot_ids"])
    assert volume.noun.diff(outputs, fewer) == Difference(["snapshot_ids"], [])
    assert volume.noun.diff(outputs, alone) == Difference(["disk_id", "snapshot_ids"], ["snapshot_id"])


async def test_a_read_tells_of_each_disk_that_is_gone_and_forgets_the_rollback_once_all_are(volume: Volume) -> None:
    outputs = await volume.roll_back()
    told = [f"disk {each} is gone, and its rollback with it" for each in DISKS]

    volume.cloud.emulator.world.remove(volume.disk("d-demo-data"))
    assert await volume.noun.read("", outputs, volume.cloud.operation()) == outputs
    assert volume.cloud.notes == told[:1]
    volume.cloud.emulator.world.remove(volume.disk("d-demo-system"))
    assert await volume.noun.read("", outputs, volume.cloud.operation()) is None


async def test_a_destroy_names_the_groups_that_stay(volume: Volume) -> None:
    outputs = await volume.roll_back()
    volume.cloud.emulator.clear_log()

    await volume.noun.delete("", outputs, volume.cloud.operation())

    assert volume.cloud.mutations() == []
    assert volume.cloud.notes[-1] == (
        "disks d-demo-data, d-demo-system stay as they are; safety snapshot groups that stay until you delete them: "
        f"{outputs['safety_snapshot_group_id']}"
    )


async def test_the_newest_safety_groups_stay(volume: Volume) -> None:
    for number in range(3):
        await volume.roll_back(triggers=number, keep_last=2)

    assert len(volume.safety_groups) == 2


@pytest.mark.parametrize(
    ("missing", "text"),
    [
        (
            {"d-demo-data": "s-nowhere"},
            "snapshot s-nowhere is not in region cn-hangzhou, so the disks were left as they are\n"
            "  what to do: Correct snapshot_ids, or set region to the disk's own.",
        ),
        (
            {"d-nowhere": ""},
            "disk d-nowhere is not in region cn-hangzhou\n"
            "  what to do: Correct snapshot_ids, or set region to the disk's own.",
        ),
    ],
)
async def test_what_is_not_there_ends_the_act(volume: Volume, missing: dict[str, str], text: str) -> None:
    wanted = {disk_id: each or volume.good["d-demo-data"] for disk_id, each in missing.items()}

    with pytest.raises(NotFound) as caught:
        await volume.roll_back(snapshot_ids=wanted)

    assert str(caught.value) == text
    assert volume.cloud.mutations() == []
