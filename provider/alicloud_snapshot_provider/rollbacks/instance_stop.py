"""Keeps the instances of some disks stopped meanwhile, and starts them again, whichever run it is that gets there.

A tag on the disks names the instance that was stopped for them, since nothing else survives the death of a process.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from ..ecs.models import DiskInfo, InstanceInfo
from ..ecs.wire_format import moment
from ..errors import Rejected, SnapshotError
from ..ledger.ownership import TAG_PREFIX
from ..region import Region
from .instance_power import start, stop

RESTART_TAG = TAG_PREFIX + "restart"
MINUTE = 60.0
"""Seconds by which ECS rounds the time of a start down."""


class InstanceStop:
    """The instances of `disks`. Those that ran, or ran before an earlier run stopped them, are to run again.

    `marked`: a tag may have been set; `had_to_stop`: an instance ran.
    """

    def __init__(self, region: Region, disks: Sequence[DiskInfo], tell: Callable[[str], None]) -> None:
        self._region = region
        self._disks = disks
        self._tell = tell
        self.marked = False
        self.had_to_stop = False
        self._found: Sequence[InstanceInfo] = ()
        self._running: Sequence[InstanceInfo] = ()
        self._to_start = {disk.tags[RESTART_TAG] for disk in disks if RESTART_TAG in disk.tags}

    @property
    def named(self) -> str:
        """The instances that are to run again, in words; empty where none is."""
        return _named(self._to_start)

    async def mark(self, marks: Mapping[str, str], *, may_stop: bool) -> None:
        """Tag the disks with `marks`. Raises Rejected where an instance has to be stopped and may not be."""
        self._found = await self._instances()
        self._running = [each for each in self._found if each.status != "Stopped"]
        for instance in self._running:
            if not may_stop:
                raise _may_not_stop(instance, self._disks_of(instance))
        self.had_to_stop = bool(self._running)
        await self._mark(self._running, marks)

    async def begin(self, marked: Sequence[DiskInfo], step: Callable[[str], None]) -> float:
        """Bring every instance to a standstill. `marked` are the disks as they are now; `step` hears what is stopped.

        Returns when the disks may last have been written to, in epoch seconds of ECS's clock: later than anything that
        was cut so far where an instance had to be stopped.
        """
        running = self._running
        if running:
            step(f"stopping {_named(instance.instance_id for instance in running)}")
        self._to_start |= {disk.tags[RESTART_TAG] for disk in marked if RESTART_TAG in disk.tags}
        self._to_start |= {instance.instance_id for instance in running}
        await _all_of(stop(self._region, instance.instance_id) for instance in running)
        return math.inf if running else _last_write(self._disks, self._found)

    async def _mark(self, running: Sequence[InstanceInfo], marks: Mapping[str, str]) -> None:
        self.marked = True
        tagging = {instance.instance_id: self._disks_of(instance) for instance in running}
        for instance_id, disk_ids in tagging.items():
            await self._region.client.tag("disk", disk_ids, {**marks, RESTART_TAG: instance_id})
        unmarked = [disk.disk_id for disk in self._disks if not marks.items() <= disk.tags.items()]
        resting = [each for each in unmarked if not any(each in disk_ids for disk_ids in tagging.values())]
        if resting:
            await self._region.client.tag("disk", resting, marks)

    async def end(self) -> None:
        """Start the instances again, each although another does not start. Raises the first failure."""
        await _all_of(start(self._region, each) for each in sorted(self._to_start))

    async def end_after_failure(self) -> bool:
        """Start the instances; where that fails too, say so, and let the first failure be the error."""
        try:
            await self.end()
        except SnapshotError as error:
            self._tell(f"{self.named} could not be started again: {error.problem}")
            return False
        return True

    async def _instances(self) -> list[InstanceInfo]:
        ids = {disk.instance_id for disk in self._disks if disk.instance_id}
        found = await asyncio.gather(*map(self._region.instances.get, sorted(ids)))
        return [each for each in found if each]

    def _disks_of(self, instance: InstanceInfo) -> list[str]:
        return [disk.disk_id for disk in self._disks if disk.instance_id == instance.instance_id]


def _last_write(disks: Sequence[DiskInfo], instances: Sequence[InstanceInfo]) -> float:
    """Return when disks at rest may last have been written to: not before they or their instances were last moved."""
    started = [each.timestamp() + MINUTE for instance in instances if (each := moment(instance.start_time))]
    attached = [each.timestamp() for disk in disks if (each := moment(disk.attached_time))]
    return max([*started, *attached], default=0.0)


def _named(instance_ids: Iterable[str]) -> str:
    return ", ".join(f"instance {each}" for each in sorted(instance_ids))


async def _all_of(acts: Iterable[Awaitable[None]]) -> None:
    """Let every act come to its end, then raise the first failure."""
    for outcome in await asyncio.gather(*acts, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


def _may_not_stop(instance: InstanceInfo, disk_ids: Sequence[str]) -> Rejected:
    return Rejected(
        f"{disks_are(disk_ids)} attached to instance {instance.instance_id}, which is {instance.status}",
        remedy="Stop it, or set stop_instance = True, which stops it and starts it again.",
    )


def disks_are(disk_ids: Sequence[str]) -> str:
    """Return the disks as the subject of a sentence."""
    return f"disk {disk_ids[0]} is" if len(disk_ids) == 1 else f"disks {', '.join(disk_ids)} are"
