"""The temporary disks of a drill: how they are made, attached, and removed from any state."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from ..ecs.models import DiskInfo, DiskRequest
from ..errors import Busy, PermissionDenied, Rejected, Retryable, SnapshotError, Unavailable
from ..ledger.ownership import new_owner
from ..region import Region
from ..waiting.retry import retry_while_busy
from ..waiting.shield import finish_before_cancel
from .spec import DEFAULT_CATEGORY, DISK_NAME, SMALLEST_LEVEL, Drill, is_temporary

LOOK_INTERVAL = 2.0
MAKING_PATIENCE = 900.0
"""Seconds that ECS may take to make a disk."""
MOVING_PATIENCE = 300.0
"""Seconds that ECS may take to attach or detach a disk. It takes about a minute."""
UNSEEN_PATIENCE = 60.0
"""Seconds for which ECS may not list a disk that it has just made."""
_UNDER_WAY = ("IncorrectDiskStatus", "InvalidDisk.InUse")
"""What ECS answers if an earlier call, whose answer was lost, is already attaching the disk."""


class TemporaryDisks:
    """The disks of one run of a drill, and those of its dead runs."""

    def __init__(self, region: Region, drill: Drill) -> None:
        self._region = region
        self._drill = drill
        self._client = region.client
        self.run_id = new_owner()
        self._made: list[str] = []
        self._seen: set[str] = set()

    async def make(self, snapshot_id: str, zone_id: str) -> DiskInfo:
        """Return a new disk with the content of a snapshot, once ECS has made it."""
        request = DiskRequest(
            snapshot_id=snapshot_id,
            zone_id=zone_id,
            category=self._drill.category,
            performance_level=SMALLEST_LEVEL if self._drill.category == DEFAULT_CATEGORY else None,
            name=DISK_NAME,
            description=f"temporary: a restore drill of {snapshot_id}; deleted at its end",
            client_token=f"pas-{self.run_id}-{len(self._made)}-{snapshot_id}"[:64],
            tags=self._drill.tags,
        )
        make = partial(self._begin_to_make, request)
        disk_id = await retry_while_busy(self._region.clock, make, patience=MAKING_PATIENCE)
        return await self._settled(disk_id, "Available", MAKING_PATIENCE, _nothing)

    async def attach(self, disk: DiskInfo, instance_id: str) -> DiskInfo:
        """Return the disk once it is attached to the instance."""

        async def again(found: DiskInfo) -> None:
            if found.status == "Available":
                await self._begin_to_attach(disk.disk_id, instance_id)

        return await self._settled(disk.disk_id, "In_use", MOVING_PATIENCE, again)

    async def remove(self) -> list[str]:
        """Detach and delete every disk of the drill, also those of dead runs, and return their ids.

        It tries all of them. Then it raises the first failure.
        """
        left = await asyncio.gather(self._left(), return_exceptions=True)
        found = [each for each in left if not isinstance(each, BaseException)]
        disk_ids = sorted({*self._made, *(disk_id for each in found for disk_id in each)})
        removed = await asyncio.gather(*map(self._remove, disk_ids), return_exceptions=True)
        for outcome in (*left, *removed):
            if isinstance(outcome, BaseException):
                raise outcome
        self._made.clear()
        return disk_ids

    async def _left(self) -> list[str]:
        """Return the disks of this drill that ECS lists, of any run."""
        listed = await self._region.client.disks_by_tags(self._drill.tags)
        found = [disk.disk_id for disk in listed if is_temporary(disk)]
        self._seen.update(found)
        return found

    async def _begin_to_make(self, request: DiskRequest) -> str:
        """Return the id of a new disk. A cancellation waits for it. Else nobody would know what to remove."""

        async def create() -> str:
            self._made.append(await self._client.create_disk(request))
            return self._made[-1]

        return await finish_before_cancel(create())

    async def _begin_to_attach(self, disk_id: str, instance_id: str) -> None:
        try:
            await self._client.attach_disk(disk_id, instance_id, with_instance=True)
        except (Busy, Unavailable):
            return
        except Rejected as error:
            if not error.code.startswith(_UNDER_WAY):
                raise

    async def _settled(
        self, disk_id: str, status: str, patience: float, again: Callable[[DiskInfo], Awaitable[None]]
    ) -> DiskInfo:
        """Return the disk once it has a status. `again` is called after each look that finds another one."""
        clock = self._region.clock
        end = clock.now() + patience
        while True:
            disk = await self._region.disks.get(disk_id)
            if disk is not None:
                self._seen.add(disk_id)
                if disk.status == status:
                    return disk
                await again(disk)
            if clock.now() >= end:
                state = disk.status if disk else "not listed"
                raise Unavailable(
                    f"temporary disk {disk_id} is {state} after {patience:.0f} s, not {status}",
                    remedy="Run it again: it removes this disk, and begins anew.",
                )
            await clock.sleep(LOOK_INTERVAL)

    async def _remove(self, disk_id: str) -> None:
        """Detach and delete a disk, whatever its state. Raises the last refusal after a while."""
        clock = self._region.clock
        begun = clock.now()
        while True:
            failure: SnapshotError | None = None
            try:
                disk = await self._region.disks.get(disk_id)
                if disk is None and (disk_id in self._seen or clock.now() - begun > UNSEEN_PATIENCE):
                    return
                if disk is not None:
                    self._seen.add(disk_id)
                    await self._take_apart(disk)
            except PermissionDenied:
                raise
            except (Retryable, Rejected) as error:
                failure = error
            if clock.now() - begun > MAKING_PATIENCE:
                raise failure or Unavailable(
                    f"temporary disk {disk_id} is not gone after {MAKING_PATIENCE:.0f} s",
                    remedy="Run it again: it removes this disk.",
                )
            await clock.sleep(LOOK_INTERVAL)

    async def _take_apart(self, disk: DiskInfo) -> None:
        if disk.status == "In_use":
            await self._client.detach_disk(disk.disk_id, disk.instance_id)
        elif disk.status == "Available":
            await self._client.delete_disk(disk.disk_id)


async def _nothing(_disk: DiskInfo) -> None:
    """Wait."""
