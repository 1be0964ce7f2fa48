"""Disks: an empty one that was never attached, and one that is made of a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .bench import NAME, Answer, Bench
from .life import disk_of, life
from .outcome import NotProbed, Seen

EMPTY_GIB, EMPTY_CATEGORY, EMPTY_LEVEL = 20, "cloud_essd", "PL0"
MAKING_PATIENCE = 300.0
"""Seconds for which ECS may be making an empty disk."""


@dataclass(frozen=True, slots=True)
class EmptyDisk:
    """A disk of this run that nothing was ever attached to, and what CreateSnapshot answered while it was made."""

    disk_id: str
    record: dict[str, Any]
    while_creating: Answer | None


async def empty_disk(bench: Bench) -> EmptyDisk:
    """Make an empty disk, and return it once it is there. Raises NotProbed where ECS makes none here."""
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
    end = bench.clock.now() + MAKING_PATIENCE
    while True:
        record = await _record(bench, disk_id)
        if record is not None and record["Status"] == "Available":
            return EmptyDisk(disk_id, record, asked if creating else None)
        if bench.clock.now() > end:
            raise NotProbed("the disk that it needs was not made in time")
        await bench.clock.sleep(2.0)


async def _snapshot(bench: Bench, disk_id: str) -> Answer:
    return await bench.ask("CreateSnapshot", **{**bench.creation(), "DiskId": disk_id})


async def _record(bench: Bench, disk_id: str) -> dict[str, Any] | None:
    answer = await bench.ask("DescribeDisks", DiskIds=f'["{disk_id}"]')
    return next(iter(answer.records("Disks", "Disk")), None)


async def in_transition(bench: Bench) -> Seen:
    """A disk that is being made is refused."""
    answer = (await bench.shared(empty_disk)).while_creating
    if answer is None:
        raise NotProbed("the disk was there before it could be asked")
    return Seen(answer.code == "IncorrectDiskStatus", answer.text)


async def never_attached(bench: Bench) -> Seen:
    """A disk that was never attached is refused."""
    answer = await _snapshot(bench, (await bench.shared(empty_disk)).disk_id)
    return Seen(answer.code == "IncorrectDiskStatus.NeverAttached", answer.text)


async def keeps_automatic_snapshots(bench: Bench) -> Seen:
    """A new disk has DeleteAutoSnapshot false."""
    shown = (await bench.shared(empty_disk)).record.get("DeleteAutoSnapshot")
    return Seen(shown is False, f"DeleteAutoSnapshot is {str(shown).lower()}")


async def another_disks_snapshot(bench: Bench) -> Seen:
    """A disk is not reset to the snapshot of another one; asked as a dry run, of the disk of this run."""
    disk, watched = await bench.shared(empty_disk), await bench.shared(life)
    answer = await bench.ask("ResetDisk", DiskId=disk.disk_id, SnapshotId=watched.snapshot_id, DryRun=True)
    return Seen(answer.code == "InvalidParameter.Mismatch", answer.text)


@dataclass(frozen=True, slots=True)
class UnderDisk:
    """A snapshot with a disk made of it: how it is shown, and how its deletion was answered without and with Force."""

    usage: str
    usage_after: str
    unforced: Answer
    forced: Answer


async def under_disk(bench: Bench) -> UnderDisk:
    """Make a disk of a snapshot, delete that without Force, then with. Raises NotProbed where ECS makes no disk."""
    snapshot_id = await _accomplished(bench)
    before = await bench.record(snapshot_id) or {}
    made = await disk_of(bench, snapshot_id)
    if made.code:
        raise NotProbed(f"CreateDisk, which it needs, {made.text}")
    await _made(bench, str(made.body["DiskId"]))
    after = await bench.record(snapshot_id) or {}
    unforced = await bench.ask("DeleteSnapshot", SnapshotId=snapshot_id)
    forced = await bench.ask("DeleteSnapshot", SnapshotId=snapshot_id, Force=True) if unforced.code else unforced
    return UnderDisk(str(before.get("Usage")), str(after.get("Usage")), unforced, forced)


async def _accomplished(bench: Bench) -> str:
    """Return a new snapshot once it is accomplished."""
    snapshot_id = await bench.snapshot()
    patience = 2 * (await bench.shared(life)).end.after + MAKING_PATIENCE
    end = bench.clock.now() + patience
    while ((await bench.record(snapshot_id)) or {}).get("Status") != "accomplished":
        if bench.clock.now() > end:
            raise NotProbed(f"the snapshot that it needs was not accomplished after {patience:.0f} s")
        await bench.clock.sleep(2.0)
    return snapshot_id


async def _made(bench: Bench, disk_id: str) -> None:
    end = bench.clock.now() + MAKING_PATIENCE
    while ((await _record(bench, disk_id)) or {}).get("Status") != "Available":
        if bench.clock.now() > end:
            raise NotProbed("the disk that it needs was not made in time")
        await bench.clock.sleep(2.0)


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
