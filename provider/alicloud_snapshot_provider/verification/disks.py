"""Disks: an empty one that was never attached, and one that is made from a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .bench import NAME, Answer, Bench
from .life import disk_request, life
from .outcome import NotProbed, Seen

EMPTY_GIB, EMPTY_CATEGORY, EMPTY_LEVEL = 20, "cloud_essd", "PL0"
MAKING_PATIENCE = 300.0
"""Seconds for which ECS may be making an empty disk."""


@dataclass(frozen=True, slots=True)
class EmptyDisk:
    """A disk of this run that was never attached, and what CreateSnapshot answered while ECS made the disk."""

    disk_id: str
    record: dict[str, Any]
    while_creating: Answer | None


async def empty_disk(bench: Bench) -> EmptyDisk:
    """Make an empty disk, and return it once it is there. Raises NotProbed if ECS makes none here."""
    made = await bench.needed(
        "CreateDisk",
        ZoneId=bench.subject.disk.zone_id,
        DiskCategory=EMPTY_CATEGORY,
        PerformanceLevel=EMPTY_LEVEL,
        Size=EMPTY_GIB,
        DiskName=NAME,
        Tag=bench.tags,
        ClientToken=bench.token(),
    )
    disk_id = str(made.body["DiskId"])
    asked = await _snapshot(bench, disk_id)
    before = await _record(bench, disk_id)
    creating = before is not None and before["Status"] == "Creating"
    return EmptyDisk(disk_id, await _made(bench, disk_id), asked if creating else None)


async def _made(bench: Bench, disk_id: str) -> dict[str, Any]:
    """Return the record of a disk once it is there."""

    async def available() -> dict[str, Any] | None:
        record = await _record(bench, disk_id)
        return record if record is not None and record["Status"] == "Available" else None

    return await bench.until(available, MAKING_PATIENCE, "the disk that it needs was not made in time")


async def _snapshot(bench: Bench, disk_id: str) -> Answer:
    return await bench.ask("CreateSnapshot", **{**bench.creation(), "DiskId": disk_id})


async def _record(bench: Bench, disk_id: str) -> dict[str, Any] | None:
    answer = await bench.ask("DescribeDisks", DiskIds=f'["{disk_id}"]')
    return next(iter(answer.records("Disks", "Disk")), None)


async def in_transition(bench: Bench) -> Seen:
    """ECS refuses a snapshot of a disk that it is still making."""
    answer = (await bench.shared(empty_disk)).while_creating
    if answer is None:
        raise NotProbed("the disk was there before it could be asked")
    return Seen(answer.code == "IncorrectDiskStatus", answer.text)


async def never_attached(bench: Bench) -> Seen:
    """ECS refuses a snapshot of a disk that was never attached."""
    answer = await _snapshot(bench, (await bench.shared(empty_disk)).disk_id)
    return Seen(answer.code == "IncorrectDiskStatus.NeverAttached", answer.text)


async def keeps_automatic_snapshots(bench: Bench) -> Seen:
    """A new disk has DeleteAutoSnapshot false."""
    shown = (await bench.shared(empty_disk)).record.get("DeleteAutoSnapshot")
    return Seen(shown is False, f"DeleteAutoSnapshot is {str(shown).lower()}")


async def another_disks_snapshot(bench: Bench) -> Seen:
    """ECS resets no disk to the snapshot of another one. It is a dry run, with the disk of this run."""
    disk, watched = await bench.shared(empty_disk), await bench.shared(life)
    answer = await bench.ask("ResetDisk", DiskId=disk.disk_id, SnapshotId=watched.snapshot_id, DryRun=True)
    return Seen(answer.code == "InvalidParameter.Mismatch", answer.text)


@dataclass(frozen=True, slots=True)
class UnderDisk:
    """A snapshot that a disk was made from: its Usage, and what ECS answered to its deletion without and with Force."""

    usage: str
    usage_after: str
    unforced: Answer
    forced: Answer


async def under_disk(bench: Bench) -> UnderDisk:
    """Make a disk from a snapshot, and delete the snapshot without Force, then with it.

    Raises NotProbed if ECS makes no disk.
    """
    snapshot_id = await _accomplished(bench)
    before = await bench.record(snapshot_id) or {}
    made = await bench.needed("CreateDisk", **disk_request(bench, snapshot_id))
    await _made(bench, str(made.body["DiskId"]))
    after = await bench.record(snapshot_id) or {}
    unforced = await bench.ask("DeleteSnapshot", SnapshotId=snapshot_id)
    forced = await bench.ask("DeleteSnapshot", SnapshotId=snapshot_id, Force=True) if unforced.code else unforced
    return UnderDisk(str(before.get("Usage")), str(after.get("Usage")), unforced, forced)


async def _accomplished(bench: Bench) -> str:
    """Return a new snapshot once it is accomplished."""
    snapshot_id = await bench.snapshot()
    patience = 2 * (await bench.shared(life)).end.after + MAKING_PATIENCE

    async def accomplished() -> str | None:
        record = await bench.record(snapshot_id) or {}
        return snapshot_id if record.get("Status") == "accomplished" else None

    late = f"the snapshot that it needs was not accomplished after {patience:.0f} s"
    return await bench.until(accomplished, patience, late)


async def only_with_force(bench: Bench) -> Seen:
    """A snapshot that a disk was made from is deleted only with Force."""
    seen = await bench.shared(under_disk)
    told = f"without Force it {seen.unforced.text}, with Force it {seen.forced.text}"
    return Seen(seen.unforced.code == "SnapshotCreatedDisk" and not seen.forced.code, told)


async def usage_follows(bench: Bench) -> Seen:
    """Usage names the disk that was made."""
    seen = await bench.shared(under_disk)
    told = f"Usage went from {seen.usage} to {seen.usage_after}"
    return Seen((seen.usage, seen.usage_after) == ("none", "disk"), told)
