"""`DiskRollback`, as a stack declares it."""

from __future__ import annotations

from typing import Unpack

import pulumi

from ._declared_resource import DeclaredResource, DynamicResource
from ._properties.disk_rollback import DiskRollbackArgs, DiskRollbackKeywords, DiskRollbackOutputs


class DeclaredDiskRollback(DeclaredResource, DiskRollbackOutputs):
    """`DiskRollback`, whichever provider serves it."""

    _noun = "DiskRollback"
    _outputs = DiskRollbackOutputs

    def __init__(
        self,
        resource_name: str,
        args: DiskRollbackArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Unpack[DiskRollbackKeywords],
    ) -> None:
        """Declare a rollback, with `DiskRollbackArgs` or with the same names as keyword arguments."""
        self._declare(resource_name, args or DiskRollbackArgs(**arguments), opts)


class DiskRollback(DynamicResource, DeclaredDiskRollback, module="alicloud-snapshot", name="DiskRollback"):
    """A disk, or several together, go back to their snapshots: everything written to them since then is lost.

    Creating the resource rolls the disks back; so does a change of the snapshots or `triggers`. The preview warns with
    the point in time. Safety snapshots are taken first. What is written to the disks afterwards is no drift, and
    destroying the resource changes nothing in the cloud. The instances must be stopped, or `stop_instance` set. Where
    ECS refuses some of several disks, the instances stay stopped until the next `pulumi up` has rolled back the rest.
    """
