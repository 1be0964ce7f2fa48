"""The life of one snapshot: it is watched from the call to its end, and its records are judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..ecs.wire_format import flag, text
from .bench import NAME, Answer, Bench
from .outcome import NotProbed, Seen

LISTED_WITHIN = 60.0
"""Seconds within which ECS lists what it has just made. The provider looks for it that long."""
FIRST_LOOK, LATER_LOOK = 2.0, 15.0
OFTEN_FOR = 120.0
"""Seconds of frequent looks, which show when the snapshot is cut and when it is available."""
PATIENCE, PATIENCE_PER_GIB = 3_600.0, 60.0
EARLY = 60.0
"""Seconds within which a snapshot of the ESSD series is available. ECS takes far less."""


@dataclass(frozen=True, slots=True)
class Look:
    """What DescribeSnapshots showed so many seconds after the call."""

    after: float
    record: Mapping[str, Any]

    @property
    def progressing(self) -> bool:
        return self.record.get("Status") == "progressing"

    @property
    def accomplished(self) -> bool:
        return self.record.get("Status") == "accomplished"

    @property
    def available(self) -> bool:
        return flag(self.record.get("Available"))

    @property
    def cut(self) -> str:
        return text(self.record.get("CreationTime"))

    @property
    def tags(self) -> dict[str, str]:
        listed = (self.record.get("Tags") or {}).get("Tag") or []
        return {each["TagKey"]: text(each.get("TagValue")) for each in listed}


@dataclass(frozen=True, slots=True)
class Life:
    """A snapshot, the call that made it, and every look at it until it was accomplished.

    `listed` and `listed_by_tag` are the seconds until DescribeSnapshots listed it, None if that took too long. `disk`
    is what CreateDisk answered while it was available and still progressing, None if it never was both.
    """

    snapshot_id: str
    asked: Mapping[str, Any]
    looks: Sequence[Look]
    listed: float | None
    listed_by_tag: float | None
    disk: Answer | None

    @property
    def end(self) -> Look:
        return self.looks[-1]

    def first(self, holds: Callable[[Look], bool]) -> Look | None:
        """Return the first look that has a property."""
        return next((look for look in self.looks if holds(look)), None)


async def life(bench: Bench) -> Life:
    """Take a snapshot and watch it. Raises NotProbed if ECS refuses it, or if it fails or does not end."""
    asked = bench.creation()
    begun = bench.clock.now()
    snapshot_id = str((await bench.needed("CreateSnapshot", **asked)).body["SnapshotId"])
    listed = await _listed_after(bench, begun, {"SnapshotIds": f'["{snapshot_id}"]'}, snapshot_id)
    by_tag = await _listed_after(bench, begun, {"Tag": bench.tags}, snapshot_id)
    looks, disk = await _watched(bench, snapshot_id, begun)
    return Life(snapshot_id, asked, looks, listed, by_tag, disk)


async def _listed_after(bench: Bench, begun: float, how: Mapping[str, Any], snapshot_id: str) -> float | None:
    while True:
        after = bench.clock.now() - begun
        answer = await bench.ask("DescribeSnapshots", **how)
        if any(each["SnapshotId"] == snapshot_id for each in answer.records("Snapshots", "Snapshot")):
            return after
        if after > LISTED_WITHIN:
            return None
        await bench.clock.sleep(FIRST_LOOK)


async def _watched(bench: Bench, snapshot_id: str, begun: float) -> tuple[list[Look], Answer | None]:
    looks: list[Look] = []
    disk: Answer | None = None
    end = begun + PATIENCE + PATIENCE_PER_GIB * bench.subject.disk.size
    while True:
        record, after = await bench.record(snapshot_id), bench.clock.now() - begun
        if record is not None:
            looks.append(Look(after, record))
            if looks[-1].accomplished:
                return looks, disk
            if record.get("Status") == "failed":
                raise NotProbed("the snapshot that it needs has failed")
            if looks[-1].available and disk is None:
                disk = await bench.ask("CreateDisk", **disk_request(bench, snapshot_id))
        if bench.clock.now() > end:
            raise NotProbed(f"the snapshot that it needs was not accomplished after {after:.0f} s")
        await bench.clock.sleep(FIRST_LOOK if after < OFTEN_FOR else LATER_LOOK)


def disk_request(bench: Bench, snapshot_id: str) -> dict[str, Any]:
    """Return the parameters of a disk with the content of a snapshot, of the named disk's category."""
    disk = bench.subject.disk
    level: dict[str, Any] = {"PerformanceLevel": disk.performance_level} if disk.performance_level else {}
    return {
        "SnapshotId": snapshot_id,
        "ZoneId": disk.zone_id,
        "DiskCategory": disk.category,
        "DiskName": NAME,
        "Tag": bench.tags,
        "ClientToken": bench.token(),
        **level,
    }


async def tags_come_with_the_creation(bench: Bench) -> Seen:
    """The tags of CreateSnapshot are there when the snapshot is first listed."""
    watched = await bench.shared(life)
    missing = [
        f"{key} was missing after {look.after:.0f} s"
        for look in watched.looks[:1]
        for key in bench.subject.mark
        if look.tags.get(key) != bench.subject.mark[key]
    ]
    return Seen(not missing, missing[0] if missing else "the first record had them")


async def listed_within_a_minute(bench: Bench) -> Seen:
    """A new snapshot is found in time, by its id and by its tags."""
    watched = await bench.shared(life)
    told = [
        f"by {how} after {after:.0f} s" if after is not None else f"not by {how} within {LISTED_WITHIN:.0f} s"
        for how, after in (("id", watched.listed), ("tags", watched.listed_by_tag))
    ]
    return Seen(None not in {watched.listed, watched.listed_by_tag}, f"listed {' and '.join(told)}")


async def cut_shortly_after_the_call(bench: Bench) -> Seen:
    """CreationTime is empty until the cut."""
    watched = await bench.shared(life)
    _require_early_look(watched)
    cut = watched.first(lambda look: bool(look.cut))
    if cut is None or not cut.progressing:
        return Seen(False, "CreationTime was empty while it was progressing")
    times = {look.cut for look in watched.looks if look.cut}
    if len(times) > 1:
        return Seen(False, f"CreationTime changed from {min(times)} to {max(times)}")
    return Seen(True, f"CreationTime was there after {cut.after:.0f} s")


def _require_early_look(watched: Life) -> None:
    """Raise NotProbed if no look came before the end."""
    if watched.looks[0].accomplished:
        raise NotProbed("the snapshot was accomplished at the first look")


async def modified_when_accomplished(bench: Bench) -> Seen:
    """LastModifiedTime tells when the upload ended."""
    watched = await bench.shared(life)
    _require_early_look(watched)
    before = [look for look in watched.looks if not look.accomplished]
    earlier, later = text(before[-1].record.get("LastModifiedTime")), text(watched.end.record.get("LastModifiedTime"))
    return Seen(later > max(earlier, watched.end.cut), f"LastModifiedTime went from {earlier or 'nothing'} to {later}")


async def available_within_seconds(bench: Bench) -> Seen:
    """A snapshot of the ESSD series is available early."""
    bench.subject.require_essd()
    watched = await bench.shared(life)
    _require_early_look(watched)
    found = watched.first(lambda look: look.available)
    if found is None:
        return Seen(False, "Available was false even when it was accomplished")
    told = f"available after {found.after:.0f} s, accomplished after {watched.end.after:.0f} s"
    return Seen(found.progressing and found.after <= EARLY, told)


async def available_when_accomplished(bench: Bench) -> Seen:
    """A snapshot of an older category is available no earlier than it is accomplished."""
    bench.subject.require_older()
    watched = await bench.shared(life)
    found = watched.first(lambda look: look.available)
    told = f"available after {found.after:.0f} s, {found.record.get('Status')}" if found else "it was never available"
    return Seen(found is not None and found.accomplished, told)


async def instant_access_of_essd(bench: Bench) -> Seen:
    """InstantAccess is true, although nobody asked for it."""
    bench.subject.require_essd()
    return await _instant_access(bench, expected=True)


async def instant_access_of_others(bench: Bench) -> Seen:
    """InstantAccess is false."""
    bench.subject.require_older()
    return await _instant_access(bench, expected=False)


async def _instant_access(bench: Bench, *, expected: bool) -> Seen:
    shown = (await bench.shared(life)).end.record.get("InstantAccess")
    return Seen(flag(shown) is expected, f"InstantAccess is {str(shown).lower()}")


async def disk_of_an_available_one(bench: Bench) -> Seen:
    """CreateDisk accepts a snapshot that is available and still progressing."""
    bench.subject.require_essd()
    watched = await bench.shared(life)
    if watched.disk is None:
        raise NotProbed("the snapshot was never available before it was accomplished")
    return Seen(not watched.disk.code, f"CreateDisk {watched.disk.text}")


def duration_facts(watched: Life) -> dict[str, float | None]:
    """Return after how many seconds each thing was seen. The emulator only guesses these figures."""
    cut = watched.first(lambda look: bool(look.cut))
    available = watched.first(lambda look: look.available)
    return {
        "listed": watched.listed,
        "listed_by_tag": watched.listed_by_tag,
        "cut": cut.after if cut else None,
        "available": available.after if available else None,
        "accomplished": watched.end.after,
    }
