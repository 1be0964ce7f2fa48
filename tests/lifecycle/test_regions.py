from __future__ import annotations

import asyncio

import pytest
from cloud import Cloud

from alicloud_snapshot_provider.ecs.settings import Settings
from alicloud_snapshot_provider.errors import InvalidInput


async def test_snapshots_in_two_regions_are_taken_side_by_side_each_where_its_disk_is(cloud: Cloud) -> None:
    here, there = await asyncio.gather(
        cloud.take(), cloud.take(disk_id="d-demo-beijing", series="beijing", region="cn-beijing")
    )

    assert [(each["region"], each["region_id"]) for each in (here, there)] == [
        ("cn-hangzhou", "cn-hangzhou"),
        ("cn-beijing", "cn-beijing"),
    ]
    assert {call.region for call in cloud.emulator.calls("DescribeSnapshots")} == {"cn-hangzhou", "cn-beijing"}


async def test_reading_and_deleting_go_to_the_region_in_the_state(cloud: Cloud) -> None:
    there = await cloud.take(disk_id="d-demo-beijing", series="beijing", region="cn-beijing")
    cloud.emulator.clear_log()

    assert await cloud.snapshots.read(there["snapshot_id"], there, cloud.operation()) == there
    await cloud.retire(there)

    assert cloud.alive() == []
    assert {call.region for call in cloud.emulator.calls() if call.region} == {"cn-beijing"}


async def test_one_region_has_one_client_and_another_one_its_own(cloud: Cloud) -> None:
    regions, settings = cloud.regions, cloud.settings

    assert regions.of(settings) is regions.of(settings.in_region("cn-hangzhou"))
    assert regions.of(settings) is not regions.of(settings.in_region("cn-beijing"))


async def test_without_any_region_no_call_can_be_made(cloud: Cloud) -> None:
    with pytest.raises(InvalidInput) as caught:
        cloud.regions.of(Settings())

    assert str(caught.value) == (
        "no region is configured\n  what to do: "
        "Run `pulumi config set alicloud:region <region>`, set ALICLOUD_REGION, or give region=…."
    )
