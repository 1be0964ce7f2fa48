"""Looks at everything that decides whether a snapshot can be taken, and what it will be like. Read-only."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..clock import Clock
from ..ecs.models import DiskInfo, InstanceInfo, SnapshotInfo
from .grouped import GroupedListing
from .taking import Wanted, own_unfinished

if TYPE_CHECKING:
    from .region import Region


@dataclass(frozen=True, slots=True)
class Situation:
    """What is there before a snapshot is taken.

    `siblings` are the other disks of the same instance; `snapshots` are all of the disk; `unfinished` is the
    one that an earlier run began for the same intent, which will be adopted.
    """

    region: str
    now: float
    disk_id: str
    disk: DiskInfo | None = None
    instance: InstanceInfo | None = None
    siblings: Sequence[DiskInfo] = ()
    snapshots: Sequence[SnapshotInfo] = ()
    unfinished: SnapshotInfo | None = None

    @property
    def in_progress(self) -> list[SnapshotInfo]:
        """The disk's snapshots that are being created for somebody else's intent."""
        adopted = self.unfinished.snapshot_id if self.unfinished else ""
        return [each for each in self.snapshots if each.status == "progressing" and each.snapshot_id != adopted]

    @property
    def manual(self) -> list[SnapshotInfo]:
        """The disk's snapshots that count against the manual quota."""
        return [each for each in self.snapshots if each.snapshot_type != "auto" and not each.failed]

    @property
    def previous(self) -> SnapshotInfo | None:
        """The newest accomplished snapshot of the disk, which the next one only adds to."""
        done = [each for each in self.snapshots if each.accomplished]
        return max(done, key=lambda each: each.creation_time, default=None)


class Surveyor:
    """Surveys in one region; surveys that are made at the same moment share their calls."""

    def __init__(self, region: Region, clock: Clock) -> None:
        self._region = region
        self._clock = clock
        client = region.client
        self._snapshots: GroupedListing[SnapshotInfo] = GroupedListing(
            clock, client.snapshots_of_disk, client.all_snapshots, lambda snapshot: snapshot.source_disk_id
        )
        self._attached: GroupedListing[DiskInfo] = GroupedListing(
            clock, client.disks_of_instance, client.all_disks, lambda disk: disk.instance_id
        )

    async def survey(self, wanted: Wanted) -> Situation:
        """Return the situation before `wanted` is taken. Raises what the calls raise."""
        region = self._region
        disk = await region.disks.get(wanted.disk_id)
        if disk is None:
            return Situation(region.name, self._clock.now(), wanted.disk_id)
        (instance, siblings), snapshots, members = await asyncio.gather(
            self._surroundings(disk),
            self._snapshots.of(disk.disk_id),
            region.ledger.members(wanted.attributes.series),
        )
        return Situation(
            region=region.name,
            now=self._clock.now(),
            disk_id=wanted.disk_id,
            disk=disk,
            instance=instance,
            siblings=siblings,
            snapshots=snapshots,
            unfinished=own_unfinished(wanted, members),
        )

    async def _surroundings(self, disk: DiskInfo) -> tuple[InstanceInfo | None, Sequence[DiskInfo]]:
        if not disk.instance_id:
            return None, ()
        instance, attached = await asyncio.gather(
            self._region.instances.get(disk.instance_id), self._attached.of(disk.instance_id)
        )
        return instance, [other for other in attached if other.disk_id != disk.disk_id]
