"""What verifications have made: found by the tag and the name together, whichever run made it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from ..ecs.models import DiskInfo, SnapshotGroupInfo, SnapshotInfo
from ..errors import PermissionDenied
from ..region import Region
from .bench import NAME, VERIFY_TAG

T = TypeVar("T")

WHY = "`alicloud-snapshot verify` made it: its run died, or is still at work; the next run on the same disk removes it"
KINDS: Mapping[str, str] = {
    "ImageId": "image",
    "SnapshotGroupId": "snapshot group",
    "DiskId": "disk",
    "SnapshotId": "snapshot",
}
"""By the parameter that names one, in the order in which they hold each other."""
DELETIONS: Mapping[str, tuple[str, Mapping[str, bool]]] = {
    "ImageId": ("DeleteImage", {"Force": True}),
    "SnapshotGroupId": ("DeleteSnapshotGroup", {}),
    "DiskId": ("DeleteDisk", {}),
    "SnapshotId": ("DeleteSnapshot", {"Force": True}),
}
_IMAGE_STATUSES = "Creating,Waiting,Available,UnAvailable,CreateFailed"


@dataclass(frozen=True, slots=True)
class MadeRecord:
    """One record that a verification made. `gib` is the most that it is billed for, 0 if others are billed for it."""

    kind: str
    record_id: str
    region: str
    gib: int = 0

    @property
    def what(self) -> str:
        """What it is, in words."""
        return KINDS[self.kind]

    @property
    def delete(self) -> str:
        """The command that deletes it."""
        action, options = DELETIONS[self.kind]
        told = "".join(f" --{name} {str(value).lower()}" for name, value in options.items())
        return f"aliyun ecs {action} --region {self.region} --{self.kind} {self.record_id}{told}"


async def find_made(region: Region, disk_id: str = "") -> list[MadeRecord]:
    """Return what verifications of one disk made in a region, or those of any disk, in the order of `KINDS`.

    What the account may not list is left out. Raises what the other calls raise.
    """
    client = region.client
    marked = {VERIFY_TAG: disk_id}
    images, groups, disks, snapshots = await asyncio.gather(
        _allowed(_images(region, disk_id)),
        _allowed(client.snapshot_groups_by_tags(marked)),
        _allowed(client.disks_by_tags(marked)),
        client.snapshots_by_tags(marked),
    )
    found = [
        *(MadeRecord("ImageId", each["ImageId"], region.name) for each in images if _is_image(each, disk_id)),
        *(MadeRecord("SnapshotGroupId", each.record_id, region.name) for each in groups if _is_group(each, disk_id)),
        *(MadeRecord("DiskId", each.disk_id, region.name, each.size) for each in disks if _is_disk(each, disk_id)),
        *(
            MadeRecord("SnapshotId", each.snapshot_id, region.name, each.source_disk_size)
            for each in snapshots
            if _is_snapshot(each, disk_id)
        ),
    ]
    return sorted(found, key=lambda each: (list(KINDS).index(each.kind), each.record_id))


async def _allowed(listing: Awaitable[Sequence[T]]) -> Sequence[T]:
    try:
        return await listing
    except PermissionDenied:
        return []


async def _images(region: Region, disk_id: str) -> list[dict[str, Any]]:
    tag = {"Key": VERIFY_TAG, **({"Value": disk_id} if disk_id else {})}
    asked = {"ImageOwnerAlias": "self", "Status": _IMAGE_STATUSES, "PageSize": 100, "Tag": [tag]}
    body = await region.client.call("DescribeImages", "the images of verifications", asked)
    return list((body.get("Images") or {}).get("Image") or [])


def _marked_disk(name: str, tags: Mapping[str, str], disk_id: str) -> str:
    """Return the disk whose verification made something, empty if none did: it takes the tag and the name."""
    marked = tags.get(VERIFY_TAG, "")
    return marked if name.startswith(NAME) and disk_id in {"", marked} else ""


def _is_image(image: Mapping[str, Any], disk_id: str) -> bool:
    listed = (image.get("Tags") or {}).get("Tag") or []
    tags = {each["TagKey"]: each.get("TagValue", "") for each in listed}
    return bool(_marked_disk(image.get("ImageName", ""), tags, disk_id))


def _is_group(group: SnapshotGroupInfo, disk_id: str) -> bool:
    return bool(_marked_disk(group.snapshot_group_name, group.tags, disk_id))


def _is_disk(disk: DiskInfo, disk_id: str) -> bool:
    """A verification attaches nothing. So somebody uses an attached disk."""
    marked = _marked_disk(disk.disk_name, disk.tags, disk_id)
    return bool(marked) and marked != disk.disk_id and not disk.instance_id


def _is_snapshot(snapshot: SnapshotInfo, disk_id: str) -> bool:
    marked = _marked_disk(snapshot.snapshot_name, snapshot.tags, disk_id)
    return bool(marked) and marked == snapshot.source_disk_id
