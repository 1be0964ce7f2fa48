"""Rolls a disk back to one of its snapshots: once, whatever dies meanwhile.

Two tags on the disk say how far a rollback has come, since nothing else in ECS does: `rolled-back` names the act that
ECS has accepted, `restart` the instance that was stopped for it. Both go when the act ends. A run that dies between the
acceptance and its tag leads to a second reset, after a second safety snapshot: the instance still stands stopped, so
unless somebody started it, nothing was written in between. Once ECS has accepted a rollback, a cancellation waits for
its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from ..ecs.models import DiskInfo, SnapshotInfo
from ..errors import NotFound, Rejected, SnapshotError, Unavailable
from .attributes import Attributes
from .intent import BEING_CREATED_TAG, TAG_PREFIX, Intent
from .patience import when_free
from .power import start, stop
from .region import Region
from .retirement import RetirementRules
from .unstoppable import to_its_end
from .wanted import Progress, Wanted

ROLLED_BACK_TAG = TAG_PREFIX + "rolled-back"
RESTART_TAG = TAG_PREFIX + "restart"
RESET_PATIENCE = 3_600.0
"""Seconds for which ECS may be resetting the disk."""
LOOK_INTERVAL = 3.0

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A rollback to carry out. `triggers` make it another act; `timeout` is for the safety snapshot, in seconds.

    `tell` hears what the user has to know, `step` of each step that begins.
    """

    disk_id: str
    snapshot_id: str
    series: str
    triggers: object = None
    stop_instance: bool = False
    safety_snapshot: bool = True
    keep_last: int = 3
    timeout: float | None = None
    progress: Progress = field(default=lambda _info: None)
    tell: Tell = field(default=lambda _note: None)
    step: Tell = field(default=lambda _step: None)

    @property
    def key(self) -> str:
        """The hash by which the act is recorded and recognised."""
        return Intent(self.series, self._forcing, 0).key

    @property
    def safety(self) -> Wanted:
        """The snapshot that keeps what the rollback overwrites."""
        return Wanted(
            disk_id=self.disk_id,
            attributes=Attributes(
                series=self.series,
                snapshot_name=f"before-rollback-of-{self.disk_id}"[:128],
                description=f"before the rollback to {self.snapshot_id}",
            ),
            forcing=self._forcing,
            timeout=self.timeout,
            progress=self.progress,
        )

    @property
    def _forcing(self) -> Mapping[str, object]:
        return {"disk_id": self.disk_id, "snapshot_id": self.snapshot_id, "triggers": self.triggers}


class Rollback:
    """Carries out one act in one region."""

    def __init__(self, region: Region, act: Act) -> None:
        self._region = region
        self._act = act
        self.is_back = False
        """Whether ECS has brought the disk back to the snapshot."""

    async def run(self) -> SnapshotInfo | None:
        """Return the safety snapshot once the disk is back at the snapshot; None where none was taken.

        An act that an earlier run carried out but could not report is only brought to its end. Raises NotFound,
        Rejected where the instance must be stopped and may not be, the errors of the safety snapshot, Unavailable
        where the disk or the instance does not come to rest, or the error of the call that failed. An instance that
        was stopped is started again, whatever fails, also where the call is cancelled.
        """
        disk = await self._disk()
        done = disk.tags.get(ROLLED_BACK_TAG) == self._act.key
        try:
            safety = await (to_its_end(self._bring_to_end(disk)) if done else self._carry_out(disk))
        except asyncio.CancelledError:
            if self.is_back:
                await self._close()
            raise
        await to_its_end(self._close())
        return safety

    async def _close(self) -> None:
        await self._region.client.untag("disk", [self._act.disk_id], [ROLLED_BACK_TAG])
        await self._prune()

    async def _bring_to_end(self, disk: DiskInfo) -> SnapshotInfo | None:
        self._act.tell(f"an earlier run has rolled disk {disk.disk_id} back: it is not rolled back again")
        await self._settled()
        self.is_back = True
        if RESTART_TAG in disk.tags:
            await self._restart(disk.tags[RESTART_TAG])
        members = await self._region.ledger.members(self._act.series) if self._act.safety_snapshot else []
        return members[-1] if members else None

    async def _carry_out(self, disk: DiskInfo) -> SnapshotInfo | None:
        async with self._stopped(disk) as stood_still:
            safety = await self._keep(stood_still) if self._act.safety_snapshot else None
            self._act.step(f"rolling disk {disk.disk_id} back to {self._act.snapshot_id}")
            await when_free(self._region.clock, lambda: to_its_end(self._reset()), patience=RESET_PATIENCE)
        return safety

    async def _keep(self, stood_still: bool) -> SnapshotInfo:
        """Take the safety snapshot. One that an earlier run began keeps too little if the instance has run since."""
        self._act.step(f"taking a safety snapshot of disk {self._act.disk_id}")
        if not stood_still:
            members = await self._region.ledger.members(self._act.series)
            unfinished = [each for each in members if BEING_CREATED_TAG in each.tags and not each.failed]
            await self._region.ledger.hand_over(*(each.record_id for each in unfinished))
        return await self._region.taker.take(self._act.safety)

    @asynccontextmanager
    async def _stopped(self, disk: DiskInfo) -> AsyncIterator[bool]:
        """Keep the disk's instance stopped meanwhile, and start it again if it ran, or ran before an earlier run.

        Yields whether it has stood still since that earlier run.
        """
        running = await self._running_instance(disk)
        instance_id = running or disk.tags.get(RESTART_TAG, "")
        try:
            if running:
                self._act.step(f"stopping instance {running}")
                await self._region.client.tag("disk", [disk.disk_id], {RESTART_TAG: running})
                await stop(self._region, running)
            yield not running and RESTART_TAG in disk.tags
        except BaseException:
            await self._restart_after_failure(instance_id)
            raise
        if instance_id:
            await to_its_end(self._restart(instance_id))

    async def _running_instance(self, disk: DiskInfo) -> str:
        """Return the instance that has to be stopped, empty where none has."""
        instance = await self._region.instances.get(disk.instance_id) if disk.instance_id else None
        if instance is None or instance.status == "Stopped":
            return ""
        if not self._act.stop_instance:
            raise Rejected(
                f"disk {disk.disk_id} is attached to instance {instance.instance_id}, which is {instance.status}",
                remedy="Stop it, or set stop_instance = True, which stops it and starts it again.",
            )
        return instance.instance_id

    async def _restart(self, instance_id: str) -> None:
        self._act.step(f"starting instance {instance_id} again")
        await start(self._region, instance_id)
        await self._region.client.untag("disk", [self._act.disk_id], [RESTART_TAG])

    async def _restart_after_failure(self, instance_id: str) -> None:
        """Start the instance if it ran; where that fails too, say so and let the first failure be the error."""
        try:
            if instance_id:
                await self._restart(instance_id)
        except SnapshotError as error:
            self._act.tell(f"instance {instance_id} could not be started again: {error.problem}")

    async def _reset(self) -> None:
        act, client = self._act, self._region.client
        await client.reset_disk(act.disk_id, act.snapshot_id)
        await client.tag("disk", [act.disk_id], {ROLLED_BACK_TAG: act.key})
        await self._settled()
        self.is_back = True

    async def _settled(self) -> None:
        end = self._region.clock.now() + RESET_PATIENCE
        while (await self._disk()).status == "ReIniting":
            if self._region.clock.now() >= end:
                raise Unavailable(
                    f"disk {self._act.disk_id} is still being reset after {RESET_PATIENCE:.0f} s",
                    remedy="Run `pulumi up` again: it waits for the end of this rollback.",
                )
            await self._region.clock.sleep(LOOK_INTERVAL)

    async def _disk(self) -> DiskInfo:
        disk = await self._region.disks.get(self._act.disk_id)
        if disk is None:
            raise NotFound(
                f"disk {self._act.disk_id} is not in region {self._region.name}",
                remedy="Correct disk_id, or set region to the disk's own.",
            )
        return disk

    async def _prune(self) -> None:
        """Prune the safety snapshots. The disk is back by now, so what fails here only waits for the next rollback."""
        try:
            members = await self._region.ledger.members(self._act.series)
            rules = RetirementRules(keep_last=self._act.keep_last)
            await self._region.retirement.prune(members, rules, self._act.tell)
        except SnapshotError as error:
            self._act.tell(f"older safety snapshots stay until the next rollback: {error.problem}")
