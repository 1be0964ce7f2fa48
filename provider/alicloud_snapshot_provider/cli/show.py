"""`alicloud-snapshot show`: shows everything about one snapshot, and how to go back to it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..clock import SECONDS_PER_DAY
from ..ecs.models import DiskInfo, InstanceInfo, LockInfo, SnapshotInfo
from ..ecs.wire_format import written_moment
from ..errors import PermissionDenied
from ..ledger.intent import user_tags
from ..nouns import rules
from ..overview.catalogue import Entry, Filters, find_entries, recency
from ..printable import visible
from ..region import Region
from ..rollbacks.preflight import DiskSituation, RollbackSituation, rollback_violations, unfinished
from ..rollbacks.rollback import RollbackSpec
from ..snapshots.delete import Users, users_of
from .cells import age_text, gib_text, kind_text, series_text, status_text
from .context import Context, check_argument, in_terms_of_the_command_line
from .exit_codes import Exit
from .list import record


@dataclass(frozen=True, slots=True)
class Portrait:
    """One snapshot with its context. `neighbours` are snapshots of the same series and disk, newest first.

    `refusals` say why its disk cannot go back to it.
    """

    entry: Entry
    users: Users
    lock: LockInfo | None
    disk: DiskInfo | None
    instance: InstanceInfo | None
    neighbours: Sequence[Entry]
    refusals: Sequence[str]

    @property
    def before(self) -> Entry | None:
        """The next older one."""
        return next((each for each in self.neighbours if recency(each) < recency(self.entry)), None)

    @property
    def after(self) -> Entry | None:
        """The next newer one."""
        return next((each for each in reversed(self.neighbours) if recency(each) > recency(self.entry)), None)


async def show_snapshot(context: Context, snapshot_id: str) -> Exit:
    """Show one snapshot."""
    check_argument("SNAPSHOT", rules.snapshot_id, snapshot_id)
    region, snapshot = await context.find("snapshot", snapshot_id, lambda each: each.snapshots.get(snapshot_id))
    portrait = await _portrait(region, snapshot)
    if context.screen.for_programs:
        context.screen.json(_record(context, portrait))
        return Exit.FINE
    facts = [(name, value) for name, value in _facts(context, portrait) if value]
    width = max(len(name) for name, _ in facts)
    context.screen.say(f"{snapshot_id}: {status_text(snapshot)}, {age_text(portrait.entry.age)} old")
    for name, value in facts:
        context.screen.say(f"  {name.ljust(width)}  {visible(value)}")
    for line in _ways_back(portrait):
        context.screen.say(line)
    return Exit.FINE


async def _portrait(region: Region, snapshot: SnapshotInfo) -> Portrait:
    of_disk, users, lock, disk = await asyncio.gather(
        find_entries(region, Filters(disk_id=snapshot.source_disk_id)),
        users_of(region.client, snapshot.snapshot_id),
        _lock(region, snapshot),
        region.disks.get(snapshot.source_disk_id),
    )
    own = next((each for each in of_disk if each.snapshot.snapshot_id == snapshot.snapshot_id), None)
    entry = own or Entry(snapshot, region.name, region.clock.now())
    of_series = await find_entries(region, Filters(series=entry.series)) if entry.series else of_disk
    entry = next((each for each in of_series if each.snapshot.snapshot_id == snapshot.snapshot_id), entry)
    instance = await region.instances.get(disk.instance_id) if disk and disk.instance_id else None
    spec = RollbackSpec(
        disk_id=snapshot.source_disk_id, snapshot_id=snapshot.snapshot_id, series="", stop_instance=True
    )
    in_the_way = unfinished([each.snapshot for each in of_disk], spec.series)
    alone = DiskSituation(spec.disk_id, spec.snapshot_id, disk, snapshot, instance, in_the_way)
    situation = RollbackSituation(spec, region.name, [alone])
    neighbours = [each for each in of_series if each.snapshot.source_disk_id == snapshot.source_disk_id]
    refusals = list(rollback_violations(situation).values())
    return Portrait(entry, users, lock, disk, instance, neighbours, refusals)


async def _lock(region: Region, snapshot: SnapshotInfo) -> LockInfo | None:
    try:
        return await region.client.lock_of(snapshot.snapshot_id)
    except PermissionDenied:
        return None


def _facts(context: Context, portrait: Portrait) -> list[tuple[str, str]]:
    entry, snapshot = portrait.entry, portrait.entry.snapshot
    tags = ", ".join(f"{key}={value}" for key, value in sorted(user_tags(snapshot.tags).items()))
    return [
        ("disk", _disk(portrait)),
        ("taken", snapshot.creation_time or "not cut yet"),
        ("name", snapshot.snapshot_name),
        ("description", snapshot.description),
        ("region", entry.region),
        ("kind", kind_text(entry)),
        ("series", _series(context, entry)),
        ("before it", _neighbour(portrait.before)),
        ("after it", _neighbour(portrait.after)),
        ("size", f"at most {gib_text(entry.gib)} and {context.price.text(context.price.of(entry.gib))}"),
        ("kept", _kept(snapshot)),
        ("proven", str(entry.proof) if entry.proof else "never: `alicloud-snapshot drill` restores it for a trial"),
        ("used by", str(portrait.users) if _is_used(portrait.users) else "nothing: it can be deleted"),
        ("lock", _lock_text(portrait.lock)),
        ("encrypted", _encryption(snapshot)),
        ("storage", "" if snapshot.category in {"", "standard"} else snapshot.category),
        ("group", snapshot.resource_group_id),
        ("tags", tags),
        ("state", _claim(context, snapshot)),
    ]


def _disk(portrait: Portrait) -> str:
    snapshot, disk, instance = portrait.entry.snapshot, portrait.disk, portrait.instance
    what = f"{snapshot.source_disk_id}, {snapshot.source_disk_type or 'a'} disk of {snapshot.source_disk_size} GiB"
    if disk is None:
        return f"{what}, which is not in {portrait.entry.region} any more"
    if instance is None:
        return f"{what}, {disk.status}"
    named = f" {instance.instance_name}" if instance.instance_name else ""
    return f"{what}, of instance {instance.instance_id}{named}, {instance.status}"


def _series(context: Context, entry: Entry) -> str:
    if not entry.series:
        return "none: it was not taken by this provider"
    return f"{series_text(entry.series, context.scopes)}, generation {entry.generation}"


def _neighbour(entry: Entry | None) -> str:
    if entry is None:
        return ""
    generation = f", generation {entry.generation}" if entry.series else ""
    return f"{entry.snapshot.snapshot_id}, {age_text(entry.age)} old{generation}, {status_text(entry.snapshot)}"


def _kept(snapshot: SnapshotInfo) -> str:
    if snapshot.retention_days is None:
        return "until somebody deletes it"
    cut = snapshot.cut_at
    end = f", until {written_moment(cut.timestamp() + snapshot.retention_days * SECONDS_PER_DAY)}" if cut else ""
    return f"for {snapshot.retention_days} days{end}"


def _is_used(users: Users) -> bool:
    return bool(users.images or users.disks)


def _lock_text(lock: LockInfo | None) -> str:
    if lock is None or lock.lock_status == "expired":
        return ""
    if lock.can_be_undone:
        return f"in its cool-off until {lock.cool_off_period_expired_time}, then locked until {lock.lock_expired_time}"
    return f"until {lock.lock_expired_time} nobody can delete it"


def _encryption(snapshot: SnapshotInfo) -> str:
    if not snapshot.encrypted:
        return ""
    return f"with KMS key {snapshot.kms_key_id}" if snapshot.kms_key_id else "yes"


def _claim(context: Context, snapshot: SnapshotInfo) -> str:
    stack = context.target.stack
    if stack is None:
        return ""
    return "held by this stack" if snapshot.snapshot_id in stack.claims.held else "not held by this stack"


def _ways_back(portrait: Portrait) -> list[str]:
    snapshot, region = portrait.entry.snapshot, portrait.entry.region
    if not snapshot.accomplished and not snapshot.available:
        return [f"nothing can be made from it while it is {snapshot.status or 'in an unknown status'}"]
    like_it = "" if portrait.disk else " --zone ZONE --category CATEGORY"
    stopping = " --stop-instance" if portrait.instance and portrait.instance.status == "Running" else ""
    rollback = f"alicloud-snapshot rollback {snapshot.source_disk_id} --to {snapshot.snapshot_id} --region {region}"
    first = portrait.refusals[0] if portrait.refusals else ""
    return [
        "to go back to it:",
        f"  its disk: {'not possible: ' + in_terms_of_the_command_line(first) if first else rollback + stopping}",
        f"  new disk: alicloud-snapshot restore {snapshot.snapshot_id} --region {region}{like_it}",
        f'  by Pulumi: ecs.Disk("restored", snapshot_id="{snapshot.snapshot_id}", …)',
    ]


def _record(context: Context, portrait: Portrait) -> dict[str, Any]:
    snapshot = portrait.entry.snapshot
    return record(portrait.entry, context.price) | {
        "description": snapshot.description,
        "disk_size_gib": snapshot.source_disk_size,
        "instance_id": portrait.instance.instance_id if portrait.instance else "",
        "instance_status": portrait.instance.status if portrait.instance else "",
        "before": portrait.before.snapshot.snapshot_id if portrait.before else "",
        "after": portrait.after.snapshot.snapshot_id if portrait.after else "",
        "retention_days": snapshot.retention_days,
        "used_by": {"images": list(portrait.users.images), "disks": list(portrait.users.disks)},
        "locked_until": portrait.lock.lock_expired_time if _lock_text(portrait.lock) and portrait.lock else "",
        "encrypted": snapshot.encrypted,
        "kms_key_id": snapshot.kms_key_id,
        "tags": dict(user_tags(snapshot.tags)),
        "rollback_refused": list(portrait.refusals),
    }
