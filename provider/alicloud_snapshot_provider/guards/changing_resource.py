"""The resource that is about to change, as the engine tells a hook of it, and the disks that it stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..ecs.zones import region_of_zone
from ..errors import SnapshotError

INSTANCE_TYPES = frozenset({"alicloud:ecs/instance:Instance"})
DISK_TYPES = frozenset({"alicloud:ecs/ecsDisk:EcsDisk", "alicloud:ecs/disk:Disk"})
ATTACHMENT_TYPES = frozenset(
    {"alicloud:ecs/ecsDiskAttachment:EcsDiskAttachment", "alicloud:ecs/diskAttachment:DiskAttachment"}
)
"""What the engine deletes before a disk, or the instance that has it: detaching is the first step of their deletion."""
GUARDED_TYPES = INSTANCE_TYPES | DISK_TYPES | ATTACHMENT_TYPES
NEEDED_OUTPUTS = ("diskId", "zoneId", "availabilityZone")
"""The outputs that tell a guard disk and region. No other one is needed, and others may be secret."""


@dataclass(frozen=True, slots=True)
class ChangingResource:
    """What a hook is called for. `outputs` are the resource's before the change."""

    change: str
    type: str
    name: str
    urn: str
    id: str
    outputs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """What the snapshots are taken before, as the user reads it."""
        return f"the {self.change} of {self.name}"

    @property
    def is_disk(self) -> bool:
        return self.type in DISK_TYPES

    @property
    def is_attachment(self) -> bool:
        return self.type in ATTACHMENT_TYPES

    @property
    def region(self) -> str:
        """The region that the resource's own zone is in, "" where it has none."""
        return region_of_zone(str(self.outputs.get("zoneId") or self.outputs.get("availabilityZone") or ""))

    def own(self) -> tuple[Sequence[str], str]:
        """Return what the resource itself is: its disk, or its instance. Raises SnapshotError where it is neither."""
        if self.type in INSTANCE_TYPES:
            return [], self.id
        if self.is_disk:
            return [self.id], ""
        if self.is_attachment:
            return [str(self.outputs.get("diskId") or self.id.partition(":")[0])], ""
        raise SnapshotError(
            f"the guard of {self.name} does not know which disk a {self.type} stands on",
            remedy="Name the disk or the instance that the guard is to protect.",
        )
