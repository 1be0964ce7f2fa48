"""What `DiskRollback` takes and gives. Written by `make schema` from its field table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from pulumi import Input, Output, ResourceOptions

from .._declared_resource import DeclaredResource
from .choices import Preflight
from .objects import KeepArgs


@dataclass(kw_only=True)
class DiskRollbackArgs:
    """The arguments of `DiskRollback`."""

    disk_id: Input[str] | None = None
    """The disk to roll back. Give either it and `snapshot_id`, or `snapshot_ids`."""
    snapshot_id: Input[str] | None = None
    """The snapshot to go back to. It must be a snapshot of this disk. A change rolls the disk back again."""
    snapshot_ids: Input[Mapping[str, Input[str]]] | None = None
    """The snapshot of each disk, by disk id, for 1 to 16 disks that go back together. `SnapshotGroup` has this value as
    its `snapshot_ids`. If a snapshot changes, the disks are rolled back again. If the disks change, the resource is
    replaced."""
    triggers: Input[Any] | None = None
    """Any JSON value. If it changes, the disk is rolled back again."""
    stop_instance: Input[bool] | None = None
    """Stop the disks' instances if they run, and start them again afterwards, also after a failure. If only some of
    several disks went back, their instances stay stopped."""
    safety_snapshot: Input[bool] | None = None
    """Take a safety snapshot first; of several disks, a group. Nothing else keeps what the rollback overwrites."""
    keep_last: Input[int] | None = None
    """How many safety snapshots stay, the newest first. 3 by default."""
    keep: KeepArgs | Input[Mapping[str, Any]] | None = None
    """Which safety snapshots stay by the calendar. A snapshot stays if `keep_last` or any of these rules keeps it."""
    series: Input[str] | None = None
    """The name that all safety snapshots of this resource share. By default it is made from organization, project,
    stack and URN."""
    region: Input[str] | None = None
    """The region of the disk. By default `alicloud:region`."""
    preflight: Input[Preflight] | None = None
    """What the preview does if ECS would refuse the snapshot. "error" (default): it fails on the property. "warn": it
    only warns. "off": it checks nothing."""


class DiskRollbackKeywords(TypedDict, total=False):
    """`DiskRollbackArgs` as keyword arguments."""

    disk_id: Input[str] | None
    snapshot_id: Input[str] | None
    snapshot_ids: Input[Mapping[str, Input[str]]] | None
    triggers: Input[Any] | None
    stop_instance: Input[bool] | None
    safety_snapshot: Input[bool] | None
    keep_last: Input[int] | None
    keep: KeepArgs | Input[Mapping[str, Any]] | None
    series: Input[str] | None
    region: Input[str] | None
    preflight: Input[Preflight] | None


class DiskRollbackOutputs:
    """The outputs of `DiskRollback`, whichever provider serves it."""

    disk_id: Output[str | None]
    snapshot_id: Output[str | None]
    snapshot_ids: Output[Mapping[str, str] | None]
    triggers: Output[Any]
    stop_instance: Output[bool]
    safety_snapshot: Output[bool]
    keep_last: Output[int]
    keep: Output[Any]
    series: Output[str]
    region: Output[str]
    preflight: Output[str]
    rolled_back_to: Output[str]
    """The creation time of the snapshot that the disk went back to. ISO 8601, UTC."""
    rolled_back_at: Output[str]
    """When the rollback ended. ISO 8601, UTC."""
    safety_snapshot_id: Output[str | None]
    """The safety snapshot that was taken of `disk_id` before the rollback."""
    safety_snapshot_ids: Output[Mapping[str, str] | None]
    """The safety snapshots of several disks, by disk id. Give them as `snapshot_ids` of another rollback to undo this
    one."""
    safety_snapshot_group_id: Output[str | None]
    """The group of `safety_snapshot_ids`."""


class DeclaredDiskRollback(DeclaredResource, DiskRollbackOutputs):
    """`DiskRollback`, whichever provider serves it."""

    _noun = "DiskRollback"
    _outputs = DiskRollbackOutputs

    def __init__(
        self,
        resource_name: str,
        args: DiskRollbackArgs | None = None,
        opts: ResourceOptions | None = None,
        **arguments: Unpack[DiskRollbackKeywords],
    ) -> None:
        """Declare a `DiskRollback`, with `DiskRollbackArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old one would be gone before the new one exists.
        """
        self._declare(resource_name, args or DiskRollbackArgs(**arguments), opts)
