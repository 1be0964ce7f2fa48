"""Rolls disks back to their snapshots: once, whatever dies meanwhile.

Two tags on each disk say how far a rollback has come, since nothing else in ECS does: `rolling-back` names the act that
is under way, `rolled-back` the act whose reset of this disk ECS has accepted. Beside them `restart` names the instance
that was stopped for it. All go when the act ends. Of several disks some may be back and others not: their instances
then stay stopped, since a volume whose disks are of different moments must not be written to, and the next run resets
only what is missing. Once ECS has accepted a rollback, a cancellation waits for its end.

An act that finds the mark of another is refused, before it begins, once it has marked the disks itself, and before each
reset: ECS cannot set a tag only where there is none, so two that begin at once may both have found none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from ..ecs.caller import OUTAGE_PATIENCE
from ..ecs.models import DiskInfo
from ..errors import Busy, Incomplete, NotFound, Rejected, SnapshotError, Unavailable
from ..ledger.ownership import TAG_PREFIX
from ..region import Region
from ..sets.records import named_failures
from ..waiting.retry import retry_while_busy
from ..waiting.shield import finish_before_cancel
from .instance_stop import RESTART_TAG, InstanceStop
from .safety_snapshots import SafetyRecord, SafetySnapshots
from .spec import ROLLING_BACK_TAG, RollbackSpec, conflict_remedy

ROLLED_BACK_TAG = TAG_PREFIX + "rolled-back"
RESET_PATIENCE = 3_600.0
"""Seconds for which ECS may be resetting the disks."""
LOOK_INTERVAL = 3.0
MOST_AT_ONCE = 10
"""The disks that one ResetDisks takes."""

__all__ = ["RESTART_TAG", "ROLLED_BACK_TAG", "ROLLING_BACK_TAG", "Rollback", "RollbackSpec", "SafetyRecord"]


class Rollback:
    """Carries out one act in one region."""

    def __init__(self, region: Region, spec: RollbackSpec) -> None:
        self._region = region
        self._spec = spec
        self._safety = SafetySnapshots(region, spec)
        self._disk_ids = list(spec.targets)
        self._back: set[str] = set()
        self._is_barred = False
        self.is_rolled_back = False
        """Whether ECS has brought every disk back to its snapshot."""

    async def run(self) -> SafetyRecord | None:
        """Return the safety snapshots once every disk is back at its snapshot; None where none were taken.

        An act that an earlier run carried out but could not report is only brought to its end; one that it left half
        done is resumed. Raises NotFound, Rejected where another act is under way on a disk or an instance must be
        stopped and may not be, the errors of the safety snapshots, Unavailable where a disk or an instance does not
        come to rest, Incomplete where ECS refused some of several disks, or the error of the call that failed. An
        instance that was stopped is started again, whatever fails, unless only some of the disks are back, also where
        the call is cancelled; a cancelled act is brought to its end by the next run, unless it is `close`d.
        """
        disks = await self._own_disks()
        instance_stop = InstanceStop(self._region, disks, self._spec.tell)
        self._back = {disk.disk_id for disk in disks if disk.tags.get(ROLLED_BACK_TAG) == self._spec.key}
        begun = [disk for disk in disks if self._spec.is_marked(disk)]
        if self._missing:
            safety = await self._carry_out(instance_stop, begun)
        else:
            safety = await finish_before_cancel(self._bring_to_end(instance_stop))
        if not begun:  # else nobody knows for certain which of them holds what was there before
            await finish_before_cancel(self._safety.prune())
        await finish_before_cancel(self.close())
        return safety

    async def close(self) -> None:
        """Take the marks away: the next run of the same act rolls the disks back again."""
        await self._unmark(ROLLING_BACK_TAG, ROLLED_BACK_TAG, RESTART_TAG)

    async def _bring_to_end(self, instance_stop: InstanceStop) -> SafetyRecord | None:
        self._spec.tell(f"an earlier run has rolled {self._spec.disks} back: it is not rolled back again")
        await self._settled()
        self.is_rolled_back = True
        await self._start_again(instance_stop)
        return await self._safety.taken()

    async def _carry_out(self, instance_stop: InstanceStop, begun: Sequence[DiskInfo]) -> SafetyRecord | None:
        """Carry the act out; `begun` are the disks as an earlier run of it left them, none where there was none."""
        try:
            marks = {ROLLING_BACK_TAG: begun[0].tags[ROLLING_BACK_TAG] if begun else self._mark}
            await instance_stop.mark(marks, may_stop=self._spec.stop_instance)
            written = await instance_stop.begin(await self._own_disks(), self._spec.step)
            safety = await self._resume(begun, written, instance_stop) if begun else None
            safety = safety or await self._keep(written)
            self._spec.step(f"rolling {self._spec.disks} back to {', '.join(self._spec.targets.values())}")
            await self._reset_all()
            await self._settled()
            self.is_rolled_back = True
        except BaseException:
            await finish_before_cancel(self._give_up(instance_stop))
            raise
        await finish_before_cancel(self._start_again(instance_stop))
        return safety

    async def _keep(self, written: float) -> SafetyRecord | None:
        if self._spec.safety_snapshot:
            self._spec.step(f"taking a safety snapshot of {self._spec.disks}")
        return await self._safety.take(written)

    async def _start_again(self, instance_stop: InstanceStop) -> None:
        if instance_stop.named:
            self._spec.step(f"starting {instance_stop.named} again")
        await instance_stop.end()

    async def _resume(
        self, begun: Sequence[DiskInfo], written: float, instance_stop: InstanceStop
    ) -> SafetyRecord | None:
        """Return the safety snapshots of an earlier run, unless the disks were `written` to since they were taken.

        Then what it has reset counts for nothing.
        """
        safety = await self._safety.taken(written)
        if safety or not (self._spec.safety_snapshot or instance_stop.had_to_stop):
            resetting = [disk.disk_id for disk in begun if disk.status == "ReIniting"]
            await self._mark_back([each for each in resetting if each not in self._back])
        elif self._back:
            self._back = set()
            await self._unmark(ROLLED_BACK_TAG)
        return safety

    async def _give_up(self, instance_stop: InstanceStop) -> None:
        """Start the instances, once the disks that ECS has accepted are back; not where only some of them are.

        Where another act has taken the disks over, it starts them.
        """
        if self._is_barred:
            return
        if self._back and self._missing:
            stays = f", so {instance_stop.named} stays stopped" if instance_stop.named else ""
            self._spec.tell(f"of {self._spec.disks}, only {', '.join(sorted(self._back))} is back{stays}")
            return
        if self._back and not self.is_rolled_back:
            await self._settle_if_possible()
        if instance_stop.named:
            self._spec.step(f"starting {instance_stop.named} again")
        if await instance_stop.end_after_failure() and (instance_stop.marked or instance_stop.named):
            await self._unmark_if_possible(*([RESTART_TAG] if self._back else [RESTART_TAG, ROLLING_BACK_TAG]))

    async def _settle_if_possible(self) -> None:
        try:
            await self._settled()
            self.is_rolled_back = True
        except SnapshotError as error:
            self._spec.tell(error.problem)

    async def _unmark_if_possible(self, *tags: str) -> None:
        try:
            await self._unmark(*tags)
        except SnapshotError as error:
            self._spec.tell(f"marks stay on {self._spec.disks} until the next rollback: {error.problem}")

    async def _reset_all(self) -> None:
        missing = self._missing
        pages = [missing[start : start + MOST_AT_ONCE] for start in range(0, len(missing), MOST_AT_ONCE)]
        for page in pages:
            await self._reset(page)

    async def _reset(self, disk_ids: Sequence[str]) -> None:
        """Return once ECS has accepted the reset of the disks, each as soon as nothing is in its way."""

        async def attempt() -> None:
            waiting = [each for each in disk_ids if each not in self._back]
            await self._settled(waiting)
            await self._own_disks()
            refusals = await finish_before_cancel(self._refusals(waiting))
            if refusals:
                raise self._refused(refusals)

        async def heard() -> None:
            await retry_while_busy(self._region.clock, attempt, patience=OUTAGE_PATIENCE, passing=Unavailable)

        await retry_while_busy(self._region.clock, heard, patience=RESET_PATIENCE)

    async def _refusals(self, disk_ids: Sequence[str]) -> dict[str, SnapshotError]:
        """Ask for the reset of disks at rest, once, mark those that ECS has begun to reset, and return why others not.

        Where no answer came, ECS may have begun it: a disk that is being reset now is so because of this call.
        """
        try:
            refusals = await self._ask(disk_ids)
        except (Busy, Unavailable) as error:
            refusals = dict.fromkeys(disk_ids, error)
        if any(isinstance(error, Busy | Unavailable) for error in refusals.values()):
            begun = {disk.disk_id for disk in await self._disks(refusals) if disk.status == "ReIniting"}
            refusals = {disk_id: error for disk_id, error in refusals.items() if disk_id not in begun}
        await self._mark_back([each for each in disk_ids if each not in refusals])
        return refusals

    async def _ask(self, disk_ids: Sequence[str]) -> dict[str, SnapshotError]:
        wishes = {disk_id: self._spec.targets[disk_id] for disk_id in disk_ids}
        if self._spec.grouped:
            return await self._region.client.reset_disks(wishes)
        for disk_id, snapshot_id in wishes.items():
            await self._region.client.reset_disk(disk_id, snapshot_id)
        return {}

    def _refused(self, refusals: Mapping[str, SnapshotError]) -> SnapshotError:
        """Return one error for the disks that ECS refused: repeated where each refusal passes by itself."""
        if not self._spec.grouped:
            return next(iter(refusals.values()))
        problem = f"{len(refusals)} of {len(self._disk_ids)} disks are not rolled back: {named_failures(refusals)}"
        remedy = "Clear this up, then run `pulumi up` again: it rolls back only what is missing."
        kinds = {type(error) for error in refusals.values()}
        if kinds <= {Busy, Unavailable}:
            return (Unavailable if Unavailable in kinds else Busy)(problem, remedy=remedy)
        return Incomplete(problem, remedy=remedy)

    async def _settled(self, disk_ids: Iterable[str] | None = None) -> None:
        """Return once none of the disks, all by default, is being reset."""
        end = self._region.clock.now() + RESET_PATIENCE
        while resetting := [disk.disk_id for disk in await self._disks(disk_ids) if disk.status == "ReIniting"]:
            if self._region.clock.now() >= end:
                raise Unavailable(
                    f"disk {', '.join(resetting)} is still being reset after {RESET_PATIENCE:.0f} s",
                    remedy="Run `pulumi up` again: it waits for the end of this rollback.",
                )
            await self._region.clock.sleep(LOOK_INTERVAL)

    async def _disks(self, disk_ids: Iterable[str] | None = None) -> list[DiskInfo]:
        wanted = self._disk_ids if disk_ids is None else list(disk_ids)
        found = await asyncio.gather(*map(self._region.disks.get, wanted))
        for disk_id, disk in zip(wanted, found, strict=True):
            if disk is None:
                named = "snapshot_ids" if self._spec.grouped else "disk_id"
                raise NotFound(
                    f"disk {disk_id} is not in region {self._region.name}",
                    remedy=f"Correct {named}, or set region to the disk's own.",
                )
        return [disk for disk in found if disk]

    async def _own_disks(self) -> list[DiskInfo]:
        """Return the disks. Raises Rejected where another act is under way on one of them."""
        disks = await self._disks()
        for disk in disks:
            if other := self._spec.conflict_on(disk):
                self._is_barred = True
                raise Rejected(other, remedy=conflict_remedy(disk, self._region.name))
        return disks

    @property
    def _mark(self) -> str:
        return self._spec.mark(self._region.clock.now())

    @property
    def _missing(self) -> list[str]:
        return [each for each in self._disk_ids if each not in self._back]

    async def _mark_back(self, disk_ids: Sequence[str]) -> None:
        """Mark the disks. Where that fails this run knows it nevertheless, so only its death would repeat a reset."""
        self._back.update(disk_ids)
        try:
            if disk_ids:
                await self._region.client.tag("disk", disk_ids, {ROLLED_BACK_TAG: self._spec.key})
        except SnapshotError as error:
            self._spec.tell(f"{', '.join(disk_ids)} could not be marked as rolled back: {error.problem}")

    async def _unmark(self, *tags: str) -> None:
        await self._region.client.untag("disk", self._disk_ids, tags)
