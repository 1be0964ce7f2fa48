"""`SnapshotCopy`, as a stack declares it."""

from __future__ import annotations

from typing import Self, Unpack

import pulumi
from pulumi import Input

from ._declared_resource import DeclaredResource, DynamicResource
from ._properties.snapshot_copy import SnapshotCopyArgs, SnapshotCopyKeywords, SnapshotCopyOutputs


class DeclaredSnapshotCopy(DeclaredResource, SnapshotCopyOutputs):
    """`SnapshotCopy`, whichever provider serves it."""

    _noun = "SnapshotCopy"
    _outputs = SnapshotCopyOutputs

    def __init__(
        self,
        resource_name: str,
        args: SnapshotCopyArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Unpack[SnapshotCopyKeywords],
    ) -> None:
        """Declare a copy, with `SnapshotCopyArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old copy would be gone before the new one exists.
        """
        self._declare(resource_name, args or SnapshotCopyArgs(**arguments), opts)

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: pulumi.ResourceOptions | None = None,
        *,
        destination_region: Input[str] | None = None,
    ) -> Self:
        """Return an existing copy, which Pulumi reads and never changes; by default of `alicloud:region`."""
        return cls._existing(resource_name, id, opts, destination_region=destination_region)


class SnapshotCopy(DynamicResource, DeclaredSnapshotCopy, module="alicloud-snapshot", name="SnapshotCopy"):
    """A copy of a snapshot in another region, encrypted if wished.

    The resource is created once the copy is accomplished. Its default time-out is 4 hours plus 30 seconds per GiB,
    since the first copy of a disk moves every used block between the regions. A copy cannot roll its disk back; disks
    and images of its region are made from it.
    """
