"""A crash-consistent group: one per intent, its members waited for together, gone whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from cloud import Cloud, open_cloud

from alicloud_snapshot_provider.errors import InUse, NotFound, SnapshotFailed, WaitTimeout
from alicloud_snapshot_provider.groups.resource import SnapshotGroupResource
from alicloud_snapshot_provider.ledger.intent import SERIES_TAG
from alicloud_snapshot_provider.ledger.ownership import RETAINED, ownership_in
from alicloud_snapshot_provider.nouns.noun import Checked, Difference, Operation
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN

GROUP_SERIES = "project/stack/volume#0123456789"
DISKS = ["d-demo-data", "d-demo-system"]


@dataclass
class Groups:
    """The groups of a cloud, declared of two disks unless a test says otherwise."""

    cloud: Cloud

    @property
    def noun(self) -> SnapshotGroupResource:
        return SnapshotGroupResource(self.cloud.regions, self.cloud.settings)

    def restarted(self) -> Groups:
        return Groups(self.cloud.restarted())

    async def check(self, **arguments: Any) -> Checked:
        declared = {"disk_ids": DISKS, "series": GROUP_SERIES, **arguments}
        return await self.noun.check({}, {name: value for name, value in declared.items() if value is not None})

    async def inputs(self, **arguments: Any) -> dict[str, Any]:
        checked = await self.check(**arguments)
        assert checked.failures == {}
        return checked.inputs

    async def take(self, operation: Operation | None = None, **arguments: Any) -> dict[str, Any]:
        return await self.noun.create(await self.inputs(**arguments), operation or self.cloud.operation())

    async def interrupted(self, after: float = 4.0, **arguments: Any) -> str:
        """Kill the process `after` seconds into a create, and return the id of the group that it began."""
        creating = asyncio.ensure_future(self.take(**arguments))
        await self.cloud.clock.sleep(after)
        creating.cancel()
        await asyncio.gather(creating, return_exceptions=True)
        return self.alive()[-1]

    async def retire(self, outputs: Mapping[str, Any], **policies: Any) -> None:
        await self.noun.delete(outputs["snapshot_group_id"], {**outputs, **policies}, self.cloud.operation())

    def alive(self) -> list[str]:
        """Return the ids of all groups that exist, oldest first."""
        self.cloud.emulator.now()
        return [group.id for group in sorted(self.cloud.emulator.world.snapshot_groups, key=lambda each: each.sequence)]

    def tags(self, group_id: str) -> Mapping[str, str]:
        group = self.cloud.emulator.world.snapshot_groups.get(group_id)
        assert group is not None
        return group.tags


@pytest.fixture
async def groups() -> AsyncIterator[Groups]:
    async with open_cloud() as cloud:
        yield Groups(cloud)


async def test_a_group_is_created_once_all_its_members_are_accomplished(groups: Groups) -> None:
    outputs = await groups.take(tags={"team": "db"}, description="the volume")

    members = {groups.cloud.record(member).disk_id: member for member in groups.cloud.alive()}
    assert outputs["snapshot_ids"] == members
    assert sorted(members) == DISKS
    assert (outputs["status"], outputs["progress"], outputs["available"]) == ("accomplished", "100%", True)
    assert (outputs["generation"], outputs["source_instance_id"]) == (1, "i-demo")
    assert (outputs["snapshot_group_name"], outputs["tags"]) == ("project-stack-volume", {"team": "db"})
    assert len({groups.cloud.record(member).creation_time for member in groups.cloud.alive()}) == 1


async def test_a_preview_takes_disks_that_are_not_known_yet(groups: Groups) -> None:
    checked = await groups.noun.check({}, {"disk_ids": UNKNOWN, "series": GROUP_SERIES})

    assert (checked.failures, checked.inputs["disk_ids"]) == ({}, UNKNOWN)


async def test_the_series_is_recorded_on_the_group_and_the_mark_of_being_created_is_gone(groups: Groups) -> None:
    tags = groups.tags((await groups.take())["snapshot_group_id"])

    assert tags[SERIES_TAG] == GROUP_SERIES
    assert not ownership_in(tags).being_created


async def test_an_instance_is_taken_less_the_excluded_disks(groups: Groups) -> None:
    outputs = await groups.take(disk_ids=None, instance_id="i-demo", exclude_disk_ids=["d-demo-system"])

    assert list(outputs["snapshot_ids"]) == ["d-demo-data"]


async def test_a_group_is_available_before_it_is_accomplished(groups: Groups) -> None:
    outputs = await groups.take(wait_until="available")

    assert (outputs["status"], outputs["available"]) == ("progressing", True)


async def test_progress_is_that_of_the_slowest_member_and_the_groups_id_is_told_first(groups: Groups) -> None:
    heard: list[str] = []
    operation = replace(groups.cloud.operation(), on_begun=heard.append, progress=heard.append)

    outputs = await groups.take(operation)

    slow, group_id = outputs["snapshot_ids"]["d-demo-data"], outputs["snapshot_group_id"]
    percents = [int(line.split()[2]) for line in heard[1:]]
    assert heard[0] == group_id
    assert percents == sorted(percents)
    assert heard[-1].startswith(f"snapshot {slow} ")


async def test_what_an_earlier_run_began_is_adopted_and_brought_to_what_is_declared_now(groups: Groups) -> None:
    begun = await groups.interrupted(tags={"team": "web"}, description="first")

    outputs = await groups.restarted().take(tags={"team": "db"}, description="second", snapshot_group_name="volume")

    assert groups.alive() == [begun] == [outputs["snapshot_group_id"]]
    assert (outputs["tags"], outputs["description"]) == ({"team": "db"}, "second")
    assert outputs["snapshot_group_name"] == "volume"
    assert groups.cloud.called("CreateSnapshotGroup") == ["CreateSnapshotGroup"]
    assert not ownership_in(groups.tags(begun)).being_created


async def test_a_call_whose_answer_was_lost_is_repeated_with_the_same_group_as_answer(groups: Groups) -> None:
    groups.cloud.emulator.add_faults({"action": "CreateSnapshotGroup", "kind": "drop", "when": "after"})

    outputs = await groups.take()

    assert groups.alive() == [outputs["snapshot_group_id"]]
    assert len(groups.cloud.called("CreateSnapshotGroup")) == 2


async def test_a_failed_member_ends_the_create_at_once_and_the_next_one_takes_a_new_group(groups: Groups) -> None:
    creating = asyncio.ensure_future(groups.take())
    await groups.cloud.clock.sleep(5)
    failed, _ = groups.cloud.alive()
    groups.cloud.emulator.fail_snapshot(failed)

    with pytest.raises(SnapshotFailed) as caught:
        await creating

    assert caught.value.snapshot_id == failed
    assert f"snapshot {failed} of disk d-demo-" in str(caught.value)
    assert "ended in status failed" in str(caught.value)
    outputs = await groups.restarted().take()
    assert (outputs["generation"], groups.alive()) == (2, [outputs["snapshot_group_id"]])


async def test_a_time_out_names_the_group_and_the_next_create_adopts_it(groups: Groups) -> None:
    with pytest.raises(WaitTimeout) as caught:
        await groups.take(groups.cloud.operation(timeout=10))

    (group_id,) = groups.alive()
    assert str(caught.value) == (
        f"snapshot group {group_id} of disks d-demo-data, d-demo-system is not accomplished after 10 s; "
        "it goes on in the cloud\n"
        "  what to do: Run `pulumi up` again: it resumes this group. Raise customTimeouts.create for larger disks."
    )
    assert (await groups.restarted().take())["snapshot_group_id"] == group_id


async def test_a_group_that_a_state_holds_unfinished_is_resumed_by_an_update(groups: Groups) -> None:
    begun = await groups.interrupted()
    held = await groups.noun.hand_over(begun, await groups.inputs())

    inputs = await groups.inputs(description="now")
    assert groups.noun.diff(held, inputs) == Difference([], ["description", "status"])
    outputs = await groups.noun.update(begun, held, inputs, groups.cloud.operation())

    assert (outputs["status"], outputs["description"]) == ("accomplished", "now")


async def test_disks_that_are_unknown_in_a_preview_ask_ecs_nothing(groups: Groups) -> None:
    checked = await groups.check(disk_ids=UNKNOWN)
    assert (checked.failures, checked.notes.warnings, checked.inputs["disk_ids"]) == ({}, (), UNKNOWN)
    assert groups.cloud.called() == []


async def test_the_same_declaration_in_another_order_changes_nothing(groups: Groups) -> None:
    outputs = await groups.take()
    checked = await groups.noun.check(outputs, {"disk_ids": DISKS[::-1], "series": GROUP_SERIES})

    assert groups.noun.diff(outputs, checked.inputs) == Difference([], [])


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"disk_ids": ["d-demo-data"]}, Difference(["disk_ids"], [])),
        ({"triggers": ["v2"]}, Difference(["triggers"], [])),
        ({"resource_group_id": "rg-demo"}, Difference(["resource_group_id"], [])),
        ({"tags": {"team": "db"}, "keep_last": 3}, Difference([], ["tags", "keep_last"])),
    ],
)
async def test_a_change_replaces_or_updates(groups: Groups, change: dict[str, Any], difference: Difference) -> None:
    outputs = await groups.take()

    assert groups.noun.diff(outputs, await groups.inputs(**change)) == difference


async def test_what_is_foreseen_of_a_new_group_is_what_it_declares(groups: Groups) -> None:
    foreseen = groups.noun.preview({}, await groups.inputs())

    assert (foreseen["snapshot_group_id"], foreseen["snapshot_ids"]) == (UNKNOWN, UNKNOWN)
    assert foreseen["disk_ids"] == DISKS


async def test_what_changed_outside_is_told(groups: Groups) -> None:
    outputs = await groups.take(description="as declared")
    group_id, gone = outputs["snapshot_group_id"], outputs["snapshot_ids"]["d-demo-data"]
    await groups.cloud.region.client.modify_snapshot_group(group_id, name=None, description="by hand")
    await groups.cloud.region.client.delete_snapshot(gone)

    read = await groups.noun.read(group_id, outputs, groups.cloud.operation())

    assert read is not None
    assert list(read["snapshot_ids"]) == ["d-demo-system"]
    assert groups.cloud.notes == [
        "description was changed outside Pulumi from 'as declared' to 'by hand': the next `pulumi up` changes it back",
        f"snapshot {gone} of disk d-demo-data is gone from group {group_id}, which no longer holds the whole volume: "
        "change triggers to take a new group",
    ]


async def test_a_group_that_is_gone_is_told_and_an_update_of_it_says_what_to_do(groups: Groups) -> None:
    outputs = await groups.take()
    group_id, members = outputs["snapshot_group_id"], ", ".join(outputs["snapshot_ids"].values())
    await groups.cloud.region.client.delete_snapshot_group(group_id)

    assert await groups.noun.read(group_id, outputs, groups.cloud.operation()) is None
    assert groups.cloud.notes == [
        f"snapshot group {group_id} is gone: it was deleted outside Pulumi; members that were in use may be left as "
        f"snapshots of their own ({members}); the next `pulumi up` takes a new group"
    ]
    with pytest.raises(NotFound) as caught:
        await groups.noun.update(group_id, outputs, await groups.inputs(), groups.cloud.operation())
    assert str(caught.value) == (
        f"snapshot group {group_id} does not exist in region cn-hangzhou\n"
        "  what to do: Run `pulumi refresh`, then `pulumi up`: a new snapshot group is taken."
    )


async def test_keep_last_decides_which_replaced_groups_stay(groups: Groups) -> None:
    made = [await groups.take(triggers=[release], keep_last=2) for release in range(3)]

    await groups.retire(made[0])
    await groups.retire(made[1])

    assert groups.alive() == [each["snapshot_group_id"] for each in made[1:]]
    assert f"remove {made[0]['snapshot_group_id']} (generation 1): 2 newer accomplished ones are kept" in (
        groups.cloud.notes
    )


async def test_a_destroy_ends_the_series_with_all_members(groups: Groups) -> None:
    first = await groups.take(triggers=[1], keep_last=2)
    newest = await groups.take(triggers=[2], keep_last=2)
    await groups.retire(first)
    assert len(groups.alive()) == 2

    await groups.retire(newest)

    assert (groups.alive(), groups.cloud.alive()) == ([], [])


async def test_a_destroy_with_retain_leaves_the_series_marked(groups: Groups) -> None:
    outputs = await groups.take()

    await groups.retire(outputs, deletion_policy="retain")

    assert ownership_in(groups.tags(outputs["snapshot_group_id"])) == RETAINED


async def test_a_group_with_a_member_in_use_stays_whole_and_the_member_is_named(groups: Groups) -> None:
    outputs = await groups.take()
    held = outputs["snapshot_ids"]["d-demo-system"]
    image = {"id": "m-golden", "disks": [{"snapshot_id": held, "type": "system", "size": 40}]}
    groups.cloud.emulator.add_seed({"images": [image]})

    with pytest.raises(InUse) as caught:
        await groups.retire(outputs)

    group_id = outputs["snapshot_group_id"]
    assert str(caught.value) == (
        f"snapshot group {group_id} cannot be deleted: snapshot {held} is in use by image m-golden\n"
        "  what to do: Delete the images first, and the disks too unless force_delete is set; then run it again."
    )
    assert caught.value.images == ("m-golden",)
    assert len(groups.cloud.alive()) == 2


async def test_a_member_that_is_held_although_it_did_not_show_is_read_from_the_answer(groups: Groups) -> None:
    outputs = await groups.take()
    held = outputs["snapshot_ids"]["d-demo-system"]
    client = groups.cloud.region.client
    image = {"id": "m-golden", "disks": [{"snapshot_id": held, "type": "system", "size": 40}]}
    groups.cloud.emulator.add_seed({"images": [image]})

    failures = await client.delete_snapshot_group(outputs["snapshot_group_id"])

    assert [(member, type(error)) for member, error in failures.items()] == [(held, InUse)]
    assert groups.cloud.alive() == [held]
    with pytest.raises(InUse, match=f"snapshot {held} is in use by image m-golden and cannot be deleted"):
        await groups.retire(outputs)

    await groups.retire(outputs, deletion_policy="retain")
    assert groups.cloud.alive() == [held]


async def test_a_member_that_was_left_behind_goes_once_nothing_holds_it(groups: Groups) -> None:
    outputs = await groups.take()
    (left, other) = groups.cloud.alive()
    region = groups.cloud.region
    groups.cloud.emulator.add_seed(
        {"images": [{"id": "m-golden", "disks": [{"snapshot_id": left, "type": "system", "size": 40}]}]}
    )
    await region.client.delete_snapshot_group(outputs["snapshot_group_id"])
    assert other not in groups.cloud.alive()

    groups.cloud.emulator.world.remove(groups.cloud.emulator.world.images["m-golden"])
    await groups.retire(outputs)
    assert groups.cloud.alive() == []


@pytest.mark.parametrize(
    ("arguments", "property_name", "reason"),
    [
        ({"disk_ids": None}, "disk_ids", "is required: name the disks, or give instance_id"),
        ({"instance_id": "i-demo"}, "disk_ids", "must not stand beside instance_id: remove the one or the other"),
        (
            {"exclude_disk_ids": ["d-demo-data"]},
            "exclude_disk_ids",
            "needs instance_id, whose disks it leaves out: name fewer disk_ids instead",
        ),
        (
            {"disk_ids": [f"d-{number}" for number in range(17)]},
            "disk_ids",
            "must be 1 to 16 disks, got 17: declare a group for each volume",
        ),
        (
            {"disk_ids": ["disk"]},
            "disk_ids",
            "must be the id of a disk, such as d-bp67acfmxazb4p, got 'disk': take it from the disk's `id`",
        ),
        (
            {"disk_ids": None, "instance_id": "web"},
            "instance_id",
            "must be the id of an instance, such as i-bp67acfmxazb4p, got 'web': take it from the instance's `id`",
        ),
    ],
)
async def test_what_cannot_be_a_group_is_refused_without_a_call(
    groups: Groups, arguments: dict[str, Any], property_name: str, reason: str
) -> None:
    assert (await groups.check(**arguments)).failures == {property_name: reason}
    assert groups.cloud.called() == []


ODD_DISKS = [
    {"id": "d-huge", "instance_id": "i-demo", "category": "cloud_essd", "size": 32_768},
    {"id": "d-shared", "instance_id": "i-demo", "category": "cloud_essd", "multi_attach": "Enabled"},
    {"id": "d-regional", "instance_id": "i-demo", "category": "cloud_regional_disk_auto"},
    {"id": "d-slow", "instance_id": "i-demo", "category": "cloud_efficiency"},
    {"id": "d-elsewhere", "instance_id": "i-demo-stopped", "category": "cloud_essd"},
]


@pytest.mark.parametrize(
    ("disk_id", "reason"),
    [
        ("d-huge", "would be 32868 GiB in all, and a group takes 32768 GiB: declare a group for each volume"),
        ("d-shared", "include d-shared with multi-attach, which a group does not take: leave them out"),
        ("d-regional", "mix regional disks (d-regional) with others: declare a group for each kind"),
        (
            "d-slow",
            "include d-slow (cloud_efficiency), and a group takes ESSD disks only: "
            "leave them out, or change their category",
        ),
        (
            "d-elsewhere",
            "are in several zones (d-demo-data in cn-hangzhou-h, d-elsewhere in cn-hangzhou-i), "
            "and a group takes disks of one: declare a group for each zone",
        ),
        (
            "d-none",
            "disk 'd-none' is not in region cn-hangzhou: correct disk_id, or set region to the disk's own",
        ),
    ],
)
async def test_what_ecs_would_refuse_fails_on_its_property(groups: Groups, disk_id: str, reason: str) -> None:
    groups.cloud.emulator.add_seed({"disks": ODD_DISKS})

    assert (await groups.check(disk_ids=["d-demo-data", disk_id])).failures == {"disk_ids": reason}
    assert groups.cloud.mutations() == []


async def test_more_disks_than_a_group_takes_fail_on_the_instance(groups: Groups) -> None:
    more = [{"id": f"d-{number}", "instance_id": "i-demo", "category": "cloud_essd"} for number in range(15)]
    groups.cloud.emulator.add_seed({"disks": more})

    assert (await groups.check(disk_ids=None, instance_id="i-demo")).failures == {
        "instance_id": "would be 17 disks, and a group takes 16: exclude some, or declare a group for each volume"
    }


async def test_an_instance_without_a_disk_to_take_fails_on_it(groups: Groups) -> None:
    assert (await groups.check(disk_ids=None, instance_id="i-none")).failures == {
        "instance_id": "leave no disk of instance 'i-none' in region cn-hangzhou: "
        "correct the instance, or exclude fewer disks"
    }


async def test_the_preview_says_what_is_taken_and_what_an_earlier_run_began(groups: Groups) -> None:
    facts = (await groups.check()).notes.facts
    assert facts == (
        "crash-consistent group of 2 disks, about 3 min, at most 140 GiB and USD 2.42 a month",
        "all cut at the same moment: d-demo-data (100 GiB), d-demo-system (40 GiB)",
        "keep the state of their instances unchanged meanwhile: no stop, no restart; the disks' I/O is slightly slower",
    )

    begun = await groups.interrupted()
    (fact,) = (await groups.restarted().check()).notes.facts
    assert fact.startswith(f"adopts {begun} (")
    assert fact.endswith("), which an earlier run began for the same intent")


async def test_with_preflight_warn_what_ecs_would_refuse_only_warns(groups: Groups) -> None:
    checked = await groups.check(disk_ids=["d-none"], preflight="warn")

    assert checked.failures == {}
    assert "disk 'd-none' is not in region cn-hangzhou" in checked.notes.warnings[0]


async def test_a_group_that_was_retained_is_taken_back_while_it_is_young(groups: Groups) -> None:
    outputs = await groups.take()
    await groups.retire(outputs, deletion_policy="retain")
    groups.cloud.clock.advance(3_600.0)

    again = await groups.restarted().take(min_age="2h", description="taken back")
    assert (again["snapshot_group_id"], again["description"]) == (outputs["snapshot_group_id"], "taken back")
    assert ownership_in(groups.tags(outputs["snapshot_group_id"])) != RETAINED

    await groups.retire(again, deletion_policy="retain")
    groups.cloud.clock.advance(3_600.0)
    assert (await groups.take(min_age="2h"))["snapshot_group_id"] != outputs["snapshot_group_id"]


async def test_the_preview_of_a_group_warns_outside_of_its_window(groups: Groups) -> None:
    assert (await groups.check(window="00:00-04:00 UTC")).notes.warnings == ()
    assert (await groups.check(window="01:00-04:00 UTC")).notes.warnings == (
        "now is outside the maintenance window 01:00-04:00 UTC: creation slows the disk's I/O a little",
    )
    assert (await groups.check(window="at night", min_age="soon")).failures == {
        "window": "must be hours and a time zone, such as \"01:00-05:00 Asia/Shanghai\", got 'at night': correct it",
        "min_age": "must be a duration such as 30m, 12h or 7d, got 'soon': correct it",
    }
