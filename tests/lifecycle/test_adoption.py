"""Exactly one snapshot per intent, whatever an earlier run left behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from cloud import SERIES, Cloud

from alicloud_snapshot_provider.errors import Unavailable
from alicloud_snapshot_provider.ledger.ownership import ownership_in


def attempts(cloud: Cloud) -> list[str]:
    """Return the last part of every client token that was sent: the number of the attempt."""
    return [call.params["ClientToken"].rpartition("-")[2] for call in cloud.emulator.calls("CreateSnapshot")]


async def test_what_an_earlier_run_began_is_adopted_and_brought_to_what_is_declared_now(cloud: Cloud) -> None:
    begun = await cloud.interrupted(snapshot_name="first", description="first", tags={"team": "web", "old": "1"})

    now = {"snapshot_name": "second", "description": "second", "tags": {"team": "db"}, "resource_group_id": "rg-demo"}
    outputs = await cloud.restarted().take(**now)

    record = cloud.record(begun)
    assert (outputs["snapshot_id"], cloud.alive()) == (begun, [begun])
    assert {name: outputs[name] for name in now} == now
    assert (record.name, record.description, record.resource_group_id) == ("second", "second", "rg-demo")
    assert not ownership_in(record.tags).being_created
    assert cloud.called("CreateSnapshot") == ["CreateSnapshot"]


async def test_adopting_an_unchanged_declaration_changes_nothing_but_the_mark(cloud: Cloud) -> None:
    await cloud.interrupted(description="same", tags={"team": "web"})
    cloud.emulator.clear_log()

    await cloud.restarted().take(description="same", tags={"team": "web"})

    assert cloud.mutations() == ["TagResources", "TagResources"]


@pytest.mark.parametrize("other", [{"triggers": "new"}, {"disk_id": "d-demo-data"}, {"series": "nightly"}])
async def test_what_was_begun_for_another_intent_is_left_alone(cloud: Cloud, other: Mapping[str, object]) -> None:
    begun = await cloud.interrupted(triggers="old")

    outputs = await cloud.restarted().take(**{"triggers": "old", **other})

    assert cloud.alive() == [begun, outputs["snapshot_id"]]
    assert ownership_in(cloud.record(begun).tags).being_created


async def test_a_failed_snapshot_is_never_adopted_but_discarded(cloud: Cloud) -> None:
    begun = await cloud.interrupted()
    cloud.emulator.fail_snapshot(begun)

    outputs = await cloud.restarted().take()

    assert outputs["generation"] == 2
    assert cloud.alive() == [outputs["snapshot_id"]]


async def test_a_failed_snapshot_that_cannot_be_discarded_does_not_spoil_the_new_one(cloud: Cloud) -> None:
    begun = await cloud.interrupted()
    cloud.emulator.fail_snapshot(begun)
    cloud.emulator.add_faults({"action": "DeleteSnapshot", "code": "Forbidden.RAM", "times": None})

    outputs = await cloud.restarted().take()

    assert cloud.alive() == [begun, outputs["snapshot_id"]]


async def test_after_a_destroy_the_token_that_answers_with_the_deleted_snapshot_is_passed_over(cloud: Cloud) -> None:
    first = await cloud.take()
    await cloud.retire(first)

    second = await cloud.restarted().take()

    assert (second["generation"], second["intent"]) == (first["generation"], first["intent"])
    assert cloud.alive() == [second["snapshot_id"]] != [first["snapshot_id"]]
    assert attempts(cloud) == ["1", "1", "2"]


async def test_a_token_that_an_earlier_run_burnt_with_another_description_leads_to_its_snapshot(cloud: Cloud) -> None:
    cloud.emulator.add_faults({"action": "CreateSnapshot", "kind": "stale", "seconds": 15})
    begun = await cloud.interrupted(description="first")

    outputs = await cloud.restarted().take(description="second")

    refused = [call.code for call in cloud.emulator.calls("CreateSnapshot")]
    assert refused == [None, "IdempotentParameterMismatch"]
    assert (outputs["snapshot_id"], outputs["description"], cloud.alive()) == (begun, "second", [begun])


async def test_a_token_that_was_burnt_for_a_snapshot_that_is_gone_is_passed_over(cloud: Cloud) -> None:
    begun = await cloud.interrupted(description="first")
    await cloud.region.client.delete_snapshot(begun)

    outputs = await cloud.restarted().take(description="second")

    assert attempts(cloud) == ["1", "1", "2"]
    assert cloud.alive() == [outputs["snapshot_id"]]


async def test_a_token_is_sent_again_where_no_answer_came(cloud: Cloud) -> None:
    cloud.emulator.add_faults({"action": "CreateSnapshot", "kind": "drop", "when": "after", "times": 3})

    outputs = await cloud.take()

    assert attempts(cloud) == ["1"] * 4
    assert cloud.alive() == [outputs["snapshot_id"]]


async def test_ecs_that_only_ever_answers_with_snapshots_that_are_gone_ends_the_create(cloud: Cloud) -> None:
    cloud.emulator.add_faults(
        {"action": "CreateSnapshot", "kind": "stale", "seconds": 10_000, "times": None},
        {"action": "UntagResources", "code": "InvalidSnapshotId.NotFound", "times": None},
    )

    with pytest.raises(Unavailable) as caught:
        await cloud.take()

    assert str(caught.value) == (
        "CreateSnapshot of disk d-demo-system answered 20 times with an earlier snapshot\n"
        "  what to do: Run `pulumi up` again in an hour, or set another series."
    )


async def test_two_creates_of_one_series_take_their_turns(cloud: Cloud) -> None:
    inputs = await cloud.inputs()
    operation = cloud.operation()
    create = cloud.snapshots.create

    outputs = [await create(inputs, operation), await create(inputs, operation)]

    assert [each["generation"] for each in outputs] == [1, 2]


@pytest.mark.parametrize(("triggers", "taken_over"), [([1.0, "v1"], True), (["v2"], False)])
async def test_what_something_else_took_is_adopted_by_its_tags_where_the_inputs_are_the_same(
    cloud: Cloud, triggers: list[Any], taken_over: bool
) -> None:
    declared = {"disk_id": "d-demo-system", "series": SERIES, "triggers": triggers, "tags": {"team": "web"}}
    tags = cloud.snapshots.adoption_tags(declared)
    cloud.emulator.add_seed({"snapshots": [{"id": "s-theirs", "disk_id": "d-demo-system", "tags": tags}]})

    outputs = await cloud.take(triggers=[1, "v1"], tags={"team": "web"})

    assert (outputs["snapshot_id"] == "s-theirs") is taken_over
    assert ("CreateSnapshot" in cloud.mutations()) is not taken_over
    assert cloud.record(outputs["snapshot_id"]).tags["team"] == "web"
