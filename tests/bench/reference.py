"""The reference: each snapshot is polled on its own, at 5, 8, 14 s and then every 10 s, as pulumi_alicloud does.

The cadence is that of terraform-plugin-sdk's StateChangeConf with a delay of 5 s and a minimum of 3 s; a
ListTagResources call follows each creation, as in the incumbent's read.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from itertools import chain, repeat

from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from tests.bench.processes import seconds_since
from tests.bench.result import Result
from tests.bench.world import disk_ids, world
from workbench.ecs import ecs_client
from workbench.stack import REGION

from ecs_emulator import RealClock, running_emulator

_AT_ONCE = 64


def measure_reference(count: int) -> Result:
    """Run the scenario and return what was measured."""
    with running_emulator(world(count), RealClock()) as emulator:
        began = time.monotonic()
        found = asyncio.run(_take_all(ecs_client(emulator), disk_ids(count)))
        wall = seconds_since(began)
        emulator.now()
        ready = {event.id: event.time for event in emulator.events("snapshot.accomplished")}
        counts = emulator.counts()
        return Result(
            way="reference",
            count=count,
            wall=wall,
            describes=counts["DescribeSnapshots"],
            others=counts["ListTagResources"],
            lags=sorted(found[snapshot_id] - moment for snapshot_id, moment in ready.items()),
        )


async def _take_all(client: Client, disks: list[str]) -> dict[str, float]:
    slots = asyncio.Semaphore(_AT_ONCE)
    return dict(await asyncio.gather(*(_take(client, disk, slots) for disk in disks)))


async def _take(client: Client, disk: str, slots: asyncio.Semaphore) -> tuple[str, float]:
    """Return the snapshot's id and when it was seen accomplished."""
    async with slots:
        answer = await client.create_snapshot_async(models.CreateSnapshotRequest(disk_id=disk))
    snapshot_id = answer.body.snapshot_id
    for pause in _pauses():
        await asyncio.sleep(pause)
        if await _accomplished(client, snapshot_id, slots):
            break
    seen = time.time()
    async with slots:
        await client.list_tag_resources_async(
            models.ListTagResourcesRequest(region_id=REGION, resource_type="snapshot", resource_id=[snapshot_id])
        )
    return snapshot_id, seen


def _pauses() -> Iterator[float]:
    return chain((5.0, 3.0, 6.0), repeat(10.0))


async def _accomplished(client: Client, snapshot_id: str, slots: asyncio.Semaphore) -> bool:
    request = models.DescribeSnapshotsRequest(region_id=REGION, snapshot_ids=json.dumps([snapshot_id]))
    async with slots:
        answer = await client.describe_snapshots_async(request)
    return bool(answer.body.snapshots.snapshot[0].status == "accomplished")
