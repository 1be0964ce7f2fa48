"""The holders of snapshots: the images and disks that were made from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ...overview.inventory import Inventory


@dataclass(frozen=True, slots=True)
class Holder:
    """An image or disk that was made from a snapshot."""

    kind: str
    thing_id: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.thing_id}"

    @property
    def consequence(self) -> str:
        """What this means for the deletion of the snapshot."""
        if self.kind == "image":
            return "can be deleted only after the image"
        return "once it is deleted, the disk can never be re-initialised"


class Holders:
    """The holders of a region's snapshots."""

    def __init__(self, inventory: Inventory) -> None:
        self._by_snapshot: dict[str, list[Holder]] = defaultdict(list)
        for image in inventory.images:
            for snapshot_id in dict.fromkeys(image.snapshot_ids):
                self._by_snapshot[snapshot_id].append(Holder("image", image.image_id, image.image_name))
        for disk in inventory.disks:
            if disk.source_snapshot_id:
                self._by_snapshot[disk.source_snapshot_id].append(Holder("disk", disk.disk_id, disk.disk_name))

    def of(self, snapshot_id: str) -> Sequence[Holder]:
        """Return the holders of a snapshot, images first."""
        return self._by_snapshot.get(snapshot_id, ())
