"""The poller: all waits of a region share the same DescribeSnapshots calls."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from ..clock import Clock
from ..ecs.models import SnapshotInfo
from ..ecs.transport import PAGE_SIZE, pages_of
from ..errors import NotFound, Permanent, SnapshotError, SnapshotFailed
from .backoff import poll_delay

log = logging.getLogger(__name__)

LISTING_GRACE = 10.0
"""Seconds for which a missing snapshot counts as "not listed yet", not as gone."""
POLLS_TO_BE_GONE = 3

Ready = Callable[[SnapshotInfo], bool]
Progress = Callable[[SnapshotInfo], None]
Remaining = Callable[[SnapshotInfo], float | None]


@dataclass(eq=False, slots=True)
class _Wait:
    snapshot_id: str
    ready: Ready
    progress: Progress
    remaining: Remaining
    started: float
    due: float
    outcome: asyncio.Future[SnapshotInfo]
    missing_since: float | None = None
    polls_missing: int = 0


class SnapshotWatcher:
    """Waits for snapshots. `describe` gets up to 100 ids and returns the snapshots that exist."""

    def __init__(
        self,
        clock: Clock,
        describe: Callable[[Sequence[str]], Awaitable[Sequence[SnapshotInfo]]],
    ) -> None:
        self._clock = clock
        self._describe = describe
        self._waits: list[_Wait] = []
        self._changed = asyncio.Event()
        self._poller: asyncio.Task[None] | None = None

    async def wait(
        self,
        snapshot_id: str,
        *,
        ready: Ready,
        progress: Progress = lambda _info: None,
        remaining: Remaining = lambda info: info.remain_time,
        known: SnapshotInfo | None = None,
    ) -> SnapshotInfo:
        """Return the snapshot once `ready` returns True for it. `progress` gets each state before that.

        `remaining` estimates the seconds until then, None if unknown. `known` is the snapshot as the caller has just
        seen it; it counts as the first poll.

        An unknown status counts as pending. A poll that fails with a Retryable error is repeated. Raises
        SnapshotFailed if the status is "failed", NotFound if the snapshot is gone, and the Permanent error of a poll.
        To stop the wait, cancel the call.
        """
        now = self._clock.now()
        outcome: asyncio.Future[SnapshotInfo] = asyncio.get_running_loop().create_future()
        wait = _Wait(snapshot_id, ready, progress, remaining, started=now, due=now, outcome=outcome)
        self._waits.append(wait)
        try:
            if known is not None:
                self._seen(wait, known)
            self._changed.set()
            if self._poller is None or self._poller.done():
                self._poller = asyncio.create_task(self._poll())
            return await outcome
        finally:
            self._waits.remove(wait)
            self._changed.set()

    async def _poll(self) -> None:
        try:
            while self._waits:
                await self._until(min(wait.due for wait in self._waits))
                await self._clock.gather()
                due = self._due_pages()
                if due:
                    await self._ask(due)
        except Exception as error:  # without this, the waits would never end
            log.exception("the poll of snapshots failed")
            for wait in self._waits:
                if not wait.outcome.done():
                    wait.outcome.set_exception(error)

    async def _until(self, due: float) -> None:
        """Sleep until `due`, or until a wait begins or ends."""
        self._changed.clear()
        seconds = due - self._clock.now()
        if seconds <= 0:
            return
        sleep = asyncio.ensure_future(self._clock.sleep(seconds))
        change = asyncio.ensure_future(self._changed.wait())
        try:
            await asyncio.wait({sleep, change}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            change.cancel()

    def _due_pages(self) -> list[_Wait]:
        """Return the waits that are due, and fill the last page with the next ones: they cost no extra call."""
        pending = sorted((wait for wait in self._waits if not wait.outcome.done()), key=lambda wait: wait.due)
        due = sum(wait.due <= self._clock.now() for wait in pending)
        return pending[: -(-due // PAGE_SIZE) * PAGE_SIZE]

    async def _ask(self, waits: Sequence[_Wait]) -> None:
        ids = list(dict.fromkeys(wait.snapshot_id for wait in waits))
        pages = pages_of(ids)
        answers = await asyncio.gather(*(self._describe(page) for page in pages), return_exceptions=True)
        for page, answer in zip(pages, answers, strict=True):
            asked = set(page)
            answered = [wait for wait in waits if wait.snapshot_id in asked and not wait.outcome.done()]
            if isinstance(answer, BaseException):
                self._handle_error(answered, answer)
            else:
                self._answer(answered, {info.snapshot_id: info for info in answer})

    def _handle_error(self, waits: Sequence[_Wait], error: BaseException) -> None:
        if isinstance(error, Permanent) or not isinstance(error, SnapshotError):
            for wait in waits:
                wait.outcome.set_exception(error)
            return
        log.warning("looking at %d snapshots failed, going on: %s", len(waits), error.problem)
        for wait in waits:
            self._schedule(wait, None)

    def _answer(self, waits: Sequence[_Wait], found: dict[str, SnapshotInfo]) -> None:
        for wait in waits:
            info = found.get(wait.snapshot_id)
            try:
                if info is None:
                    self._missing(wait)
                else:
                    self._seen(wait, info)
            except Exception as error:  # its own callback failed: the other waits go on
                wait.outcome.set_exception(error)

    def _seen(self, wait: _Wait, info: SnapshotInfo) -> None:
        wait.missing_since, wait.polls_missing = None, 0
        if info.failed:
            wait.outcome.set_exception(_failed(info))
        elif wait.ready(info):
            wait.outcome.set_result(info)
        else:
            wait.progress(info)
            self._schedule(wait, wait.remaining(info))

    def _missing(self, wait: _Wait) -> None:
        now = self._clock.now()
        wait.polls_missing += 1
        wait.missing_since = now if wait.missing_since is None else wait.missing_since
        if wait.polls_missing >= POLLS_TO_BE_GONE and now - wait.missing_since >= LISTING_GRACE:
            wait.outcome.set_exception(
                NotFound(
                    f"snapshot {wait.snapshot_id} is not listed by ECS",
                    remedy="Run `pulumi up` again: a new snapshot is taken.",
                )
            )
        else:
            self._schedule(wait, None)

    def _schedule(self, wait: _Wait, remaining: float | None) -> None:
        now = self._clock.now()
        pause = poll_delay(elapsed=now - wait.started, remaining=remaining)
        wait.due = now + pause * random.uniform(0.9, 1.0)  # noqa: S311  (jitter, no secret)


def _failed(info: SnapshotInfo) -> SnapshotFailed:
    if info.source_snapshot_id:
        return SnapshotFailed(
            f"snapshot {info.snapshot_id}, the copy of {info.source_snapshot_id}, "
            f"ended in status failed at {info.percent} %",
            snapshot_id=info.snapshot_id,
            remedy="Run `pulumi up` again: it begins a new copy.",
        )
    return SnapshotFailed(
        f"snapshot {info.snapshot_id} of disk {info.source_disk_id} ended in status failed at {info.percent} %",
        snapshot_id=info.snapshot_id,
        remedy="Keep the instance's state unchanged while the snapshot is created, then run `pulumi up` again.",
    )
