"""Takes exactly one snapshot per intent, whatever died before: adopt what is being created, else create."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic

from ..clock import Clock
from ..ecs.models import SnapshotInfo
from ..errors import NotFound, SnapshotError, TokenMismatch, Unavailable, WaitTimeout
from .attributes import converge
from .deadline import within
from .intent import BEING_CREATED_TAG, INTENT_TAG, RELEASED_TAG, Intent, generation_of
from .ledger import Ledger
from .pacing import next_look
from .patience import when_free
from .records import R, Records, SnapshotRecords
from .wanted import Intended, Progress
from .watcher import LISTING_GRACE, SnapshotWatcher

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 20
LOOK_INTERVAL = 1.0
MISMATCH_PATIENCE = 30.0
UNLISTED_PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class _Claim(Generic[R]):
    info: R
    adopted: bool


class Taker(ABC, Generic[R]):
    """Takes records of one kind in one region."""

    def __init__(self, records: Records[R], clock: Clock, ledger: Ledger[R]) -> None:
        self._records = records
        self._clock = clock
        self._ledger = ledger
        self._series_locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def take(self, wanted: Intended) -> R:
        """Return the one record of the intent, ready and handed over.

        What an earlier run began for the same intent is adopted. Raises WaitTimeout, which names the snapshot that
        goes on, SnapshotFailed, or the error of the call that failed.
        """
        async with self._series_locks[wanted.attributes.series]:
            claim = await self._claim(wanted)
        wanted.begun(claim.info.record_id)
        info = await self.wait_ready(claim.info, wanted)
        if claim.adopted and await self.converge(info, wanted):
            info = await self._records.get(info.record_id) or info
        await self._ledger.hand_over(info.record_id)
        return info

    @abstractmethod
    async def wait_ready(self, info: R, wanted: Intended) -> R:
        """Return the record once it is ready. Raises WaitTimeout, SnapshotFailed or NotFound."""

    @abstractmethod
    async def converge(self, info: R, wanted: Intended) -> bool:
        """Bring the record's attributes to what is declared, and tell whether that took a call."""

    async def _claim(self, wanted: Intended) -> _Claim[R]:
        members = await self._ledger.members(wanted.attributes.series)
        unfinished = own_unfinished(wanted, members)
        if unfinished is not None and self._stale(wanted, unfinished):
            await self._ledger.hand_over(unfinished.record_id)
        elif unfinished is not None:
            log.info("adopting %s, which an earlier run began", unfinished.record_id)
            return _Claim(unfinished, adopted=True)
        recent = self._recent(wanted, members)
        if recent is not None:
            log.info("%s is younger than min_age: nothing is retaken", recent.record_id)
            return _Claim(recent, adopted=True)
        generation = 1 + max((generation_of(member) for member in members), default=0)
        claim = await self._create(wanted, wanted.intent(generation))
        await self.discard_failed(members)
        return claim

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
        free = wanted.reuse == "any" or RELEASED_TAG in newest.tags
        same = newest.tags.get(INTENT_TAG) == wanted.intent(generation_of(newest)).key
        young = self._clock.now() - newest.cut_at.timestamp() < wanted.min_age
        return newest if free and same and young else None

    async def begin(self, wanted: Intended, intent: Intent, *, failed: int = 0) -> R:
        """Have ECS begin the record of an intent of which `failed` attempts failed; return it once it is listed."""
        return (await self._create(wanted, intent, failed + 1)).info

    async def _create(self, wanted: Intended, intent: Intent, first_attempt: int = 1) -> _Claim[R]:
        for attempt in range(first_attempt, first_attempt + MOST_ATTEMPTS):
            request = partial(self._request, wanted, intent, attempt)
            try:
                record_id = await when_free(self._clock, request, patience=wanted.timeout or wanted.base_timeout)
            except TokenMismatch:
                earlier = await self._of_earlier_run(wanted)
                if earlier is not None:
                    return _Claim(earlier, adopted=True)
                continue
            info = await self._appearance(record_id)
            if info is not None:
                return _Claim(info, adopted=False)
            log.info("the client token answered with %s, which is gone: taking a new one", record_id)
        raise Unavailable(
            f"{wanted.request} answered {MOST_ATTEMPTS} times with a {self._records.kind} that is gone",
            remedy="Run `pulumi up` again in an hour, or set another series.",
        )

    async def _request(self, wanted: Intended, intent: Intent, attempt: int) -> str:
        tags = {**wanted.attributes.tags, **intent.tags()}
        return await wanted.begin(self._records.client, intent.client_token(attempt), tags)

    async def _of_earlier_run(self, wanted: Intended) -> R | None:
        """Find what burnt the token with other attributes; None once it must have been deleted."""
        end = self._clock.now() + MISMATCH_PATIENCE
        while self._clock.now() < end:
            found = own_unfinished(wanted, await self._ledger.members(wanted.attributes.series))
            if found is not None:
                return found
            await self._clock.sleep(LOOK_INTERVAL)
        return None

    async def _appearance(self, record_id: str) -> R | None:
        """Return the record once ECS lists it; None where a repeated token named one that is gone.

        ECS may list a new record late, and answers a repeated token even if its record was deleted. The two
        look alike in a list, so a second opinion comes from the API that writes.
        """
        started = self._clock.now()
        while (elapsed := self._clock.now() - started) < UNLISTED_PATIENCE:
            info = await self._records.get(record_id)
            if info is not None:
                return info
            if elapsed >= LISTING_GRACE and await self._is_gone(record_id):
                return None
            await self._clock.sleep(next_look(elapsed=elapsed, remaining=None))
        raise Unavailable(
            f"{self._records.kind} {record_id} was created, but ECS does not list it after {UNLISTED_PATIENCE:.0f} s",
            remedy=f"Run `pulumi up` again: it adopts this {self._records.kind}.",
        )

    async def _is_gone(self, record_id: str) -> bool:
        try:
            await self._records.tag([record_id], {BEING_CREATED_TAG: "true"})
        except NotFound:
            return True
        return False

    async def discard_failed(self, members: Sequence[R]) -> None:
        """Remove what failed attempts of this series left; no state knows of them."""
        for member in members:
            if member.failed and BEING_CREATED_TAG in member.tags:
                try:
                    await self._records.delete(member.record_id)
                except SnapshotError as error:
                    log.warning("could not remove %s, which failed: %s", member.record_id, error.problem)


class SnapshotTaker(Taker[SnapshotInfo]):
    """Takes snapshots in one region."""

    def __init__(
        self, records: SnapshotRecords, clock: Clock, ledger: Ledger[SnapshotInfo], watcher: SnapshotWatcher
    ) -> None:
        super().__init__(records, clock, ledger)
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

    async def converge(self, info: SnapshotInfo, wanted: Intended) -> bool:
        patience = wanted.limit(info)
        return await converge(self._snapshots, self._clock, info, wanted.attributes, patience=patience)


def own_unfinished(wanted: Intended, members: Sequence[R]) -> R | None:
    """Return the unfinished member that was made for this intent, where its generation is the series' newest.

    An older one was given up: adopting it would bring back an earlier state of the disk, and retiring the newer one
    afterwards would look like the end of the series.
    """
    newest = max((generation_of(member) for member in members if not member.failed), default=0)
    latest = [member for member in members if generation_of(member) == newest]
    return next((member for member in latest if wanted.intent(newest).claims(member)), None)
