"""`DiskRollback`, as a stack declares it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi import Input, Output
from pulumi.dynamic import Resource

from alicloud_snapshot_provider import dynamic_provider

from ._declaring import declared_properties
from ._snapshot import Preflight


@dataclass(kw_only=True)
class DiskRollbackArgs:
    """The arguments of `DiskRollback`."""

    disk_id: Input[str]
    """The disk to roll back."""
    snapshot_id: Input[str]
    """The snapshot of this very disk to roll it back to. A change rolls the disk back again."""
    triggers: Input[Any] | None = None
    """Any JSON value; when it changes, the disk is rolled back again."""
    stop_instance: Input[bool] | None = None
    """Stop the disk's instance if it runs, and start it again afterwards, also after a failure."""
    safety_snapshot: Input[bool] | None = None
    """Take a snapshot of the disk first (default); it alone keeps what the rollback overwrites."""
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

    disk_id: Output[str]
    snapshot_id: Output[str]
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
    """The snapshot that was taken first."""


class DiskRollback(DiskRollbackOutputs, Resource, module="alicloud-snapshot", name="DiskRollback"):
    """A disk goes back to one of its snapshots: everything written to it since then is lost.

    Creating the resource rolls the disk back; so does a change of `snapshot_id` or `triggers`. The preview warns with
    the point in time. A safety snapshot is taken first. What is written to the disk afterwards is no drift, and
    destroying the resource changes nothing in the cloud. The instance must be stopped, or `stop_instance` set.
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
