"""Many snapshots at once share their calls."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from cloud import Cloud, open_cloud

from ecs_emulator import Seed
from ecs_emulator.seed import default_seed

MANY = 100
DISKS = [f"d-many-{number}" for number in range(MANY)]


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    disks = [{"id": disk, "instance_id": "i-demo", "size": 20, "used_gib": 30} for disk in DISKS]
    seed: Seed = {**default_seed(), "disks": [*default_seed()["disks"], *disks]}
    async with open_cloud(seed) as cloud:
        yield cloud


def series(disk_id: str) -> str:
    return f"project/stack/{disk_id}#0123456789"


async def check(cloud: Cloud, disk_id: str) -> dict[str, Any]:
    return await cloud.inputs(disk_id=disk_id, series=series(disk_id))


async def test_a_hundred_creates_cost_one_call_each_and_share_the_looks(cloud: Cloud) -> None:
    inputs = [await cloud.inputs(disk_id=disk, series=series(disk), preflight="off") for disk in DISKS]
    started = cloud.clock.now()

    outputs = await asyncio.gather(*(cloud.snapshots.create(each, cloud.operation()) for each in inputs))

    assert {each["disk_id"] for each in outputs} == set(DISKS)
    assert cloud.clock.now() - started < 75
    counts = Counter(cloud.called())
    assert (counts.pop("CreateSnapshot"), counts.pop("TagResources")) == (MANY, MANY)
    assert counts.keys() == {"DescribeSnapshots"}
    assert counts["DescribeSnapshots"] < 60


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "one after the other"])
async def test_a_hundred_previews_share_their_calls(cloud: Cloud, at_once: bool) -> None:
    if at_once:
        await asyncio.gather(*(check(cloud, disk) for disk in DISKS))
    else:
        for disk in DISKS:
            await check(cloud, disk)

    assert cloud.mutations() == []
    assert len(cloud.called()) < 20


async def test_a_hundred_deletes_of_one_stack_share_their_looks(cloud: Cloud) -> None:
    outputs = await asyncio.gather(*(cloud.take(disk_id=disk, series=series(disk)) for disk in DISKS))
    cloud.emulator.clear_log()

    await asyncio.gather(*(cloud.retire(each) for each in outputs))

    counts = Counter(cloud.called())
    assert cloud.alive() == []
    assert counts.pop("DeleteSnapshot") == MANY
    assert counts.keys() == {"DescribeSnapshots", "DescribeDisks"}
    assert counts["DescribeSnapshots"] < 10
    assert counts["DescribeDisks"] < 5
