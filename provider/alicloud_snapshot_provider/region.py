"""One region of one account: the ECS client, and the services that share its calls."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from .clock import Clock
from .ecs.client import EcsClient
from .ecs.settings import Settings
from .freezes.freezer import Freezer
from .groups.create import SnapshotGroups
from .ledger.ledger import Ledger
from .ledger.records import SnapshotRecords
from .ledger.retirement import Retirement
from .ledger.run import Run
from .ledger.stack_index import StackIndex
from .sets.create import SnapshotSets
from .snapshots.archive import Archiver
from .snapshots.create import SnapshotTaker
from .snapshots.delete import SnapshotRemover
from .snapshots.situation import Surveyor
from .waiting.batch import BatchedLookup
from .waiting.poller import SnapshotWatcher
from .waiting.region_list import RegionList

SECOND_LOOK = 2.0
"""Seconds after which the provider asks again for what ECS did not list."""


class Region:
    """The services that all resources of one region share."""

    def __init__(self, settings: Settings, clock: Clock, run: Run) -> None:
        self.name = settings.region
        self.clock = clock
        self.client = EcsClient(settings, clock)
        self.snapshots = BatchedLookup(clock, self.client.snapshots_by_id, lambda snapshot: snapshot.snapshot_id)
        self.disks = BatchedLookup(clock, self.client.disks_by_id, lambda disk: disk.disk_id)
        self.instances = BatchedLookup(clock, self.client.instances_by_id, lambda instance: instance.instance_id)
        self.records = SnapshotRecords(self.client, self.snapshots)
        everything = RegionList(clock, self.client.all_snapshots)
        self.ledger = Ledger(self.records, clock, StackIndex(clock, everything, self.client.snapshots_by_id))
        self.watcher = SnapshotWatcher(clock, self.client.snapshots_by_id)
        self.freezer = Freezer(self.client, clock, self.disks, self.instances)
        self.taker = SnapshotTaker(self.records, clock, self.ledger, self.watcher, self.freezer, run)
        self.remover = SnapshotRemover(self.client, clock, self.snapshots)
        self.archiver = Archiver(self.client, clock, self.snapshots)
        self.retirement = Retirement(self.ledger, self.remover, self.missing_disks, self.client.cloud_now)
        self.groups = SnapshotGroups(
            self.client, clock, self.snapshots, self.watcher, self.freezer, self.remover, self.missing_disks, run
        )
        self.sets = SnapshotSets(
            self.records, clock, self.taker, self.remover, self.disks, self.instances, self.missing_disks, run
        )
        self.surveyor = Surveyor(self.client, clock, everything)

    async def missing_disks(self, disk_ids: Collection[str]) -> set[str]:
        """Return the disks that do not exist. It asks ECS twice, because a list can be late."""
        missing = set(disk_ids)
        for pause in (0.0, SECOND_LOOK):
            if missing:
                await self.clock.sleep(pause)
                found = await asyncio.gather(*map(self.disks.get, sorted(missing)))
                missing -= {disk.disk_id for disk in found if disk}
        return missing


class Regions:
    """The regions that one process uses. Each is made when it is first needed."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.run = Run()
        self._regions: dict[Settings, Region] = {}

    def of(self, settings: Settings) -> Region:
        """Return the region of `settings`. Raises InvalidInput if no region is configured."""
        if settings not in self._regions:
            self._regions[settings] = Region(settings, self.clock, self.run)
        return self._regions[settings]
