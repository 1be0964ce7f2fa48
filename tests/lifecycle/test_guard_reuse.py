"""A guard with `reuse="any"` counts a young snapshot of others, and never touches it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cloud import Cloud

from alicloud_snapshot_provider.drills.spec import FILE_SYSTEM_CHECK, Check
from alicloud_snapshot_provider.ecs.models import SnapshotInfo
from alicloud_snapshot_provider.freezes.spec import Commands, Freeze
from alicloud_snapshot_provider.guards.changes import GuardedChanges
from alicloud_snapshot_provider.guards.changing_resource import ChangingResource
from alicloud_snapshot_provider.guards.drill import GuardDrill
from alicloud_snapshot_provider.guards.guard import Guard, GuardRules, GuardTarget
from alicloud_snapshot_provider.ledger.intent import GENERATION_TAG, SERIES_TAG
from alicloud_snapshot_provider.ledger.ownership import held_by
from alicloud_snapshot_provider.ledger.proof import PROVEN_TAG
from alicloud_snapshot_provider.snapshots.estimate import Price

HOUR = 3_600.0
DISK = "d-demo-data"
ANY = GuardRules(min_age=12 * HOUR, reuse="any", keep_last=1)
GUARDED = GuardTarget("the update of web", lambda disk_id: f"guard:{disk_id}", [DISK])


def others(cloud: Cloud, **fields: Any) -> str:
    """Return a snapshot of the disk that others took two hours ago."""
    cut = cloud.clock.now() - 2 * HOUR
    cloud.emulator.add_seed({"snapshots": [{"id": "s-others", "disk_id": DISK, "creation_time": cut, **fields}]})
    return "s-others"


async def protect(cloud: Cloud, rules: GuardRules = ANY) -> list[SnapshotInfo]:
    guard = Guard(cloud.restarted().region, rules)
    return await guard.protect(GUARDED, progress=lambda _info: None, tell=cloud.notes.append)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            {"type": "auto", "retention_days": 7},
            "(automatic snapshot policy) counts: it is 2 h old, and ECS deletes it after 7 d",
        ),
        ({"name": "before-the-upgrade"}, "(by hand or another tool) counts: it is 2 h old"),
        ({"tags": {"made-by": "alicloud.ecs.EcsSnapshot"}}, "(by hand or another tool) counts: it is 2 h old"),
    ],
    ids=["a policy's", "the console's", "EcsSnapshot's"],
)
async def test_a_young_snapshot_of_others_counts_and_stays_as_it_is(
    cloud: Cloud, fields: dict[str, Any], told: str
) -> None:
    snapshot_id = others(cloud, **fields)
    before = cloud.record(snapshot_id)

    (counted,) = await protect(cloud)

    assert counted.snapshot_id == snapshot_id
    assert cloud.mutations() == []
    assert cloud.notes == [f"before the update of web: {snapshot_id} of {DISK} {told}"]
    await cloud.clock.sleep(12 * HOUR)
    for _ in range(2):
        (own,) = await protect(cloud, replace(ANY, min_age=None))
        assert own.snapshot_id != snapshot_id
    assert replace(cloud.record(snapshot_id), **{"sequence": before.sequence}) == before
    assert cloud.called().count("DeleteSnapshot") == 1, "the guard's own history is pruned as ever"


@pytest.mark.parametrize(
    ("fields", "rules"),
    [
        ({}, replace(ANY, reuse="guard")),
        ({}, replace(ANY, min_age=None)),
        ({}, replace(ANY, min_age=HOUR)),
        ({}, replace(ANY, freeze=Freeze(Commands(command="true", thaw="true")))),
        ({"status": "failed"}, ANY),
        ({"category": "archive"}, ANY),
        ({"source_snapshot_id": "s-far", "source_region_id": "cn-beijing"}, ANY),
        ({"disk_id": "d-demo-system"}, ANY),
        ({"tags": {SERIES_TAG: "other", GENERATION_TAG: "1", **held_by("web").tags}}, ANY),
        ({"tags": {"alicloud-snapshot:verify": DISK}}, ANY),
    ],
    ids=[
        "reuse is guard",
        "no min_age",
        "older",
        "a freeze",
        "failed",
        "archived",
        "a copy",
        "another disk's",
        "another stack's",
        "a verification's",
    ],
)
async def test_what_does_not_count_is_no_reason_to_take_none(
    cloud: Cloud, fields: dict[str, Any], rules: GuardRules
) -> None:
    snapshot_id = others(cloud, **fields)

    (taken,) = await protect(cloud, rules)

    assert taken.snapshot_id != snapshot_id
    assert taken.source_disk_id == DISK


async def test_a_member_of_a_declared_group_does_not_count(cloud: Cloud) -> None:
    tags = {SERIES_TAG: "volume", GENERATION_TAG: "1", **held_by("volume").tags}
    cloud.emulator.add_seed({"snapshot_groups": [{"id": "ssg-1", "instance_id": "i-demo", "tags": tags}]})
    member = others(cloud, group_id="ssg-1")

    (taken,) = await protect(cloud)

    assert taken.snapshot_id != member


async def test_the_preview_says_that_it_counts_and_takes_nothing(cloud: Cloud) -> None:
    others(cloud, type="auto")
    await Guard(cloud.region, ANY, Price(1.0)).preview(GUARDED, tell=cloud.notes.append)
    assert cloud.notes == [
        f"before the update of web: s-others of {DISK} (automatic snapshot policy) counts: it is 2 h old"
    ]
    assert cloud.mutations() == []


async def test_it_is_proven_too_and_gets_no_other_tag(cloud: Cloud) -> None:
    cloud.emulator.add_seed({"instances": [{"id": "i-helper"}]})
    snapshot_id = others(cloud)
    helper = GuardDrill("i-helper", checks=(Check(name=FILE_SYSTEM_CHECK),))

    await protect(cloud, replace(ANY, drill=helper))

    assert cloud.record(snapshot_id).tags.keys() == {PROVEN_TAG}
    assert not [disk for disk in cloud.emulator.world.disks if disk.source_snapshot_id]
    assert [each.snapshot_id for each in await protect(cloud)] == [snapshot_id]


async def test_what_counts_for_a_detachment_is_never_the_disks_own_history(cloud: Cloud) -> None:
    """The deletion after a detachment takes over what the guard took, but nothing of others, young or old."""
    others(cloud)
    changes = GuardedChanges()
    kinds = {"attachment": "alicloud:ecs/ecsDiskAttachment:EcsDiskAttachment", "data": "alicloud:ecs/ecsDisk:EcsDisk"}

    async def delete(name: str) -> SnapshotInfo:
        changing = ChangingResource("delete", kinds[name], name, f"urn:{name}", DISK)
        (found,) = await changes.protect(
            cloud.region, ANY, changing, GUARDED, progress=lambda _info: None, tell=cloud.notes.append
        )
        return found

    assert (await delete("attachment")).snapshot_id == "s-others"
    await cloud.region.client.detach_disk(DISK, "i-demo")
    await cloud.clock.sleep(12 * HOUR)
    own = await delete("data")

    assert own.snapshot_id != "s-others"
    assert cloud.record("s-others").tags == {}
    assert cloud.alive() == ["s-others", own.snapshot_id]
