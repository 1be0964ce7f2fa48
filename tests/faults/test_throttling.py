"""A hundred operations meet an API that refuses every call: few probes, no failure, and all go on when it ends."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from cloud import Cloud, open_cloud

from alicloud_snapshot_provider.ecs.throttle import AT_ONCE
from ecs_emulator import Seed, default_seed

MANY = 100
REFUSED_SECONDS = 50.0
SNAPSHOT_SECONDS = 20.0
LONGEST_LAG = 10.0
LOOKS = 5.0
"""Seconds that the looks at a snapshot near its end may add."""
MOST_PROBES = 10


def _many_disks() -> Seed:
    disk = {"category": "cloud_essd", "performance_level": "PL1", "size": 40, "instance_id": "i-demo"}
    world = default_seed()
    disks = [*world["disks"], *({"id": f"d-many-{number}", **disk} for number in range(MANY))]
    return {**world, "disks": disks, "lifecycle": {"snapshot_seconds": SNAPSHOT_SECONDS}}


@pytest.mark.parametrize("action", ["*", "CreateSnapshot", "DescribeSnapshots", "TagResources"])
async def test_a_hundred_creates_outlast_fifty_seconds_of_refusals(action: str) -> None:
    async with open_cloud(_many_disks()) as cloud:
        declared = [await _declared(cloud, number) for number in range(MANY)]
        started = cloud.clock.now()
        _refuse(cloud, action)
        await asyncio.gather(*(cloud.snapshots.create(inputs, cloud.operation()) for inputs in declared))

        assert cloud.clock.now() - started <= REFUSED_SECONDS + LONGEST_LAG + SNAPSHOT_SECONDS + LOOKS
        assert len(cloud.alive()) == MANY
        assert max(_probes(cloud).values()) <= MOST_PROBES


async def test_a_refused_action_holds_up_no_other() -> None:
    async with open_cloud(_many_disks()) as cloud:
        declared = await _declared(cloud, 0)
        _refuse(cloud, "CreateSnapshot")
        creating = asyncio.ensure_future(cloud.snapshots.create(declared, cloud.operation()))
        await cloud.clock.sleep(5)
        asked = cloud.clock.now()
        await cloud.region.client.disks_by_id(["d-demo-system"])
        assert cloud.clock.now() - asked < 1
        assert not creating.done()
        await creating


async def _declared(cloud: Cloud, number: int) -> dict[str, object]:
    return await cloud.inputs(
        disk_id=f"d-many-{number}", series=f"project/stack/web-{number}#0123456789", preflight="off"
    )


def _refuse(cloud: Cloud, action: str) -> None:
    fault = {"kind": "error", "code": "Throttling.User", "status": 400, "for_seconds": REFUSED_SECONDS}
    cloud.emulator.add_faults({"action": action, **fault})


def _probes(cloud: Cloud) -> Counter[str]:
    """Return how often each action was refused, beyond the calls that were in flight when the refusals began."""
    refused = Counter(call.action for call in cloud.emulator.calls() if call.code == "Throttling.User")
    return Counter({action: count - min(count, AT_ONCE - 1) for action, count in refused.items()})
