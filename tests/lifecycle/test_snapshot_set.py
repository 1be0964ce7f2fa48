"""A set: a snapshot of each disk, completed where an earlier run left off, shared calls, retired as one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from cloud import Cloud, open_cloud

from alicloud_snapshot_provider.errors import Incomplete, InUse, InvalidInput, NotFound, WaitTimeout
from alicloud_snapshot_provider.ledger.ownership import EARLIER_BEING_CREATED_TAG as BEING_CREATED_TAG
from alicloud_snapshot_provider.ledger.ownership import RETAINED, ownership_in
from alicloud_snapshot_provider.nouns.noun import Checked, Difference, Operation
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN
from alicloud_snapshot_provider.sets.resource import SnapshotSetResource
from ecs_emulator import Seed, default_seed

SET_SERIES = "project/stack/fleet#0123456789"
DISKS = ["d-demo-data", "d-demo-efficiency", "d-demo-system"]
MANY = 300


@dataclass
class Sets:
    """The sets of a cloud, declared of three disks unless a test says otherwise."""

    cloud: Cloud

    @property
    def noun(self) -> SnapshotSetResource:
        return SnapshotSetResource(self.cloud.regions, self.cloud.settings)

    def restarted(self) -> Sets:
        return Sets(self.cloud.restarted())

    async def check(self, **arguments: Any) -> Checked:
        declared = {"disk_ids": DISKS, "series": SET_SERIES, **arguments}
        return await self.noun.check({}, {name: value for name, value in declared.items() if value is not None})

    async def inputs(self, **arguments: Any) -> dict[str, Any]:
        checked = await self.check(**arguments)
        assert checked.failures == {}
        return checked.inputs

    async def take(self, operation: Operation | None = None, **arguments: Any) -> dict[str, Any]:
        return await self.noun.create(await self.inputs(**arguments), operation or self.cloud.operation())

    async def retire(self, outputs: Mapping[str, Any], **policies: Any) -> None:
        await self.noun.delete(outputs["snapshot_set_id"], {**outputs, **policies}, self.cloud.operation())


@pytest.fixture
async def sets() -> AsyncIterator[Sets]:
    async with open_cloud() as cloud:
        yield Sets(cloud)


async def test_a_set_is_created_once_every_disk_has_its_snapshot(sets: Sets) -> None:
    outputs = await sets.take(tags={"team": "web"}, retention_days=7)

    taken = {sets.cloud.record(each).disk_id: each for each in sets.cloud.alive()}
    assert outputs["snapshot_ids"] == taken
    assert sorted(taken) == DISKS
    assert (outputs["status"], outputs["progress"], outputs["generation"]) == ("accomplished", "100%", 1)
    assert (outputs["snapshot_set_id"], outputs["retention_days"]) == (f"{SET_SERIES}:1", 7)
    assert outputs["tags"] == {"team": "web"}
    assert not any(BEING_CREATED_TAG in sets.cloud.record(each).tags for each in taken.values())


@pytest.mark.parametrize(
    ("arguments", "disks"),
    [
        ({"instance_id": "i-demo"}, ["d-demo-data", "d-demo-system"]),
        ({"instance_id": "i-demo", "exclude_disk_ids": ["d-demo-data"]}, ["d-demo-system"]),
        ({"disk_tags": {"backup": "yes"}}, ["d-tagged"]),
    ],
)
async def test_the_disks_are_chosen_by_instance_or_by_tags(
    sets: Sets, arguments: dict[str, Any], disks: list[str]
) -> None:
    sets.cloud.emulator.add_seed(
        {"disks": [{"id": "d-tagged", "instance_id": "i-demo-stopped", "tags": {"backup": "yes"}}]}
    )

    outputs = await sets.take(disk_ids=None, **arguments)

    assert sorted(outputs["snapshot_ids"]) == disks


async def test_what_is_missing_is_taken_by_the_next_run_and_nothing_else(sets: Sets) -> None:
    inputs = await sets.inputs()
    sets.cloud.emulator.add_faults(
        {"action": "CreateSnapshot", "kind": "error", "code": "IncorrectDiskStatus", "status": 403, "nth": 2}
    )

    with pytest.raises(Incomplete) as caught:
        await sets.noun.create(inputs, sets.cloud.operation())

    begun = sets.cloud.alive()
    (missing,) = set(DISKS) - {sets.cloud.record(each).disk_id for each in begun}
    assert str(caught.value).startswith(
        f"1 of 3 disks have no snapshot: disk {missing}: CreateSnapshot of disk {missing} failed: "
    )
    assert str(caught.value).endswith(
        "\n  what to do: Clear this up, then run `pulumi up` again: it keeps the others and takes only what is missing."
    )
    await sets.cloud.clock.sleep(300)  # the others are accomplished long since
    fact = (await sets.restarted().check()).notes.facts
    assert fact == (f"completes {SET_SERIES}:1: an earlier run began 2 snapshots; 1 are missing",)

    outputs = await sets.restarted().take()

    assert set(begun) < set(outputs["snapshot_ids"].values()) == set(sets.cloud.alive())
    assert (outputs["generation"], sorted(outputs["snapshot_ids"])) == (1, DISKS)


async def test_a_failed_member_is_taken_anew_and_the_others_are_kept(sets: Sets) -> None:
    creating = asyncio.ensure_future(sets.take())
    await sets.cloud.clock.sleep(4)
    failed = sets.cloud.alive()[0]
    sets.cloud.emulator.fail_snapshot(failed)

    with pytest.raises(Incomplete, match=f"snapshot {failed} of disk .* ended in status failed"):
        await creating

    kept = set(sets.cloud.alive()) - {failed}
    outputs = await sets.restarted().take()
    assert kept < set(outputs["snapshot_ids"].values()) == set(sets.cloud.alive())
    assert outputs["generation"] == 1


async def test_a_killed_run_is_resumed_with_one_snapshot_of_each_disk(sets: Sets) -> None:
    creating = asyncio.ensure_future(sets.take(tags={"team": "web"}))
    await sets.cloud.clock.sleep(4)
    creating.cancel()
    await asyncio.gather(creating, return_exceptions=True)
    begun = sets.cloud.alive()

    outputs = await sets.restarted().take(tags={"team": "db"})

    assert sets.cloud.alive() == begun
    assert outputs["tags"] == {"team": "db"}
    assert {sets.cloud.record(each).tags["team"] for each in begun} == {"db"}
    assert len(sets.cloud.called("CreateSnapshot")) == 3


async def test_a_time_out_names_the_set_and_the_next_create_resumes_it(sets: Sets) -> None:
    with pytest.raises(WaitTimeout) as caught:
        await sets.take(sets.cloud.operation(timeout=10))

    begun = sets.cloud.alive()
    assert str(caught.value) == (
        f"snapshot set {SET_SERIES}:1 is not accomplished after 10 s; it goes on in the cloud\n"
        "  what to do: Run `pulumi up` again: it resumes this set. Raise customTimeouts.create for larger disks."
    )
    await sets.restarted().take()
    assert sets.cloud.alive() == begun


async def test_a_set_that_a_state_holds_unfinished_is_resumed_by_an_update(sets: Sets) -> None:
    heard: list[str] = []
    with pytest.raises(WaitTimeout):
        await sets.take(replace(sets.cloud.operation(timeout=10), on_begun=heard.append))
    inputs = await sets.inputs()
    held = await sets.noun.hand_over(heard[0], inputs)

    assert sets.noun.diff(held, inputs) == Difference([], ["status"])
    outputs = await sets.noun.update(heard[0], held, inputs, sets.cloud.operation())
    assert outputs["status"] == "accomplished"


async def test_require_stopped_fails_the_preview_and_the_creation_while_an_instance_runs(sets: Sets) -> None:
    reason = "instance i-demo of disk d-demo-system is Running, and require_stopped is set: stop it first"
    checked = await sets.check(require_stopped=True)
    assert checked.failures == {"require_stopped": reason}

    with pytest.raises(InvalidInput) as caught:
        await sets.noun.create({**checked.inputs}, sets.cloud.operation())
    assert str(caught.value) == f"{reason}\n  what to do: Stop the instances, then run `pulumi up` again."
    assert sets.cloud.mutations() == []

    outputs = await sets.take(disk_ids=["d-demo-efficiency"], require_stopped=True)
    assert outputs["status"] == "accomplished"


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"disk_ids": DISKS[::-1]}, Difference([], [])),
        ({"disk_ids": DISKS[:2]}, Difference(["disk_ids"], [])),
        ({"triggers": ["v2"]}, Difference(["triggers"], [])),
        ({"tags": {"team": "db"}, "keep_last": 3}, Difference([], ["tags", "keep_last"])),
    ],
)
async def test_a_change_replaces_or_updates(sets: Sets, change: dict[str, Any], difference: Difference) -> None:
    outputs = await sets.take()

    assert sets.noun.diff(outputs, await sets.inputs(**change)) == difference


async def test_what_is_foreseen_of_a_new_set_is_what_it_declares(sets: Sets) -> None:
    foreseen = sets.noun.preview({}, await sets.inputs())

    assert (foreseen["snapshot_set_id"], foreseen["disk_ids"]) == (UNKNOWN, DISKS)


async def test_one_member_that_drifted_is_told_and_brought_back(sets: Sets) -> None:
    outputs = await sets.take(description="as declared")
    set_id, odd = outputs["snapshot_set_id"], outputs["snapshot_ids"]["d-demo-system"]
    gone = outputs["snapshot_ids"]["d-demo-data"]
    await sets.cloud.region.client.modify_snapshot(odd, description="by hand")
    await sets.cloud.region.client.delete_snapshot(gone)

    read = await sets.noun.read(set_id, outputs, sets.cloud.operation())

    assert read is not None
    assert sets.cloud.notes == [
        "description was changed outside Pulumi from 'as declared' to 'by hand': the next `pulumi up` changes it back",
        f"snapshot {gone} of disk d-demo-data is gone: change triggers to take the set anew",
    ]
    inputs = await sets.inputs(description="as declared")
    assert sets.noun.diff(read, inputs) == Difference([], ["description"])
    await sets.noun.update(set_id, read, inputs, sets.cloud.operation())
    assert sets.cloud.record(odd).description == "as declared"


async def test_a_set_of_which_nothing_is_left_is_told(sets: Sets) -> None:
    outputs = await sets.take(disk_ids=["d-demo-system"])
    await sets.cloud.region.client.delete_snapshot(outputs["snapshot_ids"]["d-demo-system"])

    assert await sets.noun.read(outputs["snapshot_set_id"], outputs, sets.cloud.operation()) is None
    assert sets.cloud.notes == [
        f"no snapshot of set {SET_SERIES}:1 is left: they were deleted outside Pulumi or their retention ended; "
        "the next `pulumi up` takes a new set"
    ]
    with pytest.raises(NotFound) as caught:
        await sets.noun.update(outputs["snapshot_set_id"], outputs, outputs, sets.cloud.operation())
    assert str(caught.value) == (
        f"snapshot set {SET_SERIES}:1 does not exist in region cn-hangzhou\n"
        "  what to do: Run `pulumi refresh`, then `pulumi up`: a new snapshot set is taken."
    )


async def test_keep_last_counts_sets(sets: Sets) -> None:
    made = [await sets.take(triggers=[release], keep_last=2) for release in range(3)]

    await sets.retire(made[0])
    await sets.retire(made[1])

    kept = {each for outputs in made[1:] for each in outputs["snapshot_ids"].values()}
    assert set(sets.cloud.alive()) == kept
    assert f"remove {SET_SERIES}:1 (generation 1): 2 newer accomplished ones are kept" in sets.cloud.notes


async def test_a_destroy_ends_the_series_and_retain_leaves_it_marked(sets: Sets) -> None:
    first = await sets.take(triggers=[1], keep_last=2)
    newest = await sets.take(triggers=[2], keep_last=2)
    await sets.retire(first)
    assert len(sets.cloud.alive()) == 6

    await sets.retire(newest, deletion_policy="retain")
    assert all(ownership_in(sets.cloud.record(each).tags) == RETAINED for each in sets.cloud.alive())

    await sets.retire(newest)
    assert len(sets.cloud.alive()) == 6, "what was retained is nobody's history, also where a state names it once more"


async def test_a_set_that_had_vanished_never_takes_the_one_after_it_along(sets: Sets) -> None:
    first = await sets.take(triggers=[1])
    for member in first["snapshot_ids"].values():
        await sets.cloud.region.client.delete_snapshot(member)
    second = await sets.take(triggers=[2])
    assert second["snapshot_set_id"] == first["snapshot_set_id"]

    await sets.retire(first)

    assert set(sets.cloud.alive()) == set(second["snapshot_ids"].values())


async def test_members_in_use_are_named_and_none_goes(sets: Sets) -> None:
    outputs = await sets.take()
    held = outputs["snapshot_ids"]["d-demo-system"]
    image = {"id": "m-golden", "disks": [{"snapshot_id": held, "type": "system", "size": 40}]}
    sets.cloud.emulator.add_seed({"images": [image]})

    with pytest.raises(InUse) as caught:
        await sets.retire(outputs)

    assert f"snapshot {held} is in use by image m-golden and cannot be deleted" in str(caught.value)
    assert set(sets.cloud.alive()) == set(outputs["snapshot_ids"].values())


@pytest.mark.parametrize(
    ("arguments", "failures"),
    [
        (
            {"disk_ids": None},
            {"disk_ids": "is required: name the disks, or give instance_id or disk_tags"},
        ),
        (
            {"instance_id": "i-demo", "disk_tags": {"a": "b"}},
            {"disk_ids": "must not stand beside instance_id and disk_tags: choose the disks in one way"},
        ),
        (
            {"exclude_disk_ids": ["d-demo-data"]},
            {"exclude_disk_ids": "needs instance_id or disk_tags: name fewer disk_ids instead"},
        ),
        (
            {"disk_ids": ["d-none"]},
            {
                "disk_ids": "disk 'd-none' is not in region cn-hangzhou: "
                + "correct disk_id, or set region to the disk's own"
            },
        ),
        (
            {"disk_ids": None, "instance_id": "i-none"},
            {"instance_id": "the disks of instance i-none: there is none, so correct it, or the region"},
        ),
        (
            {"disk_ids": None, "disk_tags": {"a": "b"}},
            {"disk_tags": "the disks tagged a=b: there is none, so correct it, or the region"},
        ),
    ],
)
async def test_what_cannot_be_a_set_fails_on_its_property(
    sets: Sets, arguments: dict[str, Any], failures: dict[str, str]
) -> None:
    assert (await sets.check(**arguments)).failures == failures


async def test_the_preview_says_what_is_taken(sets: Sets) -> None:
    assert (await sets.check()).notes.facts == (
        "set of 3 snapshots, 3 of them full, about 3 min, at most 180 GiB and USD 3.11 a month",
        "each disk is cut on its own: a volume striped over several needs require_stopped, or a SnapshotGroup",
        "keep the state of their instances unchanged meanwhile: no stop, no restart; the disks' I/O is slightly slower",
    )


@pytest.fixture
async def many() -> AsyncIterator[Sets]:
    disks = [{"id": f"d-many-{number}", "instance_id": "i-demo", "size": 20} for number in range(MANY)]
    seed: Seed = {**default_seed(), "disks": disks}
    async with open_cloud(seed) as cloud:
        yield Sets(cloud)


async def test_hundreds_of_disks_cost_one_call_each_and_share_all_others(many: Sets) -> None:
    disk_ids = [f"d-many-{number}" for number in range(MANY)]
    inputs = await many.inputs(disk_ids=disk_ids)
    previewed = Counter(many.cloud.called())
    many.cloud.emulator.clear_log()

    outputs = await many.noun.create(inputs, many.cloud.operation())

    counts = Counter(many.cloud.called())
    assert len(outputs["snapshot_ids"]) == MANY
    assert previewed.total() <= 20
    assert (counts.pop("CreateSnapshot"), counts.pop("TagResources")) == (MANY, MANY / 50)
    assert counts.keys() == {"DescribeSnapshots", "DescribeDisks"}
    assert counts.total() <= 100


async def test_a_set_that_was_retained_is_taken_back_while_it_is_young(sets: Sets) -> None:
    outputs = await sets.take()
    await sets.retire(outputs, deletion_policy="retain")
    sets.cloud.clock.advance(3_600.0)

    again = await sets.restarted().take(min_age="2h", description="taken back")
    assert (again["snapshot_ids"], again["description"]) == (outputs["snapshot_ids"], "taken back")
    assert not any(ownership_in(sets.cloud.record(each).tags) == RETAINED for each in sets.cloud.alive())

    await sets.retire(again, deletion_policy="retain")
    sets.cloud.clock.advance(3_600.0)
    assert (await sets.take(min_age="2h"))["generation"] == 2


@pytest.mark.parametrize("change", [{"triggers": 2}, {"disk_ids": ["d-demo-data", "d-demo-system"]}])
async def test_a_set_of_other_inputs_is_not_taken_back(sets: Sets, change: dict[str, Any]) -> None:
    outputs = await sets.take()
    await sets.retire(outputs, deletion_policy="retain")

    again = await sets.take(min_age="2h", **change)

    assert not set(again["snapshot_ids"].values()) & set(outputs["snapshot_ids"].values())


async def test_a_set_that_a_state_holds_is_not_taken_back(sets: Sets) -> None:
    outputs = await sets.take()

    assert (await sets.take(min_age="2h"))["generation"] == outputs["generation"] + 1


async def test_the_preview_of_a_set_warns_outside_of_its_window(sets: Sets) -> None:
    assert (await sets.check(window="00:00-04:00 UTC")).notes.warnings == ()
    assert (await sets.check(window="01:00-04:00 UTC")).notes.warnings == (
        "now is outside the maintenance window 01:00-04:00 UTC: creation slows the disk's I/O a little",
    )
