"""The rollbacks of a cloud, as the tests declare them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from cloud import Cloud

from alicloud_snapshot_provider.ledger.intent import SERIES_TAG
from alicloud_snapshot_provider.nouns.noun import Checked
from alicloud_snapshot_provider.rollbacks.resource import DiskRollbackResource
from ecs_emulator.records.disk import Disk

DISK = "d-demo-data"
INSTANCE = "i-demo"
ROLLBACK_SERIES = "project/stack/back#0123456789"
OTHER_SERIES = "project/other/back#0123456789"
STOPPING = {"stop_instance": True}


@dataclass
class Rollbacks:
    """The rollbacks of a cloud: of d-demo-data, to a snapshot of it after which somebody wrote to the disk."""

    cloud: Cloud
    good: str = ""

    @property
    def noun(self) -> DiskRollbackResource:
        return DiskRollbackResource(self.cloud.regions, self.cloud.settings)

    @property
    def disk(self) -> Disk:
        self.cloud.emulator.now()
        disk = self.cloud.emulator.world.disks.get(DISK)
        assert disk is not None
        return disk

    @property
    def instance_status(self) -> str:
        self.cloud.emulator.now()
        instance = self.cloud.emulator.world.instances.get(INSTANCE)
        assert instance is not None
        return instance.status

    @property
    def safety(self) -> list[str]:
        """The safety snapshots that exist, oldest first."""
        series = {ROLLBACK_SERIES, OTHER_SERIES}
        return [each for each in self.cloud.alive() if self.cloud.record(each).tags.get(SERIES_TAG) in series]

    async def check(self, olds: dict[str, Any] | None = None, **arguments: Any) -> Checked:
        declared = {"disk_id": DISK, "snapshot_id": self.good, "series": ROLLBACK_SERIES}
        return await self.noun.check(olds or {}, declared | arguments)

    async def inputs(self, **arguments: Any) -> dict[str, Any]:
        checked = await self.check(**{"preflight": "off", **arguments})
        assert checked.failures == {}
        return checked.inputs

    async def roll_back(self, **arguments: Any) -> dict[str, Any]:
        return await self.noun.create(await self.inputs(**arguments), self.cloud.operation())

    async def killed(self, action: str, **arguments: Any) -> None:
        """Kill the process right after ECS has had its first call of `action`."""
        before = len(self.cloud.called(action))
        rolling = asyncio.ensure_future(self.roll_back(**arguments))
        while len(self.cloud.called(action)) == before:
            await self.cloud.clock.sleep(0.5)
        rolling.cancel()
        self.cloud.emulator.add_faults({"action": "*", "code": "Forbidden.RAM", "times": None})  # it is dead
        await asyncio.gather(rolling, return_exceptions=True)
        self.cloud.emulator.clear_faults()

    def restarted(self) -> Rollbacks:
        return Rollbacks(self.cloud.restarted(), self.good)
