from __future__ import annotations

import pytest
from cloud import SERIES, Cloud

from alicloud_snapshot_provider.errors import SnapshotFailed, Unavailable, WaitTimeout
from alicloud_snapshot_provider.ledger.intent import GENERATION_TAG, INTENT_TAG, SERIES_TAG
from alicloud_snapshot_provider.ledger.ownership import ownership_in
from alicloud_snapshot_provider.snapshots.fields import SNAPSHOT_FIELDS

DECLARED = {
    "snapshot_name": "before-upgrade",
    "description": "before the upgrade",
    "tags": {"team": "web"},
    "retention_days": 7,
    "resource_group_id": "rg-demo",
    "triggers": {"version": 2},
    "keep_last": 3,
    "min_age": "12h",
}


async def test_the_outputs_are_what_ecs_says_and_what_only_the_program_knows(cloud: Cloud) -> None:
    outputs = await cloud.take(**DECLARED)

    (info,) = await cloud.region.client.snapshots_by_id([outputs["snapshot_id"]])
    said = {field.name for field in SNAPSHOT_FIELDS if hasattr(info, field.name)} - {"tags"}
    assert {name: outputs[name] for name in said} == {name: getattr(info, name) for name in said}
    assert {name: outputs[name] for name in DECLARED} == DECLARED
    assert (outputs["status"], outputs["disk_id"], outputs["series"]) == ("accomplished", "d-demo-system", SERIES)
    assert (outputs["generation"], outputs["intent"]) == (1, info.tags[INTENT_TAG])


async def test_the_series_is_recorded_on_the_snapshot_and_the_mark_of_being_created_is_gone(cloud: Cloud) -> None:
    outputs = await cloud.take(tags={"team": "web"})

    tags = cloud.record(outputs["snapshot_id"]).tags
    assert (tags["team"], tags[SERIES_TAG], tags[GENERATION_TAG]) == ("web", SERIES, "1")
    assert not ownership_in(tags).being_created
    assert "team" in outputs["tags"]
    assert not any(tag.startswith("alicloud-snapshot:") for tag in outputs["tags"])


@pytest.mark.parametrize(
    ("disk_id", "wait_until", "status", "shortest", "longest"),
    [
        ("d-demo-system", "accomplished", "accomplished", 24, 27),
        ("d-demo-system", "available", "progressing", 3, 6),
        ("d-demo-efficiency", "accomplished", "accomplished", 60, 63),
        ("d-demo-efficiency", "available", "accomplished", 60, 63),
    ],
)
async def test_a_create_lasts_until_the_snapshot_is_what_is_waited_for(
    cloud: Cloud, disk_id: str, wait_until: str, status: str, shortest: float, longest: float
) -> None:
    started = cloud.clock.now()

    outputs = await cloud.take(disk_id=disk_id, wait_until=wait_until)

    assert (outputs["status"], outputs["available"]) == (status, True)
    assert shortest <= cloud.clock.now() - started <= longest


async def test_progress_is_heard_while_the_snapshot_is_created(cloud: Cloud) -> None:
    heard: list[str] = []
    operation = cloud.operation()

    await cloud.snapshots.create(
        await cloud.inputs(), type(operation)(timeout=None, progress=heard.append, tell=operation.tell)
    )

    percents = [int(line.split()[2]) for line in heard]
    assert percents == sorted(percents)
    assert len(set(percents)) > 3


@pytest.mark.parametrize("seconds", [5, 60])
async def test_a_snapshot_that_is_listed_late_is_waited_for(cloud: Cloud, seconds: float) -> None:
    cloud.emulator.add_faults({"action": "CreateSnapshot", "kind": "stale", "seconds": seconds})

    outputs = await cloud.take()

    assert cloud.alive() == [outputs["snapshot_id"]]
    assert cloud.called("CreateSnapshot") == ["CreateSnapshot"]


async def test_a_snapshot_that_is_never_listed_is_named_and_adopted_by_the_next_run(cloud: Cloud) -> None:
    cloud.emulator.add_faults({"action": "CreateSnapshot", "kind": "stale", "seconds": 400})

    with pytest.raises(Unavailable) as caught:
        await cloud.take()

    (snapshot_id,) = cloud.alive()
    assert str(caught.value) == (
        f"snapshot {snapshot_id} was created, but ECS does not list it after 300 s\n"
        "  what to do: Run `pulumi up` again: it adopts this snapshot."
    )
    await cloud.clock.sleep(100)
    assert (await cloud.restarted().take())["snapshot_id"] == snapshot_id
    assert cloud.alive() == [snapshot_id]


async def test_a_time_out_names_the_snapshot_and_the_next_create_adopts_it(cloud: Cloud) -> None:
    with pytest.raises(WaitTimeout) as caught:
        await cloud.snapshots.create(await cloud.inputs(), cloud.operation(timeout=10))

    (snapshot_id,) = cloud.alive()
    assert caught.value.snapshot_id == snapshot_id
    assert str(caught.value) == (
        f"snapshot {snapshot_id} of disk d-demo-system is not accomplished after 10 s; it goes on in the cloud\n"
        "  what to do: Run `pulumi up` again: it resumes this snapshot. "
        "Raise customTimeouts.create for larger disks."
    )
    assert (await cloud.restarted().take())["snapshot_id"] == snapshot_id
    assert cloud.alive() == [snapshot_id]


@pytest.mark.parametrize(("kind", "percent"), [("fail_snapshot", "50"), ("stop_instance", "50")])
async def test_a_failed_snapshot_ends_the_create_at_once_and_the_next_one_takes_a_new_one(
    cloud: Cloud, kind: str, percent: str
) -> None:
    cloud.emulator.add_faults({"action": "CreateSnapshot", "kind": kind})
    started = cloud.clock.now()

    with pytest.raises(SnapshotFailed) as caught:
        await cloud.take()

    (failed,) = cloud.alive()
    assert caught.value.snapshot_id == failed
    assert cloud.clock.now() - started < 20
    assert str(caught.value) == (
        f"snapshot {failed} of disk d-demo-system ended in status failed at {percent} %\n"
        "  what to do: Keep the instance's state unchanged while the snapshot is created, then run `pulumi up` again."
    )

    await cloud.clock.sleep(20)  # the instance comes to rest
    outputs = await cloud.restarted().take()
    assert (outputs["generation"], cloud.alive()) == (2, [outputs["snapshot_id"]])
