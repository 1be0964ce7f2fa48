"""`Snapshot`, as a stack declares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pulumi
from pulumi import Input, Output
from pulumi.dynamic import Resource

from alicloud_snapshot_provider import dynamic_provider

from ._declaring import declared_properties, existing
from ._freeze import FreezeArgs
from ._outputs import OneSnapshotOutputs

WaitUntil = Literal["accomplished", "available"]
Preflight = Literal["error", "warn", "off"]
DeletionPolicy = Literal["delete", "retain"]


@dataclass(kw_only=True)
class SnapshotArgs:
    """The arguments of `Snapshot`."""

    disk_id: Input[str]
    """The disk to snapshot: a system disk or a data disk, in use or attached before. A change takes a new snapshot."""
    snapshot_name: Input[str] | None = None
    """2 to 128 characters, a letter first. Derived from project, stack and resource by default."""
    description: Input[str] | None = None
    """2 to 256 characters."""
    tags: Input[Mapping[str, Input[str]]] | None = None
    """Tags of your own, at most 15; five more record the series."""
    retention_days: Input[int] | None = None
    """Days after its creation at which ECS deletes the snapshot, 1 to 65536; kept until deleted by default."""
    archive_after: Input[int] | None = None
    """Days, 14 or more, after which the next `pulumi up` archives the snapshot and its history; never by default."""
    resource_group_id: Input[str] | None = None
    """The resource group. By default ECS decides."""
    triggers: Input[Any] | None = None
    """Any JSON value; when it changes, a new snapshot is taken before the old one is retired."""
    wait_until: Input[WaitUntil] | None = None
    """"accomplished" (default): the instance may be stopped or restarted. "available": images and disks can be made."""
    series: Input[str] | None = None
    """Where successive snapshots are recorded. Derived from organization, project, stack and URN by default."""
    region: Input[str] | None = None
    """The region of the disk; `alicloud:region` by default."""
    preflight: Input[Preflight] | None = None
    """What the preview does with what ECS would refuse: "error" (default), "warn", or "off", which makes no call."""
    window: Input[str] | None = None
    """Maintenance hours with time zone, such as "01:00-05:00 Asia/Shanghai"; the preview warns outside of them."""
    min_age: Input[str] | None = None
    """A duration such as "12h": a younger snapshot of the same inputs that a destroyed resource retained is reused."""
    keep_last: Input[int] | None = None
    """How many accomplished snapshots of the series stay when one is replaced, the newest first; 1 by default."""
    deletion_policy: Input[DeletionPolicy] | None = None
    """What destroying does with the whole series: "delete" (default) or "retain"; takes effect after the next up."""
    force_delete: Input[bool] | None = None
    """Delete even where a disk was made from the snapshot; such a disk can then never be re-initialised."""
    freeze: FreezeArgs | Input[Mapping[str, Any]] | None = None
    """Commands that freeze the running instances of the disks right before the cut and thaw them right after it."""


class SnapshotOutputs(OneSnapshotOutputs):
    """The outputs of `Snapshot`, whichever provider serves it."""

    disk_id: Output[str]
    wait_until: Output[str]
    region: Output[str]
    window: Output[str | None]
    min_age: Output[str | None]
    freeze: Output[Any]
    consistency: Output[str]
    """"application" where every running instance was frozen at the cut, else "crash"."""


class Snapshot(SnapshotOutputs, Resource, module="alicloud-snapshot", name="Snapshot"):
    """A snapshot of one disk, taken before whatever depends on it begins.

    The resource is created once the snapshot has reached `wait_until`, so a dependent resource, such as an image or
    a disk made from `snapshot.id`, starts only when the snapshot is safe. The snapshot keeps the disk's state at
    `creation_time`; what is written to the disk afterwards is not in it.
    """

    def __init__(
        self,
        resource_name: str,
        args: SnapshotArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Any,
    ) -> None:
        """Declare a snapshot, with `SnapshotArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old snapshot would be gone before the new one exists.
        """
        props = declared_properties("Snapshot", SnapshotOutputs, resource_name, args or SnapshotArgs(**arguments), opts)
        super().__init__(dynamic_provider("Snapshot"), resource_name, props, opts)

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: pulumi.ResourceOptions | None = None,
        *,
        region: Input[str] | None = None,
    ) -> Snapshot:
        """Return an existing snapshot, which Pulumi reads and never changes. `region` as in `SnapshotArgs`."""
        return existing(Snapshot, SnapshotOutputs, resource_name, id, opts, region=region)
