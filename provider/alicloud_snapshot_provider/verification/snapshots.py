"""Snapshots: what can be asked of them while they are being created, and afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from .bench import NAME, Answer, Bench
from .life import life
from .outcome import NotProbed, Seen

MANY, ONE = 10, 1
"""How many snapshots ECS creates at once of a disk of the ESSD series, and of one of an older category."""
TOO_MANY = {MANY: "QuotaExceed.ConcurrentSnapshotQuota", ONE: "IncorrectDiskStatus.CreatingSnapshot"}


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What ECS answered while it created a snapshot, and whether it still listed the snapshot after its deletion."""

    renamed: Answer
    kept_longer: Answer
    deleted: Answer
    still_listed: bool


async def cancelled(bench: Bench) -> Cancelled:
    """Begin a snapshot, change it, and delete it at once. Raises NotProbed if it was too quick for that."""
    snapshot_id = await bench.snapshot(RetentionDays=1)
    modify = "ModifySnapshotAttribute"
    renamed = await bench.ask(modify, SnapshotId=snapshot_id, SnapshotName=f"{NAME}-renamed")
    kept_longer = await bench.ask(modify, SnapshotId=snapshot_id, RetentionDays=2)
    before = await bench.record(snapshot_id)
    if before is not None and before.get("Status") != "progressing":
        raise NotProbed("the snapshot was accomplished before it could be asked")
    deleted = await bench.ask("DeleteSnapshot", SnapshotId=snapshot_id)
    await bench.clock.sleep(2.0)
    return Cancelled(renamed, kept_longer, deleted, await bench.record(snapshot_id) is not None)


async def renamed_while_progressing(bench: Bench) -> Seen:
    """ModifySnapshotAttribute changes the name of an unfinished snapshot."""
    answer = (await bench.shared(cancelled)).renamed
    return Seen(not answer.code, answer.text)


async def retention_waits(bench: Bench) -> Seen:
    """ModifySnapshotAttribute refuses to change the retention of an unfinished snapshot."""
    answer = (await bench.shared(cancelled)).kept_longer
    return Seen(answer.code == "InvalidSnapshotId.NotReady", answer.text)


async def deletion_cancels(bench: Bench) -> Seen:
    """DeleteSnapshot ends the creation."""
    seen = await bench.shared(cancelled)
    if seen.deleted.code:
        return Seen(False, seen.deleted.text)
    return Seen(not seen.still_listed, "it is still listed" if seen.still_listed else "it is gone")


async def kept_for_ever(bench: Bench) -> Seen:
    """A snapshot that was taken without a retention gets none afterwards."""
    watched = await bench.shared(life)
    answer = await bench.ask("ModifySnapshotAttribute", SnapshotId=watched.snapshot_id, RetentionDays=30)
    return Seen(answer.code == "InvalidOperation.DecreaseRetentionDaysUnsupported", answer.text)


async def names_with_wildcards(bench: Bench) -> Seen:
    """DescribeSnapshots finds a name by a pattern."""
    watched = await bench.shared(life)
    answer = await bench.ask("DescribeSnapshots", SnapshotName=f"{NAME[:-2]}*", DiskId=bench.subject.disk.disk_id)
    listed = [each["SnapshotId"] for each in answer.records("Snapshots", "Snapshot")]
    found = watched.snapshot_id in listed
    return Seen(found, "it was found" if found else "it was not found")


async def at_once(bench: Bench) -> tuple[int, Answer]:
    """Return how many snapshots of the disk ECS creates at once, and how it refuses one more. Delete them all."""
    limit = MANY if bench.subject.essd else ONE
    begun: list[str] = []
    answer = Answer("", {})
    try:
        for _ in range(limit + 1):
            answer = await bench.ask("CreateSnapshot", **bench.creation())
            if answer.code:
                break
            begun.append(str(answer.body["SnapshotId"]))
        ended = [each for each in begun if not await _progressing(bench, each)]
    finally:
        for each in begun:
            await bench.ask("DeleteSnapshot", SnapshotId=each, Force=True)
    if ended and not answer.code:
        raise NotProbed("the snapshots were accomplished before there were enough at once")
    return len(begun), answer


async def _progressing(bench: Bench, snapshot_id: str) -> bool:
    record = await bench.record(snapshot_id)
    return record is None or record.get("Status") == "progressing"


async def ten_at_once(bench: Bench) -> Seen:
    """ECS creates ten at once of a disk of the ESSD series."""
    bench.subject.require_essd()
    return await _as_many(bench, MANY)


async def one_at_once(bench: Bench) -> Seen:
    """ECS creates one at once of a disk of an older category."""
    bench.subject.require_older()
    return await _as_many(bench, ONE)


async def _as_many(bench: Bench, limit: int) -> Seen:
    taken, answer = await bench.shared(at_once)
    return Seen(taken == limit and bool(answer.code), f"{taken} at once, one more {answer.text}")


async def too_many_at_once(bench: Bench) -> Seen:
    """Each kind of disk has its own code for one snapshot too many."""
    _, answer = await bench.shared(at_once)
    if not answer.code:
        raise NotProbed("ECS refused none")
    return Seen(answer.code == TOO_MANY[MANY if bench.subject.essd else ONE], answer.text)
