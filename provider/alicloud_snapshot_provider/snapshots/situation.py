"""Reads everything about a disk that the preflight and the plan need: its instance, snapshots and schedules."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ..clock import Clock
from ..ecs.client import EcsClient
from ..ecs.models import DiskInfo, InstanceInfo, SnapshotInfo
from ..errors import PermissionDenied
from ..ledger.intent import SERIES_TAG, generation_of
from ..waiting.listing_cache import ListingCache
from ..waiting.region_list import RegionList
from .create import adoptable
from .schedules import UNREAD, Schedules, schedules_of
from .spec import SnapshotSpec


@dataclass(frozen=True, slots=True)
class Situation:
    """A disk before its snapshot is taken, at `now`, in seconds since the epoch.

    `siblings` are the other disks of its instance, and `beside` their snapshots in progress. `snapshots` are all
    snapshots of the disk. `unfinished` is a snapshot that an earlier run began for the same intent: it will be adopted.
    `schedules` are the automatic snapshot policies in words.
    """

    region: str
    now: float
    disk_id: str
    disk: DiskInfo | None = None
    instance: InstanceInfo | None = None
    siblings: Sequence[DiskInfo] = ()
    beside: Sequence[SnapshotInfo] = ()
    snapshots: Sequence[SnapshotInfo] = ()
    unfinished: SnapshotInfo | None = None
    schedules: Sequence[str] = ()

    @property
    def in_progress(self) -> list[SnapshotInfo]:
        """The disk's snapshots in progress that this intent does not adopt."""
        adopted = self.unfinished.snapshot_id if self.unfinished else ""
        return [each for each in self.snapshots if each.status == "progressing" and each.snapshot_id != adopted]

    @property
    def manual(self) -> list[SnapshotInfo]:
        """The disk's snapshots that count for the quota of manual snapshots."""
        return [each for each in self.snapshots if not each.automatic and not each.failed]

    @property
    def previous(self) -> SnapshotInfo | None:
        """The newest accomplished snapshot of the disk. The next one stores the difference to it."""
        done = [each for each in self.snapshots if each.accomplished]
        return max(done, key=lambda each: each.creation_time, default=None)


class Surveyor:
    """Surveys disks in one region. Its attribute `snapshots` has the snapshots of each disk."""

    def __init__(self, client: EcsClient, clock: Clock, snapshots: RegionList[SnapshotInfo]) -> None:
        self._region = client.region
        self._clock = clock
        self._schedules = Schedules(client, clock)
        self.snapshots: ListingCache[SnapshotInfo] = ListingCache(
            clock,
            snapshots,
            client.snapshots_of_disk,
            lambda snapshot: (snapshot.source_disk_id,),
            may_be_empty=True,
        )
        self._disks: ListingCache[DiskInfo] = ListingCache(
            clock,
            RegionList(clock, client.all_disks),
            lambda owner: client.disks_of_instance(owner) if owner.startswith("i-") else client.disks_by_id([owner]),
            lambda disk: (disk.disk_id, disk.instance_id),
            alone=2,
        )
        self._instances: ListingCache[InstanceInfo] = ListingCache(
            clock,
            RegionList(clock, client.all_instances),
            lambda instance_id: client.instances_by_id([instance_id]),
            lambda instance: (instance.instance_id,),
        )

    async def survey(self, spec: SnapshotSpec, *, fresh: bool = False) -> Situation:
        """Return the situation of the disk in `spec`. `fresh` ignores the caches. Raises what the calls raise."""
        found = await self._disks.of(spec.disk_id, fresh=fresh)
        if not found:
            return Situation(self._region, self._clock.now(), spec.disk_id)
        disk = found[0]
        (instance, siblings), snapshots = await asyncio.gather(
            self._surroundings(disk, fresh), self.snapshots.of(disk.disk_id, fresh=fresh)
        )
        series = [each for each in snapshots if each.tags.get(SERIES_TAG) == spec.attributes.series]
        return Situation(
            region=self._region,
            now=self._clock.now(),
            disk_id=spec.disk_id,
            disk=disk,
            instance=instance,
            siblings=siblings,
            beside=await self._in_progress(siblings),
            snapshots=snapshots,
            unfinished=adoptable(spec, sorted(series, key=generation_of)),
            schedules=await self._scheduled(disk, snapshots),
        )

    async def _in_progress(self, disks: Sequence[DiskInfo]) -> list[SnapshotInfo]:
        """Return the snapshots in progress of disks. A region that is listed whole by now answers without a call."""
        found = await asyncio.gather(*(self.snapshots.of(disk.disk_id) for disk in disks))
        return [each for snapshots in found for each in snapshots if each.status == "progressing"]

    async def _scheduled(self, disk: DiskInfo, snapshots: Sequence[SnapshotInfo]) -> list[str]:
        """Return one line for each policy of the disk, or a line if the account may not read policies."""
        try:
            policies = (await self._schedules.of([disk])).get(disk.disk_id, ())
        except PermissionDenied:
            return [UNREAD]
        now = self._clock.now()
        return [each.text(now) for each in schedules_of(disk, policies, snapshots, now)]

    async def _surroundings(self, disk: DiskInfo, fresh: bool) -> tuple[InstanceInfo | None, Sequence[DiskInfo]]:
        if not disk.instance_id:
            return None, ()
        instances, attached = await asyncio.gather(
            self._instances.of(disk.instance_id, fresh=fresh), self._disks.of(disk.instance_id, fresh=fresh)
        )
        siblings = [other for other in attached if other.disk_id != disk.disk_id]
        return (instances[0] if instances else None), siblings
