"""Moves snapshots to the archive tier, and says in a preview when that happens. ECS has no way back.

Source: ModifySnapshotCategory in the ECS API reference, and "Archive snapshots" in the user guide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from ..clock import SECONDS_PER_DAY, Clock
from ..ecs.client import EcsClient
from ..ecs.models import SnapshotInfo, TaskInfo
from ..ecs.wire_format import moment, written_moment
from ..errors import NotFound, Rejected, SnapshotError, WaitTimeout
from ..ledger.retirement import Tell
from ..waiting.backoff import poll_delay
from ..waiting.batch import BatchedLookup
from ..waiting.concurrency import gather_or_cancel
from ..waiting.deadline import with_timeout
from ..waiting.retry import retry_while_busy
from .delete import BUSY_PATIENCE

MINIMUM_AGE_DAYS = 14
BILLED_DAYS = 60
"""ECS bills an archive for at least so many days, even if somebody deletes it before."""
MINIMUM_RETENTION_DAYS = MINIMUM_AGE_DAYS + BILLED_DAYS
BASE_TIMEOUT = 4 * 3_600.0
SECONDS_PER_GIB = 30.0
CONSEQUENCES = (
    f"an archive cannot be made standard again nor copied, its retention cannot be extended, and {BILLED_DAYS} days "
    "of it are billed at least"
)


def due_at(creation_time: str, archive_after: int) -> float | None:
    """Return when a snapshot is due for the archive, in seconds since the epoch, or None before its cut."""
    cut = moment(creation_time)
    return cut.timestamp() + archive_after * SECONDS_PER_DAY if cut else None


def is_due(info: SnapshotInfo, archive_after: int, now: float) -> bool:
    """Tell whether a snapshot is old enough for the archive and not yet there."""
    return info.accomplished and not info.archived and is_past(info, archive_after, now)


def due_text(info: SnapshotInfo, archive_after: int, now: float) -> str:
    """Say whether an update archives a snapshot, or when one will."""
    due = due_at(info.creation_time, archive_after)
    if due is None:
        return f"{info.snapshot_id} can be archived {archive_after} days after its cut; {CONSEQUENCES}"
    if due <= now:
        days = int((now - due) / SECONDS_PER_DAY) + archive_after
        return f"this update moves {info.snapshot_id}, {days} d old, to the archive: {CONSEQUENCES}"
    return f"{info.snapshot_id} will be archived by the first `pulumi up` from {written_moment(due)} on"


class Archiver:
    """Archives snapshots in one region."""

    def __init__(self, client: EcsClient, clock: Clock, snapshots: BatchedLookup[SnapshotInfo]) -> None:
        self._client = client
        self._clock = clock
        self._snapshots = snapshots
        self._tasks: BatchedLookup[TaskInfo] = BatchedLookup(clock, client.archive_tasks, lambda task: task.resource_id)

    async def archive(self, members: Iterable[SnapshotInfo], limit: float | None) -> None:
        """Archive the snapshots and return when all are archived. Each keeps its retention.

        If a snapshot is already being archived, it only waits. Raises WaitTimeout after `limit` seconds, which are
        4 hours and 30 s per GiB by default, Rejected if ECS's task failed, or the error of a call.
        """
        await gather_or_cancel(self._archive(info, limit or _limit(info)) for info in members)

    async def begin_all(self, members: Iterable[SnapshotInfo], tell: Tell) -> None:
        """Begin to archive each snapshot without a wait. `tell` gets a line for each, even if ECS refuses it."""
        for info in members:
            try:
                await self._begin(info, BUSY_PATIENCE)
                tell(f"archives {info.snapshot_id}, which is kept from {info.creation_time}")
            except NotFound:
                continue  # somebody has deleted it meanwhile
            except SnapshotError as error:
                tell(f"{info.snapshot_id} stays standard for now: {error.problem}")

    async def _begin(self, info: SnapshotInfo, patience: float) -> str:
        call = partial(self._client.archive_snapshot, info.snapshot_id, retention_days=info.retention_days)
        return await retry_while_busy(self._clock, call, patience=patience)

    async def _archive(self, info: SnapshotInfo, limit: float) -> None:
        task_id = await self._begin(info, limit)
        try:
            await with_timeout(self._clock, limit, self._end(info.snapshot_id, task_id))
        except TimeoutError:
            raise WaitTimeout(
                f"snapshot {info.snapshot_id} is not archived after {limit:.0f} s; that goes on in the cloud",
                snapshot_id=info.snapshot_id,
                remedy="Run `pulumi up` again: it waits for the rest. Raise customTimeouts.update for larger ones.",
            ) from None

    async def _end(self, snapshot_id: str, task_id: str) -> None:
        """Return when the snapshot is archived. `task_id` is "" if an earlier run began the task."""
        started = self._clock.now()
        while True:
            info, task = await self._snapshots.get(snapshot_id), await self._tasks.get(snapshot_id)
            if info is None:
                raise NotFound(
                    f"snapshot {snapshot_id} was deleted while it was being archived",
                    remedy="Run `pulumi refresh`, then `pulumi up`: a new snapshot is taken.",
                )
            if info.archived:
                return
            if task and task.failed and task_id in {"", task.task_id}:
                raise Rejected(
                    f"archiving snapshot {snapshot_id} ended in status {task.status} (task {task.task_id}); "
                    "the snapshot stays standard",
                    remedy="Run `pulumi up` again: it is tried anew.",
                )
            await self._clock.sleep(poll_delay(elapsed=self._clock.now() - started, remaining=None))


def _limit(info: SnapshotInfo) -> float:
    return BASE_TIMEOUT + info.source_disk_size * SECONDS_PER_GIB


def archive_violations(
    members: Sequence[SnapshotInfo], before: int | None, after: int | None, now: float
) -> dict[str, str]:
    """Return why `archive_after` of existing snapshots cannot change from `before` to `after`, by property."""
    archived = next((info for info in members if info.archived), None)
    encrypted = next((info for info in members if info.encrypted), None)
    if after == before:
        return {}
    if archived is not None and before is not None and not (after and is_past(archived, after, now)):
        asked = "cannot be removed" if after is None else f"cannot be raised to {after}"
        return {
            "archive_after": f"{asked}: snapshot {archived.snapshot_id} is archived, and ECS makes no archive standard "
            f"again. Set {before} as before, or change triggers to take a new snapshot"
        }
    if encrypted is not None and after is not None:
        return {"archive_after": encrypted_text(f"snapshot {encrypted.snapshot_id}")}
    return {}


def is_past(info: SnapshotInfo, archive_after: int, now: float) -> bool:
    """Tell whether a snapshot is due for the archive by now."""
    due = due_at(info.creation_time, archive_after)
    return due is not None and due <= now


def encrypted_text(what: str) -> str:
    """Return why archive_after cannot be declared for an encrypted disk or snapshot."""
    return f"cannot work, since {what} is encrypted, and ECS archives unencrypted snapshots only: remove it"
