"""Removes what verifications of one disk made, and nothing else."""

from __future__ import annotations

from ..errors import NotFound, SnapshotError
from ..region import Region
from .bench import PAUSE, Bench
from .made import DELETIONS, KINDS, find_made

PATIENCE = 900.0
"""Seconds for which ECS may refuse a deletion, because it is still making a disk or an image."""


class Leftovers:
    """All that verifications of one disk have made: this one, and earlier ones that were killed."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.failures: dict[str, SnapshotError] = {}
        """Why something could not be removed, by its id."""

    async def remove(self) -> list[str]:
        """Remove everything, and return the ids. If one cannot be removed, `failures` has the reason."""
        end = self._bench.clock.now() + PATIENCE
        removed: list[str] = []
        looks_without_any = 0
        while looks_without_any < 2 and self._bench.clock.now() < end:
            found = await self._found()
            looks_without_any = 0 if found else looks_without_any + 1
            self.failures.clear()
            for region, kind, record_id in found:
                removed += await self._delete(region, kind, record_id)
            await self._bench.clock.sleep(PAUSE)
        return removed

    async def _found(self) -> list[tuple[Region, str, str]]:
        """Return what is there, in the order in which ECS can delete it: copies before their originals."""
        subject, known = self._bench.subject, self._bench.made.ids
        found: list[tuple[Region, str, str]] = []
        for region in reversed(subject.regions):
            listed = await find_made(region, subject.disk.disk_id)
            for kind in KINDS:
                ids = {each.record_id for each in listed if each.kind == kind} | known[kind, region.name]
                found += [(region, kind, each) for each in sorted(ids)]
        return sorted(found, key=lambda each: list(KINDS).index(each[1]))

    async def _delete(self, region: Region, kind: str, record_id: str) -> list[str]:
        """Return the id if ECS accepted the deletion."""
        action, options = DELETIONS[kind]
        known = self._bench.made.ids[kind, region.name]
        try:
            await region.client.call(action, record_id, {kind: record_id, **options})
        except NotFound:
            known.discard(record_id)
            return []
        except SnapshotError as error:
            if kind == "SnapshotId" and not await region.client.snapshots_by_id([record_id]):
                known.discard(record_id)  # a token answered with the id of a deleted snapshot
            else:
                self.failures[record_id] = error
            return []
        known.discard(record_id)
        return [record_id]
