"""The restore drills of a cloud, as the tests declare them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cloud import Cloud

from alicloud_snapshot_provider.drills.resource import RestoreDrillResource
from alicloud_snapshot_provider.ledger.proof import Proof, proof_of
from alicloud_snapshot_provider.nouns.noun import Checked, Operation

HELPER = "i-helper"
DRILL_SERIES = "project/stack/proven#0123456789"
DAMAGED = "s-damaged"


@dataclass
class Drills:
    """The drills of a cloud with a helper instance, whose snapshots are good, or damaged."""

    cloud: Cloud
    good: str = ""

    @property
    def noun(self) -> RestoreDrillResource:
        return RestoreDrillResource(self.cloud.regions, self.cloud.settings)

    @property
    def temporary(self) -> list[str]:
        """The disks that exist beyond those of the world."""
        self.cloud.emulator.now()
        return [disk.id for disk in self.cloud.emulator.world.disks if disk.source_snapshot_id]

    def proof(self, snapshot_id: str) -> Proof | None:
        return proof_of(self.cloud.record(snapshot_id))

    def damage(self) -> str:
        """Return a snapshot that holds what no file system check lets pass."""
        self.cloud.emulator.add_seed({"snapshots": [{"id": DAMAGED, "disk_id": "d-demo-data", "damaged": True}]})
        return DAMAGED

    async def check(self, olds: dict[str, Any] | None = None, **arguments: Any) -> Checked:
        several = "snapshot_ids" in arguments
        declared = {"instance_id": HELPER, "series": DRILL_SERIES} | ({} if several else {"snapshot_id": self.good})
        return await self.noun.check(olds or {}, {**declared, **arguments})

    async def inputs(self, **arguments: Any) -> dict[str, Any]:
        checked = await self.check(**{"preflight": "off", **arguments})
        assert checked.failures == {}
        return checked.inputs

    async def run(self, **arguments: Any) -> dict[str, Any]:
        return await self.noun.create(await self.inputs(**arguments), self.operation())

    def operation(self) -> Operation:
        return self.cloud.operation()

    def restarted(self) -> Drills:
        return Drills(self.cloud.restarted(), self.good)


async def open_drills(cloud: Cloud) -> Drills:
    cloud.emulator.add_seed({"instances": [{"id": HELPER}]})
    return Drills(cloud, (await cloud.take(disk_id="d-demo-data"))["snapshot_id"])
