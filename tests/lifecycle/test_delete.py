from __future__ import annotations

from typing import Any

import pytest
from cloud import SERIES, Cloud

from alicloud_snapshot_provider.errors import Busy, InUse, Unavailable
from alicloud_snapshot_provider.ledger.ownership import OWNERSHIP_TAG, RETAINED, ownership_in

IMAGE_REMEDY = "Delete the image first: Force does not help."
DISK_REMEDY = "Delete the disk first, or set force_delete = True: the disk then can never be re-initialised."


async def generations(cloud: Cloud, count: int, **policies: Any) -> list[dict[str, Any]]:
    """Take and replace a snapshot until there were `count`; return the outputs of each."""
    taken: list[dict[str, Any]] = []
    for version in range(count):
        taken.append(await cloud.take(triggers=version, **policies))
        if version:
            await cloud.retire(taken[-2])
    return taken


def ids(outputs: list[dict[str, Any]]) -> list[str]:
    return [each["snapshot_id"] for each in outputs]


async def test_keep_last_leaves_the_newest_three_of_six_and_says_why(cloud: Cloud) -> None:
    taken = await generations(cloud, 6, keep_last=3)

    assert cloud.alive() == ids(taken)[3:]
    assert cloud.notes == [
        f"remove {each['snapshot_id']} (generation {each['generation']}): 3 newer accomplished ones are kept"
        for each in taken[:3]
    ]


async def test_a_replaced_snapshot_goes_where_nothing_else_is_asked_for(cloud: Cloud) -> None:
    taken = await generations(cloud, 2)

    assert cloud.alive() == ids(taken)[1:]


async def test_destroying_deletes_the_whole_series_and_nothing_else(cloud: Cloud) -> None:
    other = await cloud.take(series="another")
    taken = await generations(cloud, 3, keep_last=3)

    await cloud.retire(taken[-1])

    assert cloud.alive() == [other["snapshot_id"]]


async def test_destroying_with_retain_leaves_the_whole_series_marked_and_says_so(cloud: Cloud) -> None:
    taken = await generations(cloud, 3, keep_last=3, deletion_policy="retain")
    cloud.notes.clear()

    await cloud.retire(taken[-1])

    assert cloud.alive() == ids(taken)
    assert all(ownership_in(cloud.record(each).tags) == RETAINED for each in cloud.alive())
    assert cloud.notes == [f'keep {each}: deletion_policy is "retain"' for each in ids(taken)]


@pytest.mark.parametrize("policy", ["delete", "retain"])
async def test_destroying_what_is_gone_already_succeeds(cloud: Cloud, policy: str) -> None:
    outputs = await cloud.take()
    cloud.vanish(outputs["snapshot_id"])

    await cloud.retire(outputs, deletion_policy=policy)

    assert cloud.alive() == []


@pytest.mark.parametrize("policy", ["delete", "retain"])
async def test_a_snapshot_whose_tags_were_taken_away_meets_its_policy_all_the_same(cloud: Cloud, policy: str) -> None:
    outputs = await cloud.take()
    await cloud.region.client.untag(
        "snapshot", [outputs["snapshot_id"]], list(cloud.record(outputs["snapshot_id"]).tags)
    )

    await cloud.retire(outputs, deletion_policy=policy)

    left = [ownership_in(cloud.record(each).tags) == RETAINED for each in cloud.alive()]
    assert left == ([True] if policy == "retain" else [])


@pytest.mark.parametrize(("policy", "left"), [("delete", [2]), ("retain", [1, 2])])
async def test_a_newer_one_that_is_still_being_created_has_not_replaced_anything(
    cloud: Cloud, policy: str, left: list[int]
) -> None:
    outputs = await cloud.take()
    begun = await cloud.interrupted(triggers="new")

    await cloud.restarted().retire(outputs, deletion_policy=policy)

    assert cloud.alive() == [[outputs["snapshot_id"], begun][generation - 1] for generation in left]


async def test_one_in_use_by_an_image_outlives_its_pruning_with_the_image_named(cloud: Cloud) -> None:
    first = await cloud.take()
    image = cloud.image_of(first["snapshot_id"])
    second = await cloud.take(triggers="new")

    await cloud.retire(first)

    assert cloud.alive() == ids([first, second])
    assert cloud.notes == [
        f"keep {first['snapshot_id']} for now: "
        f"snapshot {first['snapshot_id']} is in use by image {image} and cannot be deleted"
    ]


@pytest.mark.parametrize("force", [False, True])
async def test_an_image_holds_its_snapshot_even_by_force_until_it_is_deleted(cloud: Cloud, force: bool) -> None:
    outputs = await cloud.take()
    image = cloud.image_of(outputs["snapshot_id"])
    started = cloud.clock.now()

    with pytest.raises(InUse) as caught:
        await cloud.retire(outputs, force_delete=force)

    assert cloud.clock.now() - started < 5
    refused = cloud.emulator.calls("DeleteSnapshot")[-1]
    assert (caught.value.images, caught.value.disks) == ((image,), ())
    assert str(caught.value) == (
        f"snapshot {outputs['snapshot_id']} is in use by image {image} and cannot be deleted "
        f"[SnapshotCreatedImage, RequestId {refused.request_id}]\n  what to do: {IMAGE_REMEDY}"
    )

    cloud.remove_image(image)
    await cloud.retire(outputs)
    assert cloud.alive() == []


async def test_a_disk_holds_its_snapshot_unless_it_is_deleted_by_force(cloud: Cloud) -> None:
    outputs = await cloud.take()
    disk = cloud.disk_of(outputs["snapshot_id"])

    with pytest.raises(InUse) as caught:
        await cloud.retire(outputs)

    refused = cloud.emulator.calls("DeleteSnapshot")[-1]
    assert (caught.value.images, caught.value.disks) == ((), (disk,))
    assert str(caught.value) == (
        f"snapshot {outputs['snapshot_id']} is in use by disk {disk} and cannot be deleted "
        f"[SnapshotCreatedDisk, RequestId {refused.request_id}]\n  what to do: {DISK_REMEDY}"
    )

    await cloud.retire(outputs, force_delete=True)
    assert cloud.alive() == []


async def test_destroying_a_series_names_everything_that_holds_it_and_deletes_nothing(cloud: Cloud) -> None:
    taken = await generations(cloud, 3, keep_last=3)
    held = {each: cloud.image_of(each) for each in ids(taken)[:2]}

    with pytest.raises(InUse) as caught:
        await cloud.retire(taken[-1])

    problems = [f"snapshot {each} is in use by image {image} and cannot be deleted" for each, image in held.items()]
    assert str(caught.value) == f"{'; '.join(problems)}\n  what to do: {IMAGE_REMEDY}"
    assert caught.value.images == tuple(held.values())
    assert cloud.alive() == ids(taken)


async def test_a_snapshot_whose_last_user_has_just_gone_is_released_in_a_while(cloud: Cloud) -> None:
    outputs = await cloud.take()
    cloud.emulator.add_faults({"action": "DeleteSnapshot", "code": "SnapshotCreatedImage", "status": 403, "times": 3})

    await cloud.retire(outputs)

    assert cloud.alive() == []


async def test_one_that_stays_in_use_by_nobody_known_is_an_error_in_the_end(cloud: Cloud) -> None:
    outputs = await cloud.take()
    fault = {"action": "DeleteSnapshot", "code": "SnapshotCreatedDisk", "status": 403, "times": None}
    cloud.emulator.add_faults(fault)

    with pytest.raises(InUse) as caught:
        await cloud.retire(outputs)

    assert caught.value.problem == (
        f"snapshot {outputs['snapshot_id']} is in use by an image or disk and cannot be deleted"
    )


async def test_a_passing_conflict_is_waited_out(cloud: Cloud) -> None:
    outputs = await cloud.take()
    cloud.emulator.add_faults({"action": "DeleteSnapshot", "code": "Operation.Conflict", "status": 403, "times": 4})

    await cloud.retire(outputs)

    assert cloud.alive() == []


async def test_a_conflict_that_lasts_is_an_error_in_the_end(cloud: Cloud) -> None:
    outputs = await cloud.take()
    fault = {"action": "DeleteSnapshot", "code": "Operation.Conflict", "status": 403, "times": None}
    cloud.emulator.add_faults({**fault, "message": "Retry later."})

    with pytest.raises(Busy) as caught:
        await cloud.retire(outputs)

    refused = cloud.emulator.calls("DeleteSnapshot")[-1]
    assert str(caught.value) == (
        f"DeleteSnapshot of {outputs['snapshot_id']} failed: Retry later. "
        f"[Operation.Conflict, RequestId {refused.request_id}]\n"
        "  what to do: Run it again once the snapshot is accomplished."
    )


async def test_a_deleted_snapshot_that_ecs_goes_on_listing_is_an_error(cloud: Cloud) -> None:
    outputs = await cloud.take()
    fault = {"action": "DeleteSnapshot", "code": "InvalidSnapshotId.NotFound", "times": None}
    cloud.emulator.add_faults(fault)

    with pytest.raises(Unavailable) as caught:
        await cloud.retire(outputs)

    assert str(caught.value) == (
        f"snapshot {outputs['snapshot_id']} was deleted, but ECS still lists it after 60 s\n  what to do: Run it again."
    )


async def test_state_of_an_imported_snapshot_without_policies_deletes_only_what_is_its_own(cloud: Cloud) -> None:
    outputs = await cloud.take()
    other = await cloud.take(series="another")
    await cloud.region.client.untag("snapshot", [outputs["snapshot_id"]], [OWNERSHIP_TAG])

    await cloud.retire({"snapshot_id": outputs["snapshot_id"], "series": SERIES, "generation": 1.0})

    assert cloud.alive() == [other["snapshot_id"]]
