"""`SnapshotCopy`, as a stack declares it."""

from __future__ import annotations

from typing import Unpack

import pulumi
from pulumi import Input

from ._declaring import DynamicResource, declared_properties, existing, secret_options
from ._properties.snapshot_copy import SnapshotCopyArgs, SnapshotCopyKeywords, SnapshotCopyOutputs


class SnapshotCopy(DynamicResource, SnapshotCopyOutputs, module="alicloud-snapshot", name="SnapshotCopy"):
    """A copy of a snapshot in another region, encrypted if wished.

    The resource is created once the copy is accomplished. Its default time-out is 4 hours plus 30 seconds per GiB,
    since the first copy of a disk moves every used block between the regions. A copy cannot roll its disk back; disks
    and images of its region are made from it.
    """

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
        given = args or SnapshotCopyArgs(**arguments)
        props = declared_properties("SnapshotCopy", SnapshotCopyOutputs, resource_name, given, opts)
        super().__init__("SnapshotCopy", resource_name, props, secret_options("SnapshotCopy", props, opts))

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: pulumi.ResourceOptions | None = None,
        *,
        destination_region: Input[str] | None = None,
    ) -> SnapshotCopy:
        """Return an existing copy, which Pulumi reads and never changes; by default of `alicloud:region`."""
        return existing(
            SnapshotCopy, SnapshotCopyOutputs, resource_name, id, opts, destination_region=destination_region
        )
