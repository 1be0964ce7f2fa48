"""Creates snapshots and groups in ECS, each only once, and all that belong together under one freeze."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Generic

from ..clock import Clock
from ..ecs.transport import pages_of
from ..errors import Busy, HoldEnded, NotFound, SnapshotError, ThawFailed, TokenMismatch, Unavailable
from ..freezes.freezer import Freezer, Hold
from ..freezes.spec import CONSISTENCY_APPLICATION, CONSISTENCY_PENDING, FreezeRequest
from ..ledger.intent import CONSISTENCY_TAG, LEDGER_TAGS, Intent, generation_of, scope_of
from ..ledger.ledger import MOST_TAGGED_AT_ONCE, Ledger
from ..ledger.ownership import NO_TAG, ownership_of
from ..ledger.records import EcsRecords, R, Recorded
from ..waiting.backoff import poll_delay
from ..waiting.poller import LISTING_GRACE
from ..waiting.retry import retry_while_busy
from .spec import RecordSpec

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 20
PROCESSING = "IdempotentProcessing"
"""The code of ECS while it still processes an earlier request with the same token."""
POLL_INTERVAL = 1.0
CUT_POLL_INTERVAL = 0.5
MISMATCH_PATIENCE = 30.0
UNLISTED_PATIENCE = 300.0
CUT_TOLERANCE = 3.0
"""A cut may seem to be so many seconds older than its request: both times are in whole seconds."""


@dataclass(frozen=True, slots=True)
class Claim(Generic[R]):
    """A record that fulfils an intent. `proven`: ECS showed its cut while everything was frozen.

    `unthawed` is the error of the thaw: an instance may still be frozen.
    """

    info: R
    adopted: bool
    proven: bool = False
    unthawed: ThawFailed | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A record to create. `failed` attempts at its intent have failed. `members` are the records of its series."""

    spec: RecordSpec
    intent: Intent
    failed: int = 0
    members: Sequence[Recorded] = field(default=())

    @property
    def patience(self) -> float:
        """Seconds for which it waits while ECS is busy with the disk."""
        return self.spec.timeout or self.spec.base_timeout


class RecordCreator(Generic[R]):
    """Creates records of one kind in one region. `cut_at` returns the time of a record's cut."""

    def __init__(
        self,
        records: EcsRecords[R],
        clock: Clock,
        ledger: Ledger[R],
        freezer: Freezer,
        cut_at: Callable[[str], Awaitable[datetime | None]],
    ) -> None:
        self._records = records
        self._clock = clock
        self._ledger = ledger
        self._freezer = freezer
        self._cut_at = cut_at

    async def thaw_leftovers(self, specs: Sequence[RecordSpec]) -> None:
        """Thaw the instances that a killed run may have left frozen."""
        jobs = [Job(spec, spec.intent(0)) for spec in specs]
        freezing = await self._freezing(jobs)
        if freezing is not None:
            await self._freezer.thaw_leftovers(freezing)

    async def begin(self, jobs: Sequence[Job]) -> list[Claim[R] | BaseException]:
        """Return the record or the error of each job, in order. Everything that was frozen for them has been thawed."""
        freezing = await self._freezing(jobs)
        if freezing is None:
            works = [self._create(job, Hold(self._clock)) for job in jobs]
            return list(await asyncio.gather(*works, return_exceptions=True))
        outcomes: dict[Job, Claim[R] | BaseException] = {}
        attempt = partial(self._begin_remaining, jobs, outcomes)
        with suppress(Busy):
            await retry_while_busy(self._clock, attempt, patience=max(job.patience for job in jobs))
        return [outcomes[job] for job in jobs]

    async def _freezing(self, jobs: Sequence[Job]) -> FreezeRequest | None:
        first = jobs[0].spec if jobs else None
        if first is None or first.freeze is None:
            return None
        client = self._records.client
        disks = await asyncio.gather(*(job.spec.frozen_disks(client) for job in jobs))
        keys = sorted(job.intent.key for job in jobs)
        return FreezeRequest(
            freeze=first.freeze,
            key=keys[0] if len(keys) == 1 else hashlib.sha256("".join(keys).encode()).hexdigest()[:32],
            scope=scope_of(first.attributes.series),
            disk_ids=[disk_id for each in disks for disk_id in each],
            warn=first.warn,
        )

    async def _begin_remaining(self, jobs: Sequence[Job], outcomes: dict[Job, Claim[R] | BaseException]) -> None:
        """Create under one freeze the records that do not exist yet. Raises Busy: no instance waits while frozen."""
        left = [job for job in jobs if job not in outcomes or isinstance(outcomes[job], Busy)]
        freezing = await self._freezing(left)
        assert freezing is not None  # noqa: S101  (for the type checker)
        if outcomes:
            await self._require_free(freezing.disk_ids)
        outcomes |= await self._under_one_freeze(left, freezing)
        for job in left:
            if isinstance(busy := outcomes[job], Busy):
                raise busy

    async def _require_free(self, disk_ids: Sequence[str]) -> None:
        for disk_id in disk_ids:
            for snapshot in await self._records.client.snapshots_of_disk(disk_id):
                if snapshot.status == "progressing":
                    raise Busy(
                        f"disk {disk_id} has {snapshot.snapshot_id} in progress", remedy="Wait until it has ended."
                    )

    async def _under_one_freeze(
        self, jobs: Sequence[Job], freezing: FreezeRequest
    ) -> dict[Job, Claim[R] | BaseException]:
        try:
            async with self._freezer.hold(freezing) as hold:
                cuts = await asyncio.gather(*(self._cut(job, hold) for job in jobs), return_exceptions=True)
        except SnapshotError as error:
            return dict.fromkeys(jobs, error)
        outcomes = dict(zip(jobs, await self._proven(cuts), strict=True))
        for job, outcome in outcomes.items():
            if isinstance(outcome, HoldEnded) and not freezing.freeze.required:
                freezing.warn(f"{outcome.problem}; it is only crash-consistent")
                again = self._create(job, replace(hold, ends_at=None))
                (outcomes[job],) = await asyncio.gather(again, return_exceptions=True)
        return {
            job: replace(outcome, unthawed=hold.unthawed) if isinstance(outcome, Claim) else outcome
            for job, outcome in outcomes.items()
        }

    async def _cut(self, job: Job, hold: Hold) -> Claim[R]:
        return await hold.during(self._until_cut(job, hold))

    async def _until_cut(self, job: Job, hold: Hold) -> Claim[R]:
        claim = await self._create(job, hold)
        if claim.adopted or hold.ends_at is None:
            return replace(claim, proven=hold.complete and not claim.adopted)
        while (cut_at := await self._cut_at(claim.info.record_id)) is None:
            await self._clock.sleep(CUT_POLL_INTERVAL)
        return replace(claim, proven=hold.proves(cut_at))

    async def _proven(self, outcomes: Sequence[Claim[R] | BaseException]) -> list[Claim[R] | BaseException]:
        """Tag the records that are proven to be application-consistent, and return the outcomes with the new tags."""
        proven = [each.info.record_id for each in outcomes if isinstance(each, Claim) and each.proven]
        for page in pages_of(proven, MOST_TAGGED_AT_ONCE):
            await self._records.tag(page, {CONSISTENCY_TAG: CONSISTENCY_APPLICATION})
        return list(await asyncio.gather(*map(self._reloaded, outcomes)))

    async def _reloaded(self, outcome: Claim[R] | BaseException) -> Claim[R] | BaseException:
        if not isinstance(outcome, Claim) or not outcome.proven:
            return outcome
        return replace(outcome, info=await self._records.get(outcome.info.record_id) or outcome.info)

    async def _create(self, job: Job, hold: Hold) -> Claim[R]:
        since = self._records.client.cloud_now() - CUT_TOLERANCE
        for attempt in range(job.failed + 1, job.failed + 1 + MOST_ATTEMPTS):
            try:
                record_id = await self._request(job, attempt, hold)
            except TokenMismatch:
                earlier = await self._adopt_or_delete(job.spec)
                if earlier is not None:
                    return Claim(earlier, adopted=True)
                continue
            info = await self._appearance(record_id)
            claim = await self._judged(job, hold, info, since) if info else None
            if claim is not None:
                return claim
            log.info("the client token answered with %s, which is not the one asked for: taking another", record_id)
        raise Unavailable(
            f"{job.spec.request} answered {MOST_ATTEMPTS} times with an earlier {self._records.kind}",
            remedy="Run `pulumi up` again in an hour, or set another series.",
        )

    async def _judged(self, job: Job, hold: Hold, info: R, since: float) -> Claim[R] | None:
        """Return the claim on the record that ECS returned for a token, or None if another one must be created.

        A token returns the same record for a day, even after it was handed over or somebody removed its tags.
        """
        begun_now = info.cut_at is None or info.cut_at.timestamp() >= since
        ours = ownership_of(info).being_created and job.intent.fits(info)
        if not ours and not (begun_now and not info.tags.keys() & set(LEDGER_TAGS)):
            return None
        if self._is_cut_before_freeze(job, hold, info) or (info.failed and not begun_now):
            await self._records.delete(info.record_id)
            return None
        if not begun_now and job.spec.is_stale(info, self._records.client.cloud_now()):
            await self._ledger.hand_over(info, job.spec.ownership)
            return None
        return Claim(info, adopted=not begun_now)

    def _is_cut_before_freeze(self, job: Job, hold: Hold, info: R) -> bool:
        """Tell whether a freeze is required, and the record was cut before it."""
        return job.spec.requires_freeze and not job.spec.accepts(info) and hold.is_older(info.cut_at)

    async def _request(self, job: Job, attempt: int, hold: Hold) -> str:
        """Create the record and return its id. Wait while ECS is busy, but while frozen only for its own request."""
        request = partial(self._ask, job, attempt)
        if hold.ends_at is None:
            return await retry_while_busy(self._clock, request, patience=job.patience)
        while True:
            try:
                return await request()
            except Busy as busy:
                if busy.code != PROCESSING:
                    raise
            await self._clock.sleep(POLL_INTERVAL)

    async def _ask(self, job: Job, attempt: int) -> str:
        pending = {CONSISTENCY_TAG: CONSISTENCY_PENDING} if job.spec.freeze else {}
        tags = {**job.spec.attributes.tags, **job.intent.tags(), **pending}
        return await job.spec.begin(self._records.client, job.intent.client_token(attempt), tags)

    async def _adopt_or_delete(self, spec: RecordSpec) -> R | None:
        """Return the record that an earlier run created with this token and other attributes.

        Return None if no such record appears, or if it does not fulfil the spec: then it is deleted.
        """
        end = self._clock.now() + MISMATCH_PATIENCE
        while self._clock.now() < end:
            for found in unfinished(spec, await self._ledger.members(spec.attributes.series)):
                if spec.accepts(found):
                    return found
                await self._records.delete(found.record_id)
                return None
            await self._clock.sleep(POLL_INTERVAL)
        return None

    async def _appearance(self, record_id: str) -> R | None:
        """Return the record once ECS lists it, or None if it is gone.

        ECS may list a new record late. It also returns the id of a deleted record for a repeated token. A list cannot
        tell one from the other, but a call that removes a tag can.
        """
        started = self._clock.now()
        while (elapsed := self._clock.now() - started) < UNLISTED_PATIENCE:
            info = await self._records.get(record_id)
            if info is not None:
                return info
            if elapsed >= LISTING_GRACE and await self._is_gone(record_id):
                return None
            await self._clock.sleep(poll_delay(elapsed=elapsed, remaining=None))
        raise Unavailable(
            f"{self._records.kind} {record_id} was created, but ECS does not list it after {UNLISTED_PATIENCE:.0f} s",
            remedy=f"Run `pulumi up` again: it adopts this {self._records.kind}.",
        )

    async def _is_gone(self, record_id: str) -> bool:
        try:
            await self._records.untag([record_id], [NO_TAG])
        except NotFound:
            return True
        return False


def unfinished(spec: RecordSpec, members: Sequence[R]) -> list[R]:
    """Return the members that are being created for this intent, if its generation is the newest of the series.

    An older one was given up. If a run adopted it, the state would hold earlier data of the disk, and the deletion of
    the newer one would look like the end of the series.
    """
    same_disks = same_disk_members(spec, members)
    newest = max((generation_of(member) for member in same_disks if not member.failed), default=0)
    latest = [member for member in same_disks if generation_of(member) == newest]
    return [member for member in latest if spec.intent(newest).claims(member)]


def same_disk_members(spec: RecordSpec, members: Sequence[R]) -> list[R]:
    """Return the members that share a disk with `spec`. Several resources may use one series."""
    named = set(spec.named_disks)
    return [member for member in members if not named or not member.source_disks or named & set(member.source_disks)]
