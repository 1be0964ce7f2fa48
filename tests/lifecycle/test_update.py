from __future__ import annotations

from typing import Any

import pytest
from cloud import Cloud

from alicloud_snapshot_provider.errors import InvalidInput, NotFound
from alicloud_snapshot_provider.ledger.intent import user_tags

DECLARED: dict[str, Any] = {
    "snapshot_name": "before",
    "description": "before the upgrade",
    "tags": {"team": "web", "old": "1"},
    "retention_days": 7,
    "resource_group_id": "rg-demo",
}


async def updated(cloud: Cloud, outputs: dict[str, Any], **arguments: Any) -> dict[str, Any]:
    """Bring the snapshot to `arguments`, as the engine does with checked inputs; what they lack is not declared."""
    inputs = await cloud.inputs(**arguments)
    return await cloud.snapshots.update(outputs["snapshot_id"], outputs, inputs, cloud.operation())


def stored(cloud: Cloud, snapshot_id: str) -> dict[str, Any]:
    record = cloud.record(snapshot_id)
    return {
        "snapshot_name": record.name,
        "description": record.description,
        "tags": user_tags(record.tags),
        "retention_days": record.retention_days,
        "resource_group_id": record.resource_group_id,
    }


@pytest.mark.parametrize(
    ("change", "calls"),
    [
        ({}, []),
        ({"snapshot_name": "after"}, ["ModifySnapshotAttribute"]),
        ({"description": "another"}, ["ModifySnapshotAttribute"]),
        ({"snapshot_name": "after", "description": "another"}, ["ModifySnapshotAttribute"]),
        ({"retention_days": 8}, ["ModifySnapshotAttribute"]),
        ({"resource_group_id": "rg-production"}, ["JoinResourceGroup"]),
        ({"tags": {"team": "db", "old": "1"}}, ["TagResources"]),
        ({"tags": {"team": "web"}}, ["UntagResources"]),
        ({"tags": {"team": "db"}}, ["UntagResources", "TagResources"]),
        ({"keep_last": 3, "deletion_policy": "retain", "min_age": "1d", "preflight": "off"}, []),
    ],
)
async def test_each_attribute_changes_in_place_by_the_fewest_calls(
    cloud: Cloud, change: dict[str, Any], calls: list[str]
) -> None:
    outputs = await cloud.take(**DECLARED)
    cloud.emulator.clear_log()

    after = await updated(cloud, outputs, **{**DECLARED, **change})

    assert cloud.mutations() == calls
    assert {name: after[name] for name in change} == change
    assert stored(cloud, outputs["snapshot_id"]) == {name: {**DECLARED, **change}[name] for name in DECLARED}


@pytest.mark.parametrize(("removed", "left"), [("description", ""), ("tags", {}), ("resource_group_id", "rg-demo")])
async def test_a_removed_attribute_is_taken_away_and_the_next_diff_is_empty(
    cloud: Cloud, removed: str, left: object
) -> None:
    outputs = await cloud.take(**DECLARED)
    declared = {name: value for name, value in DECLARED.items() if name != removed}

    after = await updated(cloud, outputs, **declared)

    assert after[removed] == stored(cloud, outputs["snapshot_id"])[removed] == left
    assert not cloud.snapshots.diff(after, await cloud.inputs(**declared)).any


async def test_a_renamed_series_is_recorded_and_history_goes_on_in_it(cloud: Cloud) -> None:
    outputs = await cloud.take()

    after = await updated(cloud, outputs, series="nightly")
    following = await cloud.take(series="nightly", triggers=1)

    assert (after["series"], following["generation"]) == ("nightly", 2)


async def test_a_new_retention_waits_until_the_upload_has_ended(cloud: Cloud) -> None:
    outputs = await cloud.take(wait_until="available", retention_days=7)
    assert outputs["status"] == "progressing"

    after = await updated(cloud, outputs, wait_until="available", retention_days=8)

    refusals = [call.code for call in cloud.emulator.calls("ModifySnapshotAttribute")]
    assert refusals == [*["InvalidSnapshotId.NotReady"] * (len(refusals) - 1), None]
    assert len(refusals) > 1
    assert (after["retention_days"], after["status"]) == (8, "accomplished")


async def test_an_update_resumes_the_wait(cloud: Cloud) -> None:
    outputs = await cloud.take(wait_until="available")

    after = await updated(cloud, outputs, wait_until="accomplished")

    assert (outputs["status"], after["status"]) == ("progressing", "accomplished")


async def test_a_snapshot_that_is_gone_cannot_be_updated(cloud: Cloud) -> None:
    outputs = await cloud.take()
    await cloud.region.client.delete_snapshot(outputs["snapshot_id"])

    with pytest.raises(NotFound) as caught:
        await updated(cloud, outputs, description="another")

    assert str(caught.value) == (
        f"snapshot {outputs['snapshot_id']} does not exist in region cn-hangzhou\n"
        "  what to do: Run `pulumi refresh`, then `pulumi up`: a new snapshot is taken."
    )


@pytest.mark.parametrize(
    ("change", "property_name", "text"),
    [
        (
            {"resource_group_id": "rg-nowhere"},
            "resource_group_id",
            "JoinResourceGroup of {} failed: The ResourceGroup provided does not exist in our records. "
            "[InvalidResourceGroup.NotFound, RequestId {}]\n  what to do: Name an existing resource group.",
        ),
        (
            {"retention_days": 7},
            "retention_days",
            "ModifySnapshotAttribute of {} failed: The RetentionDays can only be extended. "
            "[InvalidOperation.DecreaseRetentionDaysUnsupported, RequestId {}]\n"
            "  what to do: Use 1 to 65536 days, and never fewer than before.",
        ),
    ],
)
async def test_what_ecs_refuses_names_the_property_the_snapshot_and_the_request(
    cloud: Cloud, change: dict[str, Any], property_name: str, text: str
) -> None:
    outputs = await cloud.take()

    with pytest.raises(InvalidInput) as caught:
        await updated(cloud, outputs, **change)

    request_id = cloud.emulator.calls()[-1].request_id
    assert caught.value.property_name == property_name
    assert str(caught.value) == text.format(outputs["snapshot_id"], request_id)
