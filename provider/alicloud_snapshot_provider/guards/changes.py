"""Remembers the guarded changes of a run, so that the detachment and the deletion of a disk share one snapshot."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from ..ecs.models import SnapshotInfo
from ..ledger.intent import SERIES_TAG, Intent, generation_of
from ..region import Region
from ..snapshots.estimate import Price
from ..snapshots.spec import Progress
from .changing_resource import ChangingResource
from .guard import Guard, GuardRules, GuardTarget, Tell


@dataclass(frozen=True, slots=True)
class _Detached:
    """A detached disk: the snapshot from right before it, None in a preview, and when the disk had been attached."""

    rules: GuardRules
    snapshot: SnapshotInfo | None
    attached_time: str


class GuardedChanges:
    """Guards the changes of one run. It remembers the detached disks: nothing writes to them any more."""

    def __init__(self) -> None:
        self._detached: dict[tuple[Region, str], _Detached] = {}

    async def preview(
        self,
        region: Region,
        rules: GuardRules,
        price: Price,
        resource: ChangingResource,
        target: GuardTarget,
        *,
        tell: Tell,
    ) -> None:
        """Tell what `protect` would do, and raise the error that it would meet. Read-only."""
        disk_id = next(iter(target.disk_ids), "")
        if resource.is_disk and (region, disk_id) in self._detached:
            tell(f"before {target.reason}: keeps the snapshot from before {disk_id} was detached")
            return
        await Guard(region, rules, price).preview(target, tell=tell)
        if resource.is_attachment:
            self._detached[region, disk_id] = _Detached(rules, None, "")

    async def protect(
        self,
        region: Region,
        rules: GuardRules,
        resource: ChangingResource,
        target: GuardTarget,
        *,
        progress: Progress,
        tell: Tell,
    ) -> list[SnapshotInfo]:
        """Return the snapshots when all are ready. Raises the first error; the change must not start then."""
        if resource.is_disk and await self._reuse(region, rules, target):
            rules = replace(rules, min_age=math.inf, reuse="guard")
        taken = await Guard(region, rules).protect(target, progress=progress, tell=tell)
        if resource.is_attachment:
            for info in taken:
                disk = await region.disks.get(info.source_disk_id)
                attached_time = disk.attached_time if disk else ""
                self._detached[region, info.source_disk_id] = _Detached(rules, info, attached_time)
        return taken

    async def _reuse(self, region: Region, rules: GuardRules, target: GuardTarget) -> bool:
        """Move the snapshot of a detached disk into the series of the disk, and tell whether that was possible."""
        for disk_id in target.disk_ids:
            detached = self._detached.pop((region, disk_id), None)
            disk = await region.disks.get(disk_id)
            if detached is None or detached.snapshot is None or detached.rules != rules or disk is None:
                return False
            if SERIES_TAG not in detached.snapshot.tags:
                return False  # somebody else took it, so it never gets the tags of a series
            if (disk.status, disk.attached_time) != ("Available", detached.attached_time):
                return False
            series = target.series_of(disk_id)
            generation = 1 + max(map(generation_of, await region.ledger.members(series)), default=0)
            tags = Intent(series, {"disk_id": disk_id}, generation).tags()
            await region.records.tag([detached.snapshot.snapshot_id], tags)
        return True
