"""What a verification has made: found by its tag and its name, and removed; nothing else ever is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import NotFound, SnapshotError
from ..region import Region
from .bench import NAME, VERIFY_TAG, Bench
from .outcome import NotProbed

PATIENCE = 900.0
"""Seconds for which ECS may still hold what is to be removed: a disk or an image that is being made."""
PAUSE = 2.0
"""Seconds after which what was not listed is looked for once more."""
_IMAGE_STATUSES = "Creating,Waiting,Available,UnAvailable,CreateFailed"
_DELETIONS = {
    "ImageId": ("DeleteImage", {"Force": True}),
    "SnapshotGroupId": ("DeleteSnapshotGroup", {}),
    "DiskId": ("DeleteDisk", {}),
    "SnapshotId": ("DeleteSnapshot", {"Force": True}),
}
"""How each kind is deleted, in the order in which they hold each other."""


class Leftovers:
    """All that verifications of one disk have made: this one, and earlier ones that were killed."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.failures: dict[str, SnapshotError] = {}
        """Why something could not be removed, by its id."""

    async def remove(self) -> list[str]:
        """Remove everything, and return its ids. Never raises for a single one: see `failures`."""
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
        """Return what is there, in the order in which it can be deleted."""
        subject = self._bench.subject
        found: dict[tuple[str, str, str], Region] = {}
        for region in reversed(subject.regions):
            listed = await self._listed(region)
            for kind in _DELETIONS:
                ids = {*listed[kind], *self._bench.made.ids[kind, region.name]}
                found |= {(region.name, kind, each): region for each in ids}
        kinds = list(_DELETIONS)
        ordered = sorted(found.items(), key=lambda item: (kinds.index(item[0][1]), item[0]))
        return [(region, kind, record_id) for (_, kind, record_id), region in ordered]

    async def _listed(self, region: Region) -> dict[str, list[str]]:
        mark, client = self._bench.subject.mark, region.client
        disk_id = self._bench.subject.disk.disk_id
        snapshots = await client.snapshots_by_tags(mark)
        disks = await client.disks_by_tags(mark)
        groups = await client.snapshot_groups_by_tags(mark) if self._bench.subject.essd else []
        images = await self._images(region)
        return {
            "SnapshotId": [
                each.snapshot_id
                for each in snapshots
                if each.source_disk_id == disk_id and is_made_here(each.snapshot_name, each.tags, mark)
            ],
            "DiskId": [
                each.disk_id
                for each in disks
                if each.disk_id != disk_id and not each.instance_id and is_made_here(each.disk_name, each.tags, mark)
            ],
            "SnapshotGroupId": [
                each.snapshot_group_id for each in groups if is_made_here(each.snapshot_group_name, each.tags, mark)
            ],
            "ImageId": [
                each["ImageId"] for each in images if is_made_here(each.get("ImageName", ""), _image_tags(each), mark)
            ],
        }

    async def _images(self, region: Region) -> list[dict[str, Any]]:
        """Return the images with the mark; none where the account may not list images, and so makes none."""
        asked = {"ImageOwnerAlias": "self", "Status": _IMAGE_STATUSES, "PageSize": 100, "Tag": self._bench.tags}
        try:
            answer = await self._bench.ask("DescribeImages", region=region, **asked)
        except NotProbed:
            return []
        return answer.records("Images", "Image")

    async def _delete(self, region: Region, kind: str, record_id: str) -> list[str]:
        """Return the id where ECS took the deletion."""
        action, options = _DELETIONS[kind]
        known = self._bench.made.ids[kind, region.name]
        try:
            await region.client.call(action, record_id, {kind: record_id, **options})
        except NotFound:
            known.discard(record_id)
            return []
        except SnapshotError as error:
            if kind == "SnapshotId" and not await region.client.snapshots_by_id([record_id]):
                known.discard(record_id)  # a token answered with its id although it was deleted
            else:
                self.failures[record_id] = error
            return []
        known.discard(record_id)
        return [record_id]


def is_made_here(name: str, tags: Mapping[str, str], mark: Mapping[str, str]) -> bool:
    """Tell whether a verification of the marked disk made it: by tag and name together, since it is deleted."""
    return name.startswith(NAME) and tags.get(VERIFY_TAG) == mark[VERIFY_TAG]


def _image_tags(image: Mapping[str, Any]) -> dict[str, str]:
    listed = (image.get("Tags") or {}).get("Tag") or []
    return {each["TagKey"]: each.get("TagValue", "") for each in listed}
