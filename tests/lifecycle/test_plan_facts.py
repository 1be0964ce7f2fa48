from __future__ import annotations

from typing import Any

import pytest
from cloud import Cloud

from alicloud_snapshot_provider.nouns.noun import Notes
from alicloud_snapshot_provider.nouns.preferences import Preferences
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN
from alicloud_snapshot_provider.registry import NOUNS
from alicloud_snapshot_provider.snapshots.estimate import Price
from alicloud_snapshot_provider.snapshots.resource import SnapshotResource

WHAT = "system disk d-demo-system, 40 GiB cloud_essd, of instance i-demo, without its other disks (d-demo-data)"
KEEP = "keep the state of i-demo unchanged meanwhile: no stop, no restart; the disk's I/O is slightly slower meanwhile"


async def notes(cloud: Cloud, preferences: Preferences | None = None, **arguments: Any) -> Notes:
    """Return what a preview in a new process shows."""
    again = cloud.restarted()
    resource = SnapshotResource(again.regions, again.settings, preferences or Preferences())
    inputs = await again.inputs(preflight="off", **arguments)
    return (await resource.check({}, {**inputs, "preflight": "error"})).notes


async def test_the_first_snapshot_is_announced_as_full(cloud: Cloud) -> None:
    assert await notes(cloud) == Notes(
        (
            "full snapshot, about 1 min, at most 40 GiB and USD 0.69 a month",
            WHAT,
            "the disk's first snapshot: stores every used block",
            KEEP,
        ),
        (),
    )
    assert cloud.mutations() == []


@pytest.mark.parametrize("disk_id", ["d-demo-system", "d-demo-data"], ids=["the disk", "another of its instance"])
async def test_a_snapshot_in_progress_of_the_same_instance_is_told(cloud: Cloud, disk_id: str) -> None:
    cloud.emulator.add_seed({"snapshots": [{"id": "s-begun", "disk_id": disk_id, "status": "progressing"}]})
    (told,) = [fact for fact in (await notes(cloud)).facts if "in progress" in fact]
    assert told.startswith(f"snapshot s-begun of {disk_id} is in progress (")


async def test_the_next_one_is_announced_as_incremental_with_the_age_of_the_previous_one(cloud: Cloud) -> None:
    previous = await cloud.take()
    await cloud.clock.sleep(3_600)

    told = await notes(cloud, triggers="new")

    assert told.facts[0].startswith("incremental snapshot, about ")
    assert told.facts[2].startswith(f"stores what changed since {previous['snapshot_id']}, 1 h old")


async def test_a_young_automatic_snapshot_is_told_where_min_age_is_declared_and_not_taken_over(cloud: Cloud) -> None:
    cut = cloud.emulator.now() - 7_200
    automatic = {"id": "s-auto", "disk_id": "d-demo-system", "type": "auto", "creation_time": cut}
    by_hand = {"id": "s-hand", "disk_id": "d-demo-system", "creation_time": cut}
    cloud.emulator.add_seed({"snapshots": [automatic, by_hand]})

    told = [fact for fact in (await notes(cloud, min_age="12h")).facts if "min_age" in fact]

    assert told == [
        "automatic snapshot s-auto is 2 h old, which is younger than min_age; it does not count, since its policy may "
        "delete it at any time"
    ]
    assert not any("min_age" in fact for fact in (await notes(cloud, min_age="1h")).facts)
    assert not any("min_age" in fact for fact in (await notes(cloud)).facts)


@pytest.mark.parametrize("noun", ["SnapshotGroup", "SnapshotSet"])
async def test_a_young_automatic_snapshot_is_told_of_every_disk_of_a_group_or_set(cloud: Cloud, noun: str) -> None:
    cut = cloud.emulator.now() - 7_200
    disks = ["d-demo-data", "d-demo-system"]
    automatic = [{"id": f"s-{disk}", "disk_id": disk, "type": "auto", "creation_time": cut} for disk in disks]
    cloud.emulator.add_seed({"snapshots": automatic})
    declared = {"disk_ids": disks, "series": "project/stack/all#0123456789"}

    told = {}
    for min_age in ("12h", "1h"):
        resource = NOUNS[noun](cloud.regions, cloud.settings)
        checked = await resource.check({}, {**declared, "min_age": min_age})
        told[min_age] = "; ".join(checked.notes.facts)

    for disk in disks:
        assert (
            f"automatic snapshot s-{disk} is 2 h old, which is younger than min_age; it does not count" in told["12h"]
        )
    assert "min_age" not in told["1h"]


async def test_what_a_policy_or_somebody_else_took_is_neither_adopted_nor_deleted(
    cloud: Cloud,
) -> None:
    cut = cloud.emulator.now() - 60
    foreign = [
        {"id": f"s-{kind}", "disk_id": "d-demo-system", "type": kind, "creation_time": cut} for kind in ("auto", "user")
    ]
    cloud.emulator.add_seed({"snapshots": foreign})

    taken = await cloud.take(min_age="12h")
    assert taken["snapshot_id"] not in {"s-auto", "s-user"}
    again = await cloud.take(min_age="12h", triggers="new")
    await cloud.retire(taken)
    await cloud.retire(again)

    assert cloud.alive() == ["s-auto", "s-user"]


async def test_an_unfinished_one_is_announced_as_adopted(cloud: Cloud) -> None:
    begun = await cloud.interrupted(after=12)

    told = await notes(cloud)

    assert told.facts == (f"adopts {begun} (49%), which an earlier run began for the same intent",)


async def test_a_price_of_the_users_own_is_used(cloud: Cloud) -> None:
    told = await notes(cloud, Preferences(Price(0.5, "CNY")))

    assert told.facts[0] == "full snapshot, about 1 min, at most 40 GiB and CNY 20.00 a month"


async def test_what_deserves_a_second_thought_is_warned_of(cloud: Cloud) -> None:
    told = await notes(cloud, window="01:00-05:00 UTC", force_delete=True)

    assert told.warnings == (
        "now is outside the maintenance window 01:00-05:00 UTC: creation slows the disk's I/O a little",
        "force_delete is set: once the snapshot is deleted, disks made from it can never be re-initialised",
    )


async def test_a_detached_disk_asks_for_nothing_to_be_kept(cloud: Cloud) -> None:
    cloud.emulator.add_seed({"disks": [{"id": "d-x", "size": 40, "attached_time": 1.0}]})

    told = await notes(cloud, disk_id="d-x")

    assert told.facts[1] == "data disk d-x, 40 GiB cloud_essd, not attached"
    assert told.facts[3] == "the disk's I/O is slightly slower meanwhile"
    assert told.warnings == ()


@pytest.mark.parametrize("disk_id", ["d-demo-data", UNKNOWN], ids=["known", "not known yet"])
async def test_what_becomes_of_the_history_of_a_disk_that_is_left_is_announced(cloud: Cloud, disk_id: Any) -> None:
    taken, inputs = await cloud.take(), await cloud.inputs(keep_last=3)

    assert cloud.snapshots.diff(taken, {**inputs, "triggers": "new"}).notes == Notes()
    assert cloud.snapshots.diff(taken, {**inputs, "disk_id": disk_id}).notes.facts == (
        "history: the newest 3 of disk d-demo-system stay, also once the disk is gone; then a destroy of this resource "
        'leaves the last one, and all with deletion_policy="retain" or retain_on_delete',
    )
