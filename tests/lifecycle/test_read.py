from __future__ import annotations

from dataclasses import replace

import pytest
from cloud import Cloud

from alicloud_snapshot_provider.errors import NotFound, PermissionDenied
from alicloud_snapshot_provider.nouns.lifecycle import IMPORTED_KEY
from alicloud_snapshot_provider.registry import NOUNS

GONE = "it was deleted outside Pulumi or its retention ended; the next `pulumi up` takes a new one"


async def test_a_snapshot_that_nobody_touched_reads_as_it_was_created(cloud: Cloud) -> None:
    outputs = await cloud.take(tags={"team": "web"}, retention_days=7, triggers=1)

    assert await cloud.snapshots.read(outputs["snapshot_id"], outputs, cloud.operation()) == outputs
    assert cloud.notes == []


async def test_an_existing_snapshot_reads_by_its_id_alone_and_remembers_that_another_state_holds_it(
    cloud: Cloud,
) -> None:
    outputs = await cloud.take(tags={"team": "web"})

    found = await cloud.snapshots.read(outputs["snapshot_id"], {}, cloud.operation())

    assert found is not None
    assert found.pop(IMPORTED_KEY) == outputs["snapshot_id"]
    assert found == {name: outputs[name] for name in found}
    assert (found["disk_id"], found["tags"]) == ("d-demo-system", {"team": "web"})


@pytest.mark.parametrize(
    ("noun", "what"),
    [
        ("Snapshot", "snapshot s-none"),
        ("SnapshotGroup", "snapshot group s-none"),
        ("SnapshotSet", "snapshot set s-none"),
        ("SnapshotCopy", "snapshot s-none"),
        ("SnapshotLock", "lock of snapshot s-none"),
    ],
)
async def test_an_id_that_names_nothing_is_an_error_where_nothing_else_is_known(
    cloud: Cloud, noun: str, what: str
) -> None:
    resource = NOUNS[noun](cloud.regions, cloud.settings)
    with pytest.raises(NotFound) as error:
        await resource.read("s-none", {}, cloud.operation())
    assert str(error.value) == (
        f"there is no {what} in region cn-hangzhou\n"
        "  what to do: Correct the id, or give the region that it is in; `alicloud-snapshot list` shows what there is."
    )
    assert cloud.notes == []


@pytest.mark.parametrize("used", [False, True])
async def test_a_snapshot_that_is_gone_reads_as_none_after_a_second_look_and_the_loss_is_explained(
    cloud: Cloud, used: bool
) -> None:
    outputs = await cloud.take()
    snapshot_id = outputs["snapshot_id"]
    users = [f"image {cloud.image_of(snapshot_id)}", f"disk {cloud.disk_of(snapshot_id)}"] if used else []
    cloud.vanish(snapshot_id)
    cloud.emulator.clear_log()

    assert await cloud.snapshots.read(snapshot_id, outputs, cloud.operation()) is None

    assert cloud.called("DescribeSnapshots") == ["DescribeSnapshots"] * 2
    still = f", while {', '.join(users)} still refer to it" if users else ""
    assert cloud.notes == [f"snapshot {snapshot_id} is gone{still}: {GONE}"]


async def test_one_empty_answer_is_not_believed(cloud: Cloud) -> None:
    outputs = await cloud.take()
    record = cloud.record(outputs["snapshot_id"])
    cloud.emulator.world.put(replace(record, listed_from=cloud.clock.now() + 1))

    assert await cloud.snapshots.read(record.id, outputs, cloud.operation()) == outputs
    assert cloud.notes == []


async def test_credentials_that_do_not_work_are_an_error_and_never_a_loss(cloud: Cloud) -> None:
    outputs = await cloud.take()
    cloud.emulator.add_faults({"action": "DescribeSnapshots", "code": "Forbidden.RAM", "times": None})

    with pytest.raises(PermissionDenied, match="DescribeSnapshots"):
        await cloud.snapshots.read(outputs["snapshot_id"], outputs, cloud.operation())


async def test_drift_is_explained_and_shown_in_the_outputs(cloud: Cloud) -> None:
    outputs = await cloud.take(snapshot_name="before", tags={"team": "web"}, retention_days=7)
    client, snapshot_id = cloud.region.client, outputs["snapshot_id"]
    await client.modify_snapshot(snapshot_id, snapshot_name="renamed", retention_days=30)
    await client.tag("snapshot", [snapshot_id], {"team": "db"})

    now = await cloud.snapshots.read(snapshot_id, outputs, cloud.operation())

    assert now is not None
    assert (now["snapshot_name"], now["tags"], now["retention_days"]) == ("renamed", {"team": "db"}, 30)
    assert cloud.notes == [
        "snapshot_name was changed outside Pulumi from 'before' to 'renamed': the next `pulumi up` changes it back",
        "tags were changed outside Pulumi from {'team': 'web'} to {'team': 'db'}: "
        "the next `pulumi up` changes them back",
        "retention was extended outside Pulumi from 7 days to 30 days: ECS cannot shrink it, "
        "so raise retention_days to match",
    ]


async def test_a_snapshot_that_failed_is_explained_and_replaced_by_the_next_up(cloud: Cloud) -> None:
    outputs = await cloud.take(wait_until="available")
    cloud.emulator.fail_snapshot(outputs["snapshot_id"])

    now = await cloud.snapshots.read(outputs["snapshot_id"], outputs, cloud.operation())

    assert now is not None
    assert cloud.notes == [
        f"snapshot {outputs['snapshot_id']} has failed and holds nothing: the next `pulumi up` takes a new one"
    ]
    assert cloud.snapshots.diff(now, await cloud.inputs(wait_until="available")).replaces == ["status"]
