"""The calls grow with the stack, not with its region: ECS lists at most 1,000 snapshots by tags, and pages of 100."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any

from cloud import Cloud, open_cloud

from alicloud_snapshot_provider.ledger.intent import Intent
from ecs_emulator import Seed, default_seed

IN_STACK = 1_100
FOREIGN = 2_500
MANY = 120
AT_ONCE = 16
"""Deletes at a time: the engine's default on a small machine."""
PREVIEW_SECONDS = 0.02
"""What the engine takes for each resource."""


def series(number: int) -> str:
    return f"project/stack/r{number}#0123456789"


def region_of(count: int, *, foreign: int = 0, in_stack: int = 0) -> Seed:
    """Return a region with disks, each of an instance of its own, and snapshots, of a stack and of others."""
    names = [f"{number:04}" for number in range(count)]
    tagged = [
        {"id": f"s-own-{number}", "disk_id": f"d-{number:04}", "tags": Intent(series(number), {}, 1).tags()}
        for number in range(in_stack)
    ]
    return {
        **default_seed(),
        "instances": [{"id": f"i-{name}"} for name in names],
        "disks": [{"id": f"d-{name}", "instance_id": f"i-{name}", "size": 20} for name in names],
        "snapshots": [*tagged, *({"id": f"s-{each}", "disk_id": f"d-{each // 2:04}"} for each in range(foreign))],
    }


async def check(cloud: Cloud, number: int) -> dict[str, Any]:
    inputs = await cloud.inputs(disk_id=f"d-{number:04}", series=series(number))
    await cloud.clock.sleep(PREVIEW_SECONDS)
    return inputs


async def up(cloud: Cloud, count: int) -> list[dict[str, Any]]:
    """Check one resource after the other, and create each at once, as the engine does."""
    creates = []
    for number in range(count):
        inputs = await check(cloud, number)
        creates.append(asyncio.create_task(cloud.snapshots.create(inputs, cloud.operation())))
    return await asyncio.gather(*creates)


async def a_few_at_a_time(works: Iterable[Coroutine[Any, Any, Any]]) -> None:
    slots = asyncio.Semaphore(AT_ONCE)

    async def wait_for_a_slot(work: Coroutine[Any, Any, Any]) -> None:
        async with slots:
            await work

    await asyncio.gather(*map(wait_for_a_slot, works))


def describes(cloud: Cloud) -> int:
    """Return the Describe calls since the last time."""
    calls = [action for action in cloud.called() if action.startswith("Describe")]
    cloud.emulator.clear_log()
    return len(calls)


async def test_a_preview_costs_few_calls_in_a_large_region() -> None:
    async with open_cloud(region_of(MANY, foreign=FOREIGN)) as cloud:
        for number in range(MANY):
            await check(cloud, number)

        assert describes(cloud) <= 60


async def test_creating_in_a_large_stack_does_not_list_it_for_each_moment() -> None:
    async with open_cloud(region_of(MANY, foreign=FOREIGN, in_stack=IN_STACK)) as cloud:
        await up(cloud, MANY)

        assert describes(cloud) <= 120
        assert len(cloud.alive()) == MANY + FOREIGN + IN_STACK


async def test_deleting_from_a_large_stack_does_not_list_it_for_each_moment() -> None:
    async with open_cloud(region_of(MANY, foreign=FOREIGN, in_stack=IN_STACK)) as cloud:
        held = [{"snapshot_id": f"s-own-{each}", "series": series(each)} for each in range(MANY)]
        await a_few_at_a_time(map(cloud.retire, held))

        assert describes(cloud) <= 100
        assert len(cloud.alive()) == FOREIGN + IN_STACK - MANY


async def test_replacing_a_large_stack_keeps_each_new_snapshot_and_prunes_the_old_one() -> None:
    async with open_cloud(region_of(MANY)) as cloud:
        old = await up(cloud, MANY)
        again = cloud.restarted()
        renewed = [
            again.snapshots.create({**each, "triggers": "renewed"}, again.operation())
            for each in [await check(again, number) for number in range(MANY)]
        ]
        new = await asyncio.gather(*renewed)
        describes(cloud)
        await a_few_at_a_time(again.retire(each) for each in old)

        assert sorted(cloud.alive()) == sorted(each["snapshot_id"] for each in new)
        assert describes(cloud) <= 50


async def test_a_few_resources_in_a_large_region_do_not_list_it() -> None:
    async with open_cloud(region_of(5, foreign=FOREIGN)) as cloud:
        for number in range(5):
            await check(cloud, number)

        assert len(cloud.called("DescribeSnapshots")) <= 5 + 3
