"""Stops the instances of the disks for a rollback, and starts them again, also after a run that died.

A tag on the disks names the instance that was stopped. If the process dies, the next run finds the instance by it.
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
"""Seconds. ECS rounds the start time of an instance down to the minute."""


class InstanceStop:
    """The stop of the instances of `disks`. It also starts those that an earlier run stopped and did not start.

    `marked` tells whether the disks may have new tags, `had_to_stop` whether an instance was running.
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
        """The instances to start again, as text; empty if there are none."""
        return _named(self._to_start)

    async def mark(self, marks: Mapping[str, str], *, may_stop: bool) -> None:
        """Tag the disks with `marks`. Raises Rejected if an instance runs and `may_stop` is False."""
        self._found = await self._instances()
        self._running = [each for each in self._found if each.status != "Stopped"]
        for instance in self._running:
            if not may_stop:
                raise _may_not_stop(instance, self._disks_of(instance))
        self.had_to_stop = bool(self._running)
        await self._mark(self._running, marks)

    async def begin(self, marked: Sequence[DiskInfo], step: Callable[[str], None]) -> float:
        """Stop every running instance. `marked` are the disks as they are now; `step` is called with what is stopped.

        Returns the time of the last possible write to the disks, in epoch seconds of ECS's clock. It is infinite if an
        instance was running: every earlier snapshot is then too old.
        """
        running = self._running
        if running:
            step(f"stopping {_named(instance.instance_id for instance in running)}")
        self._to_start |= {disk.tags[RESTART_TAG] for disk in marked if RESTART_TAG in disk.tags}
        self._to_start |= {instance.instance_id for instance in running}
        await _run_all(stop(self._region, instance.instance_id) for instance in running)
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
        """Start all instances again, also if one of them does not start. Raises the first error."""
        await _run_all(start(self._region, each) for each in sorted(self._to_start))

    async def end_after_failure(self) -> bool:
        """Start the instances, and return whether that worked. If not, the user reads why, and no error is raised."""
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
    """Return the time of the last possible write to disks of stopped instances: the last start or attachment."""
    started = [each.timestamp() + MINUTE for instance in instances if (each := moment(instance.start_time))]
    attached = [each.timestamp() for disk in disks if (each := moment(disk.attached_time))]
    return max([*started, *attached], default=0.0)


def _named(instance_ids: Iterable[str]) -> str:
    return ", ".join(f"instance {each}" for each in sorted(instance_ids))


async def _run_all(calls: Iterable[Awaitable[None]]) -> None:
    """Wait for the end of all calls, then raise the first error."""
    for outcome in await asyncio.gather(*calls, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


def _may_not_stop(instance: InstanceInfo, disk_ids: Sequence[str]) -> Rejected:
    return Rejected(
        f"{disks_are(disk_ids)} attached to instance {instance.instance_id}, which is {instance.status}",
        remedy="Stop it, or set stop_instance = True, which stops it and starts it again.",
    )


def disks_are(disk_ids: Sequence[str]) -> str:
    """Return the disks as the subject of a sentence, with its verb."""
    return f"disk {disk_ids[0]} is" if len(disk_ids) == 1 else f"disks {', '.join(disk_ids)} are"
