"""Describes the resource that is about to change, as the engine passes it to a hook, and finds its disks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..ecs.zones import region_of_zone
from ..errors import SnapshotError
from .guard import GuardTarget

INSTANCE_TYPES = frozenset({"alicloud:ecs/instance:Instance"})
DISK_TYPES = frozenset({"alicloud:ecs/ecsDisk:EcsDisk", "alicloud:ecs/disk:Disk"})
ATTACHMENT_TYPES = frozenset(
    {"alicloud:ecs/ecsDiskAttachment:EcsDiskAttachment", "alicloud:ecs/diskAttachment:DiskAttachment"}
)
"""The engine deletes an attachment before its disk or its instance: detaching is the first step of their deletion."""
GUARDED_TYPES = INSTANCE_TYPES | DISK_TYPES | ATTACHMENT_TYPES
NEEDED_OUTPUTS = ("diskId", "zoneId", "availabilityZone")
"""The outputs that a guard needs to find disk and region. Others may be secret, and are not passed on."""


@dataclass(frozen=True, slots=True)
class ChangingResource:
    """The arguments of a hook. `outputs` are those before the change."""

    change: str
    type: str
    name: str
    urn: str
    id: str
    outputs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The change as text, for messages."""
        return f"the {self.change} of {self.name}"

    @property
    def is_disk(self) -> bool:
        return self.type in DISK_TYPES

    @property
    def is_attachment(self) -> bool:
        return self.type in ATTACHMENT_TYPES

    @property
    def region(self) -> str:
        """The region of the resource's zone, "" if it has none."""
        return region_of_zone(str(self.outputs.get("zoneId") or self.outputs.get("availabilityZone") or ""))

    def target(self, disk_ids: Sequence[str], instance_id: str, series_of: Callable[[str, str], str]) -> GuardTarget:
        """Return the given disks or instance, or else the resource itself. `series_of` gets a name and the URN."""
        if not disk_ids and not instance_id:
            disk_ids, instance_id = self.own()
        return GuardTarget(
            self.reason, lambda disk_id: series_of(f"{self.name}:{disk_id}", self.urn), disk_ids, instance_id
        )

    def own(self) -> tuple[Sequence[str], str]:
        """Return the disk or the instance of the resource. Raises SnapshotError if the type is not guarded."""
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
