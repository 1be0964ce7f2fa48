"""Takes exactly one snapshot for each intent: it adopts what an earlier run began, or creates a new one."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Generic

from ..clock import Clock
from ..ecs.models import SnapshotInfo
from ..errors import Rejected, SnapshotError, ThawFailed, WaitTimeout
from ..freezes.freezer import Freezer
from ..ledger.intent import generation_of
from ..ledger.ledger import Ledger
from ..ledger.ownership import Ownership, Phase, ownership_of
from ..ledger.records import EcsRecords, R, Recorded, SnapshotRecords
from ..ledger.run import Run
from ..waiting.deadline import with_timeout
from ..waiting.poller import SnapshotWatcher
from .attributes import converge
from .begin import Claim, Job, RecordCreator, same_disk_members, unfinished
from .spec import Progress, RecordSpec
from .window import Window

log = logging.getLogger(__name__)

OTHERS_PATIENCE = 2.0
"""A run hands its record over within so many seconds after it has seen it complete."""
_REUSABLE = {"released": {Phase.RETAINED}, "any": {Phase.RETAINED, Phase.GUARD}}


class Taker(ABC, Generic[R]):
    """Takes records of one kind in one region."""

    def __init__(self, records: EcsRecords[R], clock: Clock, ledger: Ledger[R], freezer: Freezer, run: Run) -> None:
        self._records = records
        self._clock = clock
        self._ledger = ledger
        self._run = run
        self._claims: dict[str, str] = {}
        self._creator = RecordCreator(records, clock, ledger, freezer, self.cut_at)
        self._series_locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def take(self, spec: RecordSpec) -> R:
        """Return the one record of the intent: it is ready, and its tags say who owns it.

        If an earlier run began one for the same intent, it is adopted. Raises WaitTimeout, SnapshotFailed,
        FreezeFailed, ThawFailed, or the error of a call.
        """
        return (await self.take_together([spec]))[0]

    async def take_together(self, specs: Sequence[RecordSpec]) -> list[R]:
        """Return the one record of each intent as `take` does. All new ones are cut under one freeze."""
        async with AsyncExitStack() as locks:
            for series in sorted({spec.attributes.series for spec in specs}):
                await locks.enter_async_context(self._series_locks[series])
            claims = await self._claim_together(specs)
        try:
            return await asyncio.gather(*map(self._finish, claims, specs))
        finally:
            for claim in claims:
                self._claims.pop(claim.info.record_id, None)

    async def begin_together(self, jobs: Sequence[Job]) -> list[Claim[R] | BaseException]:
        """Return the record or the error of each job, in order."""
        now = self._records.client.cloud_now()
        for job in jobs:
            window = job.spec.required_window
            if window is not None and not window.contains(now):
                return [_too_early(job, window) for job in jobs]
        return await self._creator.begin(jobs)

    async def thaw_leftovers(self, specs: Sequence[RecordSpec]) -> None:
        """Thaw the instances that a killed run may have left frozen."""
        await self._creator.thaw_leftovers(specs)

    async def _finish(self, claim: Claim[R], spec: RecordSpec) -> R:
        spec.on_begun(claim.info.record_id)
        info = await self.wait_ready(claim.info, spec)
        if claim.adopted and await self.converge(info, spec):
            info = await self._records.get(info.record_id) or info
        if claim.unthawed is not None:
            raise kept_but_frozen(self._records.kind, info.record_id, claim.unthawed)
        if claim.adopted and spec.ownership.held:
            # The run that began it, if it still lives, hands it over now.
            await self._clock.sleep(OTHERS_PATIENCE)
            info = await self._records.reload(info) or info
        if is_taken_away(info, spec.ownership):
            log.info("another run goes on with %s: taking another one", info.record_id)
            return await self.take(spec)
        await self._run.require_engine(info.record_id)
        await self._ledger.hand_over(info, spec.ownership)
        return info

    @abstractmethod
    async def wait_ready(self, info: R, spec: RecordSpec) -> R:
        """Return the record when it is ready. Raises WaitTimeout, SnapshotFailed or NotFound."""

    @abstractmethod
    async def converge(self, info: R, spec: RecordSpec) -> bool:
        """Update the record's attributes to the declared ones. Tell whether that took a call."""

    @abstractmethod
    async def cut_at(self, record_id: str) -> datetime | None:
        """Return the time of the record's cut by the clock of ECS, or None before the cut."""

    async def _claim_together(self, specs: Sequence[RecordSpec]) -> list[Claim[R]]:
        await self.thaw_leftovers(specs)
        found = await asyncio.gather(*map(self._look, specs))
        jobs = [each for each in found if isinstance(each, Job)]
        begun = dict(zip(jobs, await self.begin_together(jobs), strict=True))
        for job, outcome in begun.items():
            if isinstance(outcome, Claim):
                self._claims[outcome.info.record_id] = job.spec.ownership.owner
        return [await self._created(each, begun[each]) if isinstance(each, Job) else each for each in found]

    async def _created(self, job: Job, outcome: Claim[R] | BaseException) -> Claim[R]:
        if isinstance(outcome, BaseException):
            raise outcome
        await self.discard_failed(job.members)
        return outcome

    async def _look(self, spec: RecordSpec) -> Claim[R] | Job:
        """Return the record that already fulfils the intent, or the job that creates one."""
        members = await self._ledger.members(spec.attributes.series)
        now, owner = self._records.client.cloud_now(), spec.ownership.owner
        begun = adoptable(spec, [each for each in members if self._claims.get(each.record_id, owner) == owner])
        if begun is not None and spec.is_stale(begun, now):
            await self._ledger.hand_over(begun, spec.ownership)
            begun = None
        found = begun or await self._lost(spec, members) or self._recent(spec, members, now)
        if found is not None:
            log.info("adopting %s, which an earlier run took", found.record_id)
            await self._claim(found, spec)
            return Claim(found, adopted=True)
        await self.discard_unproven(spec, members)
        generation = 1 + max((generation_of(member) for member in members), default=0)
        return Job(spec, spec.intent(generation), members=members)

    async def _claim(self, found: R, spec: RecordSpec) -> None:
        if spec.ownership.names_holder:
            self._claims[found.record_id] = spec.ownership.owner
            await self._ledger.claim(found, spec.ownership.owner)

    async def _lost(self, spec: RecordSpec, members: Sequence[R]) -> R | None:
        """Return the record that a killed run handed over before the engine stored its state.

        The stored state is the proof: it names the owner of the interrupted creation, and does not hold the record.
        """
        newest = max(same_disk_members(spec, members), key=generation_of, default=None)
        if newest is None or not spec.ownership.held or not spec.accepts(newest) or newest.failed:
            return None
        ownership = ownership_of(newest)
        if not ownership.names_holder or not spec.intent(generation_of(newest)).fits(newest):
            return None
        return newest if await self._run.never_stored(newest.record_id, ownership.owner) else None

    def _recent(self, spec: RecordSpec, members: Sequence[R], now: float) -> R | None:
        """Return the newest member if it has the same inputs and is younger than `min_age`.

        A resource only takes over what a destroyed resource retained. A guard also takes over what a guard took.
        """
        newest = max(same_disk_members(spec, members), key=generation_of, default=None)
        if newest is None or spec.min_age is None or not newest.accomplished or newest.cut_at is None:
            return None
        free = ownership_of(newest).phase in _REUSABLE[spec.reuse] and spec.accepts(newest)
        young = now - newest.cut_at.timestamp() < spec.min_age
        return newest if free and young and spec.intent(generation_of(newest)).fits(newest) else None

    async def discard_failed(self, members: Sequence[Recorded]) -> None:
        """Delete the failed members of a series that no state holds."""
        for member in members:
            if member.failed and ownership_of(member).being_created:
                try:
                    await self._records.delete(member.record_id)
                except SnapshotError as error:
                    log.warning("could not remove %s, which failed: %s", member.record_id, error.problem)

    async def discard_unproven(self, spec: RecordSpec, members: Sequence[Recorded]) -> None:
        """Delete members of this intent that were not cut under the required freeze. Raises what the calls raise.

        No state holds them. After the next one is created, nobody would look for them.
        """
        for member in members:
            if spec.intent(generation_of(member)).claims(member) and not spec.accepts(member):
                await self._records.delete(member.record_id)


class SnapshotTaker(Taker[SnapshotInfo]):
    """Takes snapshots in one region."""

    def __init__(
        self,
        records: SnapshotRecords,
        clock: Clock,
        ledger: Ledger[SnapshotInfo],
        watcher: SnapshotWatcher,
        freezer: Freezer,
        run: Run,
    ) -> None:
        super().__init__(records, clock, ledger, freezer, run)
        self._snapshots = records
        self._watcher = watcher

    async def wait_ready(self, info: SnapshotInfo, spec: RecordSpec) -> SnapshotInfo:
        """Return the snapshot when it is ready. Raises WaitTimeout, SnapshotFailed or NotFound."""
        if spec.ready(info):
            return info
        limit = spec.limit(info)
        try:
            return await with_timeout(self._clock, limit, self.watch(info, spec, spec.progress))
        except TimeoutError:
            raise WaitTimeout(
                f"snapshot {info.snapshot_id} {spec.origin} is not {spec.wait_until} after {limit:.0f} s; "
                "it goes on in the cloud",
                snapshot_id=info.snapshot_id,
                remedy="Run `pulumi up` again: it resumes this snapshot. Raise customTimeouts.create for larger disks.",
            ) from None

    async def watch(self, info: SnapshotInfo, spec: RecordSpec, progress: Progress) -> SnapshotInfo:
        """Return the snapshot when it is ready. There is no time-out. Raises SnapshotFailed or NotFound."""
        return await self._watcher.wait(
            info.snapshot_id, ready=spec.ready, progress=progress, remaining=spec.remaining, known=info
        )

    async def cut_at(self, record_id: str) -> datetime | None:
        info = await self._records.get(record_id)
        return info.cut_at if info else None

    async def converge(self, info: SnapshotInfo, spec: RecordSpec) -> bool:
        patience = spec.limit(info)
        return await converge(self._snapshots, self._clock, info, spec.attributes, patience=patience)


def adoptable(spec: RecordSpec, members: Sequence[R]) -> R | None:
    """Return the member to adopt for this intent, if there is one."""
    return next((member for member in unfinished(spec, members) if spec.accepts(member)), None)


def _too_early(job: Job, window: Window) -> Rejected:
    return Rejected(
        f"{job.spec.request} was not made: now is outside the maintenance window {window}",
        remedy='Run `pulumi up` again inside of it, or set outside_window = "warn" to take it at once.',
    )


def kept_but_frozen(kind: str, record_id: str, unthawed: ThawFailed) -> ThawFailed:
    """Return the error for a record that is ready after its thaw failed."""
    return ThawFailed(f"{kind} {record_id} is safe and kept, but {unthawed.problem}", remedy=unthawed.remedy)


def is_taken_away(record: Recorded, ownership: Ownership) -> bool:
    """Tell whether another state has taken over the record. Both states began it with the same token."""
    now = ownership_of(record)
    claimed = (now.being_created or now.held) and now.owner not in {"", ownership.owner}
    return ownership.names_holder and claimed
