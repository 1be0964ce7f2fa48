"""Rolls disks back to their snapshots exactly once, even if a run dies in between.

Three tags on each disk record the progress, because ECS records none:

- `rolling-back` names the rollback that is under way.
- `rolled-back` names the rollback whose reset of this disk ECS has accepted.
- `restart` names the instance that was stopped for it.

A rollback removes all three when it ends. If only some of several disks are rolled back, their instances stay stopped:
nothing may write to a volume whose disks are of different moments. The next run resets only the remaining disks. If ECS
has accepted a rollback, a cancellation waits for its end.

A rollback is refused if a disk has the tag of another one. It looks before it begins, after it has tagged the disks
itself, and before each reset. ECS cannot set a tag only if there is none, so two rollbacks that begin at the same time
may both see no tag at first.
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
"""Seconds to wait until ECS has reset the disks."""
LOOK_INTERVAL = 3.0
MOST_AT_ONCE = 10
"""The most disks of one ResetDisks call."""

__all__ = ["RESTART_TAG", "ROLLED_BACK_TAG", "ROLLING_BACK_TAG", "Rollback", "RollbackSpec", "SafetyRecord"]


class Rollback:
    """Carries out one rollback in one region."""

    def __init__(self, region: Region, spec: RollbackSpec) -> None:
        self._region = region
        self._spec = spec
        self._safety = SafetySnapshots(region, spec)
        self._disk_ids = list(spec.targets)
        self._rolled_back: set[str] = set()
        self._has_conflict = False
        self.is_rolled_back = False
        """Whether ECS has rolled every disk back to its snapshot."""

    async def run(self) -> SafetyRecord | None:
        """Roll the disks back, and return the safety snapshots; None if none were taken.

        A rollback that an earlier run finished but did not report is not repeated. One that it left half done goes on.
        An instance that was stopped is started again, also after an error or a cancellation, unless only some of the
        disks are rolled back. The next run finishes a cancelled rollback, unless it was `close`d.

        Raises NotFound; Rejected if a disk has another rollback, or an instance runs and must not be stopped;
        Unavailable if a disk or an instance does not reach its status; Incomplete if ECS refused some of several disks;
        or the error of the safety snapshot or of the call that failed.
        """
        disks = await self._own_disks()
        instance_stop = InstanceStop(self._region, disks, self._spec.tell)
        self._rolled_back = {disk.disk_id for disk in disks if disk.tags.get(ROLLED_BACK_TAG) == self._spec.key}
        begun = [disk for disk in disks if self._spec.is_marked(disk)]
        if self._remaining:
            safety = await self._carry_out(instance_stop, begun)
        else:
            safety = await finish_before_cancel(self._finish(instance_stop))
        if not begun:  # else it is not certain which of them has the state from before the rollback
            await finish_before_cancel(self._safety.prune())
        await finish_before_cancel(self.close())
        return safety

    async def close(self) -> None:
        """Remove the tags. The next run of the same rollback then resets the disks again."""
        await self._unmark(ROLLING_BACK_TAG, ROLLED_BACK_TAG, RESTART_TAG)

    async def _finish(self, instance_stop: InstanceStop) -> SafetyRecord | None:
        self._spec.tell(f"an earlier run has rolled {self._spec.disks} back: it is not rolled back again")
        await self._wait_until_reset()
        self.is_rolled_back = True
        await self._start_again(instance_stop)
        return await self._safety.taken()

    async def _carry_out(self, instance_stop: InstanceStop, begun: Sequence[DiskInfo]) -> SafetyRecord | None:
        """Roll the disks back. `begun` are the disks that an earlier run of this rollback has tagged."""
        mark = begun[0].tags[ROLLING_BACK_TAG] if begun else self._spec.mark(self._region.clock.now())
        try:
            await instance_stop.mark({ROLLING_BACK_TAG: mark}, may_stop=self._spec.stop_instance)
            written = await instance_stop.begin(await self._own_disks(), self._spec.step)
            safety = await self._resume(begun, written, instance_stop) if begun else None
            safety = safety or await self._keep(written)
            self._spec.step(f"rolling {self._spec.disks} back to {', '.join(self._spec.targets.values())}")
            await self._reset_all()
            await self._wait_until_reset()
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
        """Return the safety snapshots of an earlier run; None if the disks were `written` to afterwards.

        In that case all disks are reset again.
        """
        safety = await self._safety.taken(written)
        if safety or not (self._spec.safety_snapshot or instance_stop.had_to_stop):
            resetting = [disk.disk_id for disk in begun if disk.status == "ReIniting"]
            await self._mark_rolled_back([each for each in resetting if each not in self._rolled_back])
        elif self._rolled_back:
            self._rolled_back = set()
            await self._unmark(ROLLED_BACK_TAG)
        return safety

    async def _give_up(self, instance_stop: InstanceStop) -> None:
        """Start the instances after an error, as soon as the accepted resets have ended.

        They stay stopped if only some of the disks are rolled back. If another rollback has tagged the disks, that one
        starts them.
        """
        if self._has_conflict:
            return
        if self._rolled_back and self._remaining:
            stays = f", so {instance_stop.named} stays stopped" if instance_stop.named else ""
            self._spec.tell(f"of {self._spec.disks}, only {', '.join(sorted(self._rolled_back))} is back{stays}")
            return
        if self._rolled_back and not self.is_rolled_back:
            await self._wait_if_possible()
        if instance_stop.named:
            self._spec.step(f"starting {instance_stop.named} again")
        if await instance_stop.end_after_failure() and (instance_stop.marked or instance_stop.named):
            await self._unmark_if_possible(*([RESTART_TAG] if self._rolled_back else [RESTART_TAG, ROLLING_BACK_TAG]))

    async def _wait_if_possible(self) -> None:
        try:
            await self._wait_until_reset()
            self.is_rolled_back = True
        except SnapshotError as error:
            self._spec.tell(error.problem)

    async def _unmark_if_possible(self, *tags: str) -> None:
        try:
            await self._unmark(*tags)
        except SnapshotError as error:
            self._spec.tell(f"marks stay on {self._spec.disks} until the next rollback: {error.problem}")

    async def _reset_all(self) -> None:
        missing = self._remaining
        pages = [missing[start : start + MOST_AT_ONCE] for start in range(0, len(missing), MOST_AT_ONCE)]
        for page in pages:
            await self._reset(page)

    async def _reset(self, disk_ids: Sequence[str]) -> None:
        """Reset the disks, and return when ECS has accepted all of them. What is busy is asked again."""

        async def attempt() -> None:
            waiting = [each for each in disk_ids if each not in self._rolled_back]
            await self._wait_until_reset(waiting)
            await self._own_disks()
            refusals = await finish_before_cancel(self._refusals(waiting))
            if refusals:
                raise self._refused(refusals)

        async def attempt_until_answered() -> None:
            await retry_while_busy(self._region.clock, attempt, patience=OUTAGE_PATIENCE, passing=Unavailable)

        await retry_while_busy(self._region.clock, attempt_until_answered, patience=RESET_PATIENCE)

    async def _refusals(self, disk_ids: Sequence[str]) -> dict[str, SnapshotError]:
        """Ask ECS once to reset the disks, tag those that it resets, and return the refusals of the others by disk.

        If there was no answer, ECS may still reset a disk. A disk that is being reset now was accepted by this call.
        """
        try:
            refusals = await self._request_reset(disk_ids)
        except (Busy, Unavailable) as error:
            refusals = dict.fromkeys(disk_ids, error)
        if any(isinstance(error, Busy | Unavailable) for error in refusals.values()):
            begun = {disk.disk_id for disk in await self._disks(refusals) if disk.status == "ReIniting"}
            refusals = {disk_id: error for disk_id, error in refusals.items() if disk_id not in begun}
        await self._mark_rolled_back([each for each in disk_ids if each not in refusals])
        return refusals

    async def _request_reset(self, disk_ids: Sequence[str]) -> dict[str, SnapshotError]:
        targets = {disk_id: self._spec.targets[disk_id] for disk_id in disk_ids}
        if self._spec.grouped:
            return await self._region.client.reset_disks(targets)
        for disk_id, snapshot_id in targets.items():
            await self._region.client.reset_disk(disk_id, snapshot_id)
        return {}

    def _refused(self, refusals: Mapping[str, SnapshotError]) -> SnapshotError:
        """Return one error for all refused disks. It is a retryable one if every refusal is."""
        if not self._spec.grouped:
            return next(iter(refusals.values()))
        problem = f"{len(refusals)} of {len(self._disk_ids)} disks are not rolled back: {named_failures(refusals)}"
        remedy = "Clear this up, then run `pulumi up` again: it rolls back only what is missing."
        kinds = {type(error) for error in refusals.values()}
        if kinds <= {Busy, Unavailable}:
            return (Unavailable if Unavailable in kinds else Busy)(problem, remedy=remedy)
        return Incomplete(problem, remedy=remedy)

    async def _wait_until_reset(self, disk_ids: Iterable[str] | None = None) -> None:
        """Return when ECS resets none of the disks any more; by default, of all disks."""
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
        """Return the disks. Raises Rejected if one of them has the tag of another rollback."""
        disks = await self._disks()
        for disk in disks:
            if other := self._spec.conflict_on(disk):
                self._has_conflict = True
                raise Rejected(other, remedy=conflict_remedy(disk, self._region.name))
        return disks

    @property
    def _remaining(self) -> list[str]:
        return [each for each in self._disk_ids if each not in self._rolled_back]

    async def _mark_rolled_back(self, disk_ids: Sequence[str]) -> None:
        """Tag the disks as rolled back. If that fails, only a later run would reset them again."""
        self._rolled_back.update(disk_ids)
        try:
            if disk_ids:
                await self._region.client.tag("disk", disk_ids, {ROLLED_BACK_TAG: self._spec.key})
        except SnapshotError as error:
            self._spec.tell(f"{', '.join(disk_ids)} could not be marked as rolled back: {error.problem}")

    async def _unmark(self, *tags: str) -> None:
        await self._region.client.untag("disk", self._disk_ids, tags)
