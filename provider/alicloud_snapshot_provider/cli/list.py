"""`alicloud-snapshot list`: lists snapshots of a stack, series, disk, instance or region, newest first."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..ecs.models import SnapshotInfo
from ..errors import PermissionDenied
from ..nouns import rules
from ..overview.catalogue import Entry, Filters, find_entries
from ..region import Region
from ..snapshots.delete import Users, users_of
from ..snapshots.estimate import Price
from ..snapshots.schedules import UNREAD, Schedule, Schedules, schedules_of
from .cells import age_text, gib_text, kind_text, proof_text, series_text, status_text, usage_text
from .context import Context, check_argument
from .exit_codes import Exit
from .screen import Column

MOST_NAMED = 25
"""If more snapshots than this are in use, the list gives only the kinds of their users, not the names."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list. `users` is None if nothing was made from the snapshot, or if too many are in use."""

    entry: Entry
    users: Users | None = None

    @property
    def used_by(self) -> str:
        """What was made from the snapshot, or an empty text."""
        return str(self.users) if self.users else usage_text(self.entry.snapshot)


async def list_snapshots(context: Context, filters: Filters, *, everything: bool = False) -> Exit:
    """Show the chosen snapshots. Without a choice show the stack's, or all if there is no stack."""
    check_argument("--disk", rules.disk_id, filters.disk_id)
    check_argument("--instance", rules.instance_id, filters.instance_id)
    listed = await find_listed(context, filters, everything=everything)
    schedules = await _schedules(context, listed)
    if context.screen.for_programs:
        context.screen.json([_record(context, each, schedules) for each in listed])
    elif listed:
        _show(context, listed)
        for schedule in (each for of_disk in schedules.values() for each in of_disk):
            context.screen.say(f"{schedule.disk_id}: {schedule.text(context.clock.now())}")
    else:
        context.screen.say(f"no snapshots{_chosen(context, filters, everything)} in {context.place}")
    return Exit.FINE


async def find_listed(context: Context, filters: Filters, *, everything: bool = False) -> list[Listed]:
    """Return the chosen snapshots of all regions, newest first."""
    entries = await chosen_entries(context, filters, everything=everything)
    used = [entry for entry in entries if usage_text(entry.snapshot)]
    if len(used) > MOST_NAMED:
        return [Listed(entry) for entry in entries]
    users = await asyncio.gather(*(_named(context, entry) for entry in used))
    named = dict(zip((entry.snapshot.snapshot_id for entry in used), users, strict=True))
    return [Listed(entry, named.get(entry.snapshot.snapshot_id)) for entry in entries]


async def chosen_entries(context: Context, filters: Filters, *, everything: bool = False) -> list[Entry]:
    """Return the entries of all regions, newest first. A resource's name may stand for its series."""
    scopes = context.scopes if not everything else frozenset()
    free = filters == Filters()
    asked = replace(filters, scopes=scopes) if free and scopes else filters
    entries = await _entries(context, asked)
    if not entries and filters.series is not None and scopes:
        known = await _entries(context, Filters(scopes, None, filters.disk_id, filters.instance_id))
        entries = [entry for entry in known if series_text(entry.series, scopes) == filters.series]
    return entries


async def _entries(context: Context, filters: Filters) -> list[Entry]:
    each = await context.in_every_region(lambda region: find_entries(region, filters))
    return sorted((entry for entries in each for entry in entries), key=_newest, reverse=True)


def _newest(entry: Entry) -> tuple[float, int]:
    return (-(entry.age or 0.0), entry.generation)


async def _schedules(context: Context, listed: Sequence[Listed]) -> dict[str, list[Schedule]]:
    """Return the automatic snapshots of the listed disks, by disk. If RAM refuses that, say so."""
    found: dict[str, list[Schedule]] = {}
    for region in context.regions:
        own = [each.entry.snapshot for each in listed if each.entry.region == region.name]
        try:
            found |= await _of_region(region, own)
        except PermissionDenied:
            context.screen.warn(UNREAD)
    return found


async def _of_region(region: Region, snapshots: Sequence[SnapshotInfo]) -> dict[str, list[Schedule]]:
    taken: dict[str, list[SnapshotInfo]] = defaultdict(list)
    for snapshot in snapshots:
        if not snapshot.source_snapshot_id:
            taken[snapshot.source_disk_id].append(snapshot)
    looked = await asyncio.gather(*map(region.disks.get, sorted(taken)))
    disks = {disk.disk_id: disk for disk in looked if disk}
    policies = await Schedules(region.client, region.clock).of(list(disks.values()))
    everything = await asyncio.gather(*map(region.client.snapshots_of_disk, policies))
    now = region.clock.now()
    return {
        disk_id: schedules_of(disks[disk_id], policies[disk_id], own, now)
        for disk_id, own in zip(policies, everything, strict=True)
    }


async def _named(context: Context, entry: Entry) -> Users:
    region = next(region for region in context.regions if region.name == entry.region)
    return await users_of(region.client, entry.snapshot.snapshot_id)


def _show(context: Context, listed: Sequence[Listed]) -> None:
    several = len(context.regions) > 1
    columns = [
        Column("SNAPSHOT"),
        Column("DISK"),
        *([Column("REGION")] if several else []),
        Column("GEN", right=True),
        Column("AGE"),
        Column("SIZE", right=True),
        Column("STATUS"),
        Column("PROVEN", fold=True),
        Column("USED BY", fold=True),
        Column("KIND", fold=True),
        Column("SERIES", fold=True),
    ]
    context.screen.table(columns, [_row(context, each, several) for each in listed])
    gib = sum(each.entry.gib for each in listed)
    context.screen.say("")
    context.screen.say(f"{len(listed)} in all, at most {gib_text(gib)} and {context.price.text(context.price.of(gib))}")


def _row(context: Context, listed: Listed, several: bool) -> tuple[str, ...]:
    entry = listed.entry
    return (
        entry.snapshot.snapshot_id,
        entry.snapshot.source_disk_id,
        *([entry.region] if several else []),
        str(entry.generation or "-"),
        age_text(entry.age),
        gib_text(entry.gib),
        status_text(entry.snapshot),
        proof_text(entry.proof, entry.now),
        listed.used_by or "-",
        kind_text(entry),
        series_text(entry.series, context.scopes) or "-",
    )


def record(entry: Entry, price: Price) -> dict[str, Any]:
    """Return one snapshot for the JSON output."""
    snapshot = entry.snapshot
    return {
        "snapshot_id": snapshot.snapshot_id,
        "snapshot_name": snapshot.snapshot_name,
        "region": entry.region,
        "disk_id": snapshot.source_disk_id,
        "series": entry.series,
        "generation": entry.generation,
        "kind": entry.kind,
        "snapshot_group_id": entry.group.snapshot_group_id if entry.group else "",
        "copy_of": snapshot.source_snapshot_id,
        "category": snapshot.category,
        "status": snapshot.status,
        "verified_at": entry.proof.at if entry.proof else "",
        "verified_by": entry.proof.by if entry.proof else "",
        "percent": snapshot.percent,
        "creation_time": snapshot.creation_time,
        "age_seconds": entry.age,
        "gib_at_most": round(entry.gib, 2),
        price.key("a_month_at_most"): round(price.of(entry.gib), 2),
        "usage": snapshot.usage,
    }


def _record(context: Context, listed: Listed, schedules: Mapping[str, Sequence[Schedule]]) -> dict[str, Any]:
    of_disk = schedules.get(listed.entry.snapshot.source_disk_id, ())
    told = {"schedules": [each.record for each in of_disk]}
    return record(listed.entry, context.price) | _users(listed) | told


def _users(listed: Listed) -> dict[str, Any]:
    users = listed.users
    return {"used_by": {"images": list(users.images), "disks": list(users.disks)} if users else None}


def _chosen(context: Context, filters: Filters, everything: bool) -> str:
    parts = [
        f" of series {filters.series}" if filters.series else "",
        f" of disk {filters.disk_id}" if filters.disk_id else "",
        f" of instance {filters.instance_id}" if filters.instance_id else "",
    ]
    return "".join(parts) or (" of this stack" if context.scopes and not everything else "")
