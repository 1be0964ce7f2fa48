"""Takes exactly one snapshot per intent, whatever died before: adopt what is being created, else begin it."""

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
from ..errors import SnapshotError, ThawFailed, WaitTimeout
from .attributes import converge
from .beginning import Beginner, Claim, Job, unfinished
from .deadline import within
from .freezing import Freezer
from .intent import BEING_CREATED_TAG, INTENT_TAG, RELEASED_TAG, generation_of
from .ledger import Ledger
from .records import R, Recorded, Records, SnapshotRecords
from .wanted import Intended, Progress
from .watcher import SnapshotWatcher

log = logging.getLogger(__name__)


class Taker(ABC, Generic[R]):
    """Takes records of one kind in one region."""

    def __init__(self, records: Records[R], clock: Clock, ledger: Ledger[R], freezer: Freezer) -> None:
        self._records = records
        self._clock = clock
        self._ledger = ledger
        self._beginner = Beginner(records, clock, ledger, freezer, self.cut_at)
        self._series_locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def take(self, wanted: Intended) -> R:
        """Return the one record of the intent, ready and handed over.

        What an earlier run began for the same intent is adopted. Raises WaitTimeout, which names the snapshot that
        goes on, SnapshotFailed, FreezeFailed, ThawFailed, or the error of the call that failed.
        """
        return (await self.take_together([wanted]))[0]

    async def take_together(self, all_wanted: Sequence[Intended]) -> list[R]:
        """Return the one record of each intent as `take` does; all that has to be begun is cut under one freeze."""
        async with AsyncExitStack() as locks:
            for series in sorted({wanted.attributes.series for wanted in all_wanted}):
                await locks.enter_async_context(self._series_locks[series])
            claims = await self._claim_together(all_wanted)
        return await asyncio.gather(*map(self._finish, claims, all_wanted))

    async def begin_together(self, jobs: Sequence[Job]) -> list[Claim[R] | BaseException]:
        """Have ECS begin the record of each job, and return it, or what went wrong, in order."""
        return await self._beginner.begin(jobs)

    async def settle(self, all_wanted: Sequence[Intended]) -> None:
        """Thaw what a run that died may have left frozen."""
        await self._beginner.settle(all_wanted)

    async def _finish(self, claim: Claim[R], wanted: Intended) -> R:
        wanted.begun(claim.info.record_id)
        info = await self.wait_ready(claim.info, wanted)
        if claim.adopted and await self.converge(info, wanted):
            info = await self._records.get(info.record_id) or info
        if claim.unthawed is not None:
            raise kept_but_frozen(self._records.kind, info.record_id, claim.unthawed)
        await self._ledger.hand_over(info.record_id)
        return info

    @abstractmethod
    async def wait_ready(self, info: R, wanted: Intended) -> R:
        """Return the record once it is ready. Raises WaitTimeout, SnapshotFailed or NotFound."""

    @abstractmethod
    async def converge(self, info: R, wanted: Intended) -> bool:
        """Bring the record's attributes to what is declared, and tell whether that took a call."""

    @abstractmethod
    async def cut_at(self, record_id: str) -> datetime | None:
        """Return the point in time that the record keeps, by the cloud's clock; None until it has passed."""

    async def _claim_together(self, all_wanted: Sequence[Intended]) -> list[Claim[R]]:
        await self.settle(all_wanted)
        found = await asyncio.gather(*map(self._look, all_wanted))
        jobs = [each for each in found if isinstance(each, Job)]
        begun = dict(zip(jobs, await self.begin_together(jobs), strict=True))
        return [await self._settled(each, begun[each]) if isinstance(each, Job) else each for each in found]

    async def _settled(self, job: Job, outcome: Claim[R] | BaseException) -> Claim[R]:
        if isinstance(outcome, BaseException):
            raise outcome
        await self.discard_failed(job.members)
        return outcome

    async def _look(self, wanted: Intended) -> Claim[R] | Job:
        """Return what fulfils the intent already, or else what has to be begun."""
        members = await self._ledger.members(wanted.attributes.series)
        begun = own_unfinished(wanted, members)
        if begun is not None and self._stale(wanted, begun):
            await self._ledger.hand_over(begun.record_id)
        elif begun is not None:
            log.info("adopting %s, which an earlier run began", begun.record_id)
            return Claim(begun, adopted=True)
        recent = self._recent(wanted, members)
        if recent is not None:
            log.info("%s is younger than min_age: nothing is retaken", recent.record_id)
            return Claim(recent, adopted=True)
        await self.discard_unproven(wanted, members)
        generation = 1 + max((generation_of(member) for member in members), default=0)
        return Job(wanted, wanted.intent(generation), members=members)

    def _stale(self, wanted: Intended, unfinished: R) -> bool:
        """Tell whether too much may have been written to the disk since an earlier run made the cut."""
        if unfinished.cut_at is None:
            return False
        if wanted.cut_after is not None and unfinished.cut_at.timestamp() < wanted.cut_after:
            return True
        if wanted.adopt_within is None or not unfinished.accomplished:
            return False
        return self._clock.now() - unfinished.cut_at.timestamp() > wanted.adopt_within

    def _recent(self, wanted: Intended, members: Sequence[R]) -> R | None:
        """Return the newest member where it was made from the same inputs and is younger than `min_age`.

        A declared snapshot only takes back what a destroyed resource retained: a member that a state holds would
        be deleted with its old state once a forced replacement is done.
        """
        newest = members[-1] if members else None
        if newest is None or wanted.min_age is None or not newest.accomplished or newest.cut_at is None:
            return None
        free = (wanted.reuse == "any" or RELEASED_TAG in newest.tags) and wanted.accepts(newest)
        same = newest.tags.get(INTENT_TAG) == wanted.intent(generation_of(newest)).key
        young = self._clock.now() - newest.cut_at.timestamp() < wanted.min_age
        return newest if free and same and young else None

    async def discard_failed(self, members: Sequence[Recorded]) -> None:
        """Remove what failed attempts of this series left; no state knows of them."""
        for member in members:
            if member.failed and BEING_CREATED_TAG in member.tags:
                try:
                    await self._records.delete(member.record_id)
                except SnapshotError as error:
                    log.warning("could not remove %s, which failed: %s", member.record_id, error.problem)

    async def discard_unproven(self, wanted: Intended, members: Sequence[Recorded]) -> None:
        """Remove what was begun for this intent while not everything was frozen, before another one is begun.

        No state knows of it, and once there is a newer one nobody would look for it. Raises what the calls raise.
        """
        for member in members:
            if wanted.intent(generation_of(member)).claims(member) and not wanted.accepts(member):
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
    ) -> None:
        super().__init__(records, clock, ledger, freezer)
        self._snapshots = records
        self._watcher = watcher

    async def wait_ready(self, info: SnapshotInfo, wanted: Intended) -> SnapshotInfo:
        """Return the snapshot once it is ready. Raises WaitTimeout, SnapshotFailed or NotFound."""
        if wanted.ready(info):
            return info
        limit = wanted.limit(info)
        try:
            return await within(self._clock, limit, self.watch(info, wanted, wanted.progress))
        except TimeoutError:
            raise WaitTimeout(
                f"snapshot {info.snapshot_id} {wanted.origin} is not {wanted.wait_until} after {limit:.0f} s; "
                "it goes on in the cloud",
                snapshot_id=info.snapshot_id,
                remedy="Run `pulumi up` again: it resumes this snapshot. Raise customTimeouts.create for larger disks.",
            ) from None

    async def watch(self, info: SnapshotInfo, wanted: Intended, progress: Progress) -> SnapshotInfo:
        """Return the snapshot once it is ready, however long that takes. Raises SnapshotFailed or NotFound."""
        return await self._watcher.wait(
            info.snapshot_id, ready=wanted.ready, progress=progress, remaining=wanted.remaining, known=info
        )

    async def cut_at(self, record_id: str) -> datetime | None:
        info = await self._records.get(record_id)
        return info.cut_at if info else None

    async def converge(self, info: SnapshotInfo, wanted: Intended) -> bool:
        patience = wanted.limit(info)
        return await converge(self._snapshots, self._clock, info, wanted.attributes, patience=patience)


def own_unfinished(wanted: Intended, members: Sequence[R]) -> R | None:
    """Return the unfinished member to adopt for this intent, if there is one."""
    return next((member for member in unfinished(wanted, members) if wanted.accepts(member)), None)


def kept_but_frozen(kind: str, record_id: str, unthawed: ThawFailed) -> ThawFailed:
    """Return the error that ends a take whose record is ready, but whose thaw failed."""
    return ThawFailed(f"{kind} {record_id} is safe and kept, but {unthawed.problem}", remedy=unthawed.remedy)
