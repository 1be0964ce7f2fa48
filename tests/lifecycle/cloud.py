"""A region of the core and an emulated cloud on the same virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from direct import DirectEmulator

from alicloud_snapshot_provider.clock import Clock
from alicloud_snapshot_provider.ecs.settings import CredentialSource, Settings
from alicloud_snapshot_provider.ledger.ownership import OWNER_KEY
from alicloud_snapshot_provider.nouns.noun import Operation
from alicloud_snapshot_provider.region import Region, Regions
from alicloud_snapshot_provider.snapshots.resource import SnapshotResource
from ecs_emulator import Emulator, Seed
from ecs_emulator.gateway.answers import Answer
from ecs_emulator.gateway.request import WireRequest
from ecs_emulator.records.snapshot import Snapshot
from virtual_clock import VirtualClock

SERIES = "project/stack/web#0123456789"


@dataclass
class Cloud:
    """What a test acts on. `notes` are what the user was told, `warnings` what the user was warned of."""

    emulator: Emulator
    clock: VirtualClock
    settings: Settings
    regions: HeldRegions
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    owner: str = ""

    @property
    def region(self) -> Region:
        return self.regions.of(self.settings)

    @property
    def snapshots(self) -> SnapshotResource:
        return SnapshotResource(self.regions, self.settings)

    def restarted(self) -> Cloud:
        """Return the same cloud as a new process of the provider sees it."""
        return Cloud(self.emulator, self.clock, self.settings, self.regions.again(), self.notes, self.warnings)

    def operation(self, timeout: float | None = None) -> Operation:
        return Operation(timeout=timeout, tell=self.notes.append, warn=self.warnings.append)

    async def inputs(self, **arguments: Any) -> dict[str, Any]:
        """Return checked inputs; fails the test where the check does."""
        checked = await self.snapshots.check({}, {"disk_id": "d-demo-system", "series": SERIES, **arguments})
        assert checked.failures == {}
        return checked.inputs

    async def take(self, **arguments: Any) -> dict[str, Any]:
        outputs = await self.snapshots.create(await self.inputs(**arguments), self.operation())
        self.owner = outputs[OWNER_KEY]
        return outputs

    async def inputs_before(self, **arguments: Any) -> dict[str, Any]:
        """Return the inputs with which the last snapshot was taken, as the engine hands them in afterwards."""
        return {**await self.inputs(**arguments), OWNER_KEY: self.owner}

    async def interrupted(self, after: float = 2.0, **arguments: Any) -> str:
        """Kill the process `after` seconds into a create, and return the id of the snapshot that it began."""
        return await self.killed(self.take(**arguments), after)

    async def killed(self, work: Coroutine[Any, Any, Any], after: float = 2.0) -> str:
        """Kill the process `after` seconds into its work, and return the id of the snapshot that it began."""
        working = asyncio.ensure_future(work)
        await self.clock.sleep(after)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        return self.alive()[-1]

    async def retire(self, outputs: Mapping[str, Any], **policies: Any) -> None:
        """Delete what a state holds, as the engine does after a replacement and on destroy."""
        await self.snapshots.delete(outputs["snapshot_id"], {**outputs, **policies}, self.operation())

    def record(self, snapshot_id: str) -> Snapshot:
        """Return the emulator's own record of a snapshot."""
        snapshot = self.emulator.world.snapshots.get(snapshot_id)
        assert snapshot is not None
        return snapshot

    def vanish(self, snapshot_id: str) -> None:
        """Remove a snapshot behind everybody's back, even one that is in use."""
        self.emulator.world.remove(self.record(snapshot_id))

    def image_of(self, snapshot_id: str) -> str:
        """Return an image that was made from the snapshot."""
        image = f"m-{snapshot_id}"
        self.emulator.add_seed({"images": [{"id": image, "disks": [{"snapshot_id": snapshot_id}]}]})
        return image

    def remove_image(self, image: str) -> None:
        self.emulator.world.remove(self.emulator.world.images.get(image))

    def disk_of(self, snapshot_id: str) -> str:
        """Return a disk that was made from the snapshot."""
        disk = f"d-{snapshot_id}"
        self.emulator.add_seed({"disks": [{"id": disk, "source_snapshot_id": snapshot_id}]})
        return disk

    def called(self, *actions: str) -> list[str]:
        """Return the actions that were called, or of those only the given ones, in order."""
        return [call.action for call in self.emulator.calls() if not actions or call.action in actions]

    def mutations(self) -> list[str]:
        """Return the actions called so far that may have changed something, in order."""
        return [call.action for call in self.emulator.calls(mutating=True)]

    def alive(self) -> list[str]:
        """Return the ids of all snapshots that exist, oldest first."""
        self.emulator.now()
        return [snapshot.id for snapshot in sorted(self.emulator.world.snapshots, key=lambda each: each.sequence)]


@asynccontextmanager
async def open_cloud(world: Seed | None = None, **settings: Any) -> AsyncIterator[Cloud]:
    """Open an emulator and a core that talks to it; time jumps whenever both are idle."""
    in_flight: list[Region] = []
    at_work = AtWork()
    clock = VirtualClock(
        busy=lambda: at_work.requests > 0 or any(region.client.requests_in_flight for region in in_flight)
    )
    async with clock, DirectEmulator(world, clock) as emulator:
        at_work.watch(emulator)
        where = Settings(
            region="cn-hangzhou",
            endpoint=emulator.endpoint,
            protocol="HTTP",
            credentials=CredentialSource(access_key="emulator-key-id", secret_key="emulator-key-secret"),
            **settings,
        )
        yield Cloud(emulator, clock, where, HeldRegions(clock, in_flight))


class AtWork:
    """Counts the requests that an emulator is at work on, also those for which nobody waits any more."""

    def __init__(self) -> None:
        self.requests = 0

    def watch(self, emulator: Emulator) -> None:
        service = emulator._service
        answer = service.answer

        async def counted(request: WireRequest) -> Answer:
            self.requests += 1
            try:
                return await answer(request)
            finally:
                self.requests -= 1

        vars(service)["answer"] = counted


class HeldRegions(Regions):
    """Regions whose requests hold the virtual clock."""

    def __init__(self, clock: Clock, in_flight: list[Region]) -> None:
        super().__init__(clock)
        self._in_flight = in_flight

    def of(self, settings: Settings) -> Region:
        region = super().of(settings)
        if region not in self._in_flight:
            self._in_flight.append(region)
        return region

    def again(self) -> HeldRegions:
        """Return regions without any memory."""
        return HeldRegions(self.clock, self._in_flight)
