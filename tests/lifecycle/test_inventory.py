"""The overview of a region: all snapshots with what surrounds them, also where some of it may not be listed."""

from __future__ import annotations

import pytest
from cloud import Cloud, open_cloud

from alicloud_snapshot_provider.errors import PermissionDenied
from alicloud_snapshot_provider.overview.inventory import take_inventory

OLD = 1_700_000_000.0
WORLD = {
    "regions": [
        {"id": "cn-hangzhou", "zones": ["cn-hangzhou-h"]},
        {"id": "cn-beijing", "zones": ["cn-beijing-h"]},
    ],
    "access_keys": [{"id": "emulator-key-id", "secret": "emulator-key-secret"}],
    "instances": [{"id": "i-1", "name": "web"}],
    "disks": [
        {"id": "d-1", "size": 100, "used_gib": 30, "instance_id": "i-1"},
        {"id": "d-2", "size": 20, "source_snapshot_id": "s-2"},
    ],
    "snapshots": [
        {"id": "s-1", "disk_id": "d-1", "creation_time": OLD, "full_gib": 30, "stored_gib": 30},
        {"id": "s-2", "disk_id": "d-1", "creation_time": OLD + 60, "full_gib": 32, "stored_gib": 4},
        {"id": "s-3", "disk_id": "d-1", "creation_time": OLD + 90, "lock": {"duration_days": 36500}},
        {"id": "s-4", "disk_id": "d-1", "creation_time": OLD + 95, "lock": {"duration_days": 1, "creation_time": OLD}},
        {"id": "s-5", "disk_id": "d-9", "region_id": "cn-beijing"},
    ],
    "images": [{"id": "m-1", "disks": [{"snapshot_id": "s-1"}]}, {"id": "m-2", "owner": "system"}],
}


async def test_an_inventory_holds_what_is_in_the_region_and_nothing_else() -> None:
    async with open_cloud(WORLD) as cloud:
        inventory = await take_inventory(cloud.region)
    assert [each.snapshot_id for each in inventory.snapshots] == ["s-1", "s-2", "s-3", "s-4"]
    assert [(each.disk_id, each.source_snapshot_id) for each in inventory.disks] == [("d-1", ""), ("d-2", "s-2")]
    assert [(each.image_id, each.snapshot_ids) for each in inventory.images] == [("m-1", ("s-1",))]
    assert inventory.instances["i-1"].instance_name == "web"
    assert inventory.unread == []


async def test_an_expired_lock_is_none() -> None:
    async with open_cloud(WORLD) as cloud:
        inventory = await take_inventory(cloud.region)
    assert list(inventory.locks) == ["s-3"]


async def test_a_chain_has_the_size_that_ecs_measured() -> None:
    async with open_cloud(WORLD) as cloud:
        inventory = await take_inventory(cloud.region)
    (chain,) = inventory.chains.values()
    assert (chain.source_disk_id, chain.snapshot_count) == ("d-1", 4)
    assert chain.stored_bytes >= 34 * 1024**3


async def test_a_region_with_many_pages_is_listed_to_its_end() -> None:
    many = range(250)
    disks = [{"id": f"d-{number:03}", "size": 20} for number in many]
    locked = {"creation_time": OLD, "lock": {"duration_days": 36500}}
    snapshots = [{"id": f"s-{number:03}", "disk_id": f"d-{number:03}", **locked} for number in many]
    images = [{"id": f"m-{number:03}", "disks": [{"snapshot_id": f"s-{number:03}"}]} for number in many]
    world = {**WORLD, "instances": [], "disks": disks, "snapshots": snapshots, "images": images}
    async with open_cloud(world) as cloud:
        inventory = await take_inventory(cloud.region)
    counts = [len(each) for each in (inventory.snapshots, inventory.disks, inventory.images, inventory.locks)]
    assert counts == [250, 250, 250, 250]
    assert len(inventory.chains) == 250


@pytest.mark.parametrize(
    ("action", "missing"),
    [
        ("DescribeInstances", "instances' names are not shown: allow ecs:DescribeInstances to this RAM user or role"),
        (
            "DescribeImages",
            "images that hold snapshots are not shown: allow ecs:DescribeImages to this RAM user or role",
        ),
        ("DescribeLockedSnapshots", "locks are not shown: allow ecs:DescribeLockedSnapshots to this RAM user or role"),
        (
            "DescribeSnapshotLinks",
            "measured sizes are not shown: allow ecs:DescribeSnapshotLinks to this RAM user or role",
        ),
    ],
)
async def test_what_may_not_be_listed_is_named_and_the_rest_is_there(action: str, missing: str) -> None:
    async with open_cloud(WORLD) as cloud:
        _deny(cloud, action)
        inventory = await take_inventory(cloud.region)
    assert inventory.unread == [missing]
    assert len(inventory.snapshots) == 4


@pytest.mark.parametrize("action", ["DescribeSnapshots", "DescribeDisks"])
async def test_without_snapshots_or_disks_there_is_no_inventory(action: str) -> None:
    async with open_cloud(WORLD) as cloud:
        _deny(cloud, action)
        with pytest.raises(PermissionDenied, match="User not authorized"):
            await take_inventory(cloud.region)


def _deny(cloud: Cloud, action: str) -> None:
    cloud.emulator.add_faults({"action": action, "code": "Forbidden.RAM", "times": None})
