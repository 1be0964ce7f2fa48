"""Makes new disks from snapshots: all of them or none, and each only once, even if an earlier run died."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from ..ecs.models import DiskInfo
from ..errors import NotFound, Permanent, SnapshotError, TokenMismatch, Unavailable
from ..ledger.ownership import NO_TAG
from ..region import Region
from ..waiting.shield import finish_before_cancel
from .spec import RESTORED_FROM_TAG, RESTORING_TAG, DiskSpec, RestoreSpec

LOOK_INTERVAL = 3.0
PATIENCE = 1_800.0
"""Seconds to wait for a disk that is creating, attaching or detaching."""
LISTING_GRACE, UNLISTED_PATIENCE = 10.0, 120.0
"""Seconds without a new disk in ECS's list, until it is asked in another way, and until that is an error."""
MOST_ATTEMPTS = 20


class Restore:
    """Carries out one restore. `made` are the disks that it made or adopted, by snapshot."""

    def __init__(self, region: Region, spec: RestoreSpec) -> None:
        self._region = region
        self._spec = spec
        self._in_use: set[str] = set()
        self.made: dict[str, str] = {}

    async def run(self) -> dict[str, DiskInfo]:
        """Return the disks by snapshot when all exist and are attached.

        Disks of an earlier run of the same restore are adopted. After an error the new disks are removed, except those
        that were in use before, and the first error is raised. A cancellation leaves the disks to the next run.
        """
        try:
            await self._make_all()
            for spec in self._spec.disks:
                await self._attach(spec)
        except SnapshotError:
            await finish_before_cancel(self._remove_all())
            raise
        await self._region.client.untag("disk", list(self.made.values()), [RESTORING_TAG])
        found = [await self._wait_until_stable(self.made[each.snapshot_id]) for each in self._spec.disks]
        return {spec.snapshot_id: disk for spec, disk in zip(self._spec.disks, found, strict=True)}

    async def _make_all(self) -> None:
        """Make every disk. It raises the first error only when all have ended, so that all can be removed."""
        outcomes = await asyncio.gather(*map(self._make, self._spec.disks), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _make(self, spec: DiskSpec) -> None:
        begun = await unfinished_disks(self._region, spec)
        if begun:
            self._spec.tell(f"adopts disk {begun[0].disk_id}, which an earlier run of this restore began")
            self._in_use.update(each.disk_id for each in begun if each.status == "In_use")
            self.made[spec.snapshot_id] = begun[0].disk_id
        else:
            self._spec.step(f"making a disk from {spec.snapshot_id}")
            self.made[spec.snapshot_id] = await self._create(spec)
        await self._wait_until_stable(self.made[spec.snapshot_id])

    async def _create(self, spec: DiskSpec) -> str:
        """Return the id of a new disk. For a day a token may also return the disk of a restore that has ended."""
        ended = await self._region.client.disks_by_tags({RESTORED_FROM_TAG: spec.snapshot_id})
        for attempt in range(len(ended) + 1, len(ended) + 1 + MOST_ATTEMPTS):
            try:
                disk_id = await self._region.client.create_disk(spec.request(attempt))
            except TokenMismatch:
                continue
            disk = await self._wait_until_listed(disk_id)
            if disk is not None and disk.tags.get(RESTORING_TAG) == spec.key:
                return disk_id
        raise Unavailable(
            f"CreateDisk of snapshot {spec.snapshot_id} answered {MOST_ATTEMPTS} times with an earlier disk",
            remedy="Run the same command again tomorrow.",
        )

    async def _wait_until_listed(self, disk_id: str) -> DiskInfo | None:
        """Return the disk when ECS lists it; None if a repeated token returned a disk that is gone.

        ECS may list a new disk late. A list cannot tell the two cases apart, so a call that writes is tried, too.
        """
        begun = self._region.clock.now()
        while (elapsed := self._region.clock.now() - begun) < UNLISTED_PATIENCE:
            disk = await self._region.disks.get(disk_id)
            if disk is not None:
                return disk
            if elapsed >= LISTING_GRACE and await self._is_gone(disk_id):
                return None
            await self._region.clock.sleep(LOOK_INTERVAL)
        raise Unavailable(
            f"disk {disk_id} was created, but ECS does not list it after {UNLISTED_PATIENCE:.0f} s",
            remedy="Run the same command again: it goes on with this disk.",
        )

    async def _is_gone(self, disk_id: str) -> bool:
        try:
            await self._region.client.untag("disk", [disk_id], [NO_TAG])
        except NotFound:
            return True
        return False

    async def _attach(self, spec: DiskSpec) -> None:
        disk = await self._wait_until_stable(self.made[spec.snapshot_id])
        if not spec.instance_id or disk.instance_id == spec.instance_id:
            return
        self._spec.step(f"attaching disk {disk.disk_id} to {spec.instance_id}")
        try:
            await self._region.client.attach_disk(disk.disk_id, spec.instance_id, with_instance=False)
        except SnapshotError:
            now = await self._wait_until_stable(disk.disk_id)
            if now.instance_id != spec.instance_id:  # else it worked, but its answer was lost
                raise
        attached = await self._wait_until_stable(disk.disk_id)
        if attached.instance_id != spec.instance_id:
            raise Permanent(
                f"disk {disk.disk_id} is not attached to {spec.instance_id}: it is {attached.status}",
                remedy="Look at the instance in the ECS console, then run the same command again.",
            )

    async def _wait_until_stable(self, disk_id: str) -> DiskInfo:
        """Return the disk when it is Available or In_use."""
        end = self._region.clock.now() + PATIENCE
        while True:
            disk = await self._region.disks.get(disk_id)
            if disk is None:
                raise NotFound(
                    f"disk {disk_id}, which this restore made, is gone", remedy="Run the same command again."
                )
            if disk.status in {"Available", "In_use"}:
                return disk
            if self._region.clock.now() >= end:
                raise Unavailable(
                    f"disk {disk_id} is still {disk.status} after {PATIENCE:.0f} s",
                    remedy="Run the same command again: it goes on with this disk.",
                )
            await self._region.clock.sleep(LOOK_INTERVAL)

    async def _remove_all(self) -> None:
        """Remove the new disks, except those that were in use before. The user reads which ones stay."""
        for spec in self._spec.disks:
            try:
                for disk in await self._own(spec):
                    await self._remove(disk, spec)
            except SnapshotError as error:
                made = self.made.get(spec.snapshot_id, f"made from {spec.snapshot_id}")
                self._spec.tell(
                    f"disk {made} may stay: {error.problem}; run the same command again to go on with it, or delete it"
                )

    async def _own(self, spec: DiskSpec) -> Sequence[DiskInfo]:
        """Return the current disks of this restore, also one whose creation had no answer."""
        begun = await unfinished_disks(self._region, spec)
        made_id = self.made.get(spec.snapshot_id)
        made = await self._region.disks.get(made_id) if made_id else None
        every = {each.disk_id: each for each in [*begun, *([made] if made else [])]}
        own = [each for each in every.values() if each.tags.get(RESTORING_TAG) == spec.key]
        return [each for each in own if each.disk_id not in self._in_use]

    async def _remove(self, disk: DiskInfo, spec: DiskSpec) -> None:
        disk = await self._wait_until_stable(disk.disk_id)
        if disk.status == "In_use":
            await self._region.client.detach_disk(disk.disk_id, spec.instance_id)
            disk = await self._wait_until_stable(disk.disk_id)
        await self._region.client.delete_disk(disk.disk_id)
        self._spec.tell(f"disk {disk.disk_id}, made from {spec.snapshot_id}, is removed again")


async def unfinished_disks(region: Region, spec: DiskSpec) -> list[DiskInfo]:
    """Return the disks that an earlier run of the same restore made."""
    return await region.client.disks_by_tags({RESTORING_TAG: spec.key})
