"""`DiskRollback`, as a stack declares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi import Input, Output
from pulumi.dynamic import Resource

from alicloud_snapshot_provider import dynamic_provider

from ._arguments import Preflight
from ._declaring import declared_properties


@dataclass(kw_only=True)
class DiskRollbackArgs:
    """The arguments of `DiskRollback`: a disk by `disk_id` and `snapshot_id`, or several by `snapshot_ids`."""

    disk_id: Input[str] | None = None
    """The disk to roll back."""
    snapshot_id: Input[str] | None = None
    """The snapshot of this very disk to roll it back to. A change rolls the disk back again."""
    snapshot_ids: Input[Mapping[str, Input[str]]] | None = None
    """Several disks to roll back together, with the snapshot of each: the `snapshot_ids` of a `SnapshotGroup`."""
    triggers: Input[Any] | None = None
    """Any JSON value; when it changes, the disk is rolled back again."""
    stop_instance: Input[bool] | None = None
    """Stop the instances if they run, and start them again afterwards, unless only some of several disks are back."""
    safety_snapshot: Input[bool] | None = None
    """Take a snapshot first (default), of several disks a group; it alone keeps what the rollback overwrites."""
    keep_last: Input[int] | None = None
    """How many safety snapshots stay, the newest first; 3 by default."""
    series: Input[str] | None = None
    """Where safety snapshots are recorded. Derived from organization, project, stack and URN by default."""
    region: Input[str] | None = None
    """The region of the disk; `alicloud:region` by default."""
    preflight: Input[Preflight] | None = None
    """What the preview does with what ECS would refuse: "error" (default), "warn", or "off", which makes no call."""


class DiskRollbackOutputs:
    """The outputs of `DiskRollback`, whichever provider serves it."""

    disk_id: Output[str | None]
    snapshot_id: Output[str | None]
    snapshot_ids: Output[Mapping[str, str] | None]
    triggers: Output[Any]
    stop_instance: Output[bool]
    safety_snapshot: Output[bool]
    keep_last: Output[int]
    series: Output[str]
    region: Output[str]
    preflight: Output[str]
    rolled_back_to: Output[str]
    """The point in time that the disk went back to, ISO 8601, UTC."""
    rolled_back_at: Output[str]
    """When the rollback ended, ISO 8601, UTC."""
    safety_snapshot_id: Output[str | None]
    """The snapshot that was taken of `disk_id` first."""
    safety_snapshot_ids: Output[Mapping[str, str] | None]
    """The snapshots that were taken first, by disk id, where several disks are rolled back together."""
    safety_snapshot_group_id: Output[str | None]
    """The group of `safety_snapshot_ids`."""


class DiskRollback(DiskRollbackOutputs, Resource, module="alicloud-snapshot", name="DiskRollback"):
    """A disk, or several together, go back to their snapshots: everything written to them since then is lost.

    Creating the resource rolls the disks back; so does a change of the snapshots or `triggers`. The preview warns with
    the point in time. Safety snapshots are taken first. What is written to the disks afterwards is no drift, and
    destroying the resource changes nothing in the cloud. The instances must be stopped, or `stop_instance` set. Where
    ECS refuses some of several disks, the instances stay stopped until the next `pulumi up` has rolled back the rest.
    """

    def __init__(
        self,
        resource_name: str,
        args: DiskRollbackArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Any,
    ) -> None:
        """Declare a rollback, with `DiskRollbackArgs` or with the same names as keyword arguments."""
        given = args or DiskRollbackArgs(**arguments)
        props = declared_properties("DiskRollback", DiskRollbackOutputs, resource_name, given, opts)
        super().__init__(dynamic_provider("DiskRollback"), resource_name, props, opts)
