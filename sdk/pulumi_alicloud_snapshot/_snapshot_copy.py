"""`SnapshotCopy`, as a stack declares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi import Input, Output
from pulumi.dynamic import Resource

from alicloud_snapshot_provider import dynamic_provider

from ._arguments import KeptArgs, SeriesArgs
from ._declaring import declared_properties, existing
from ._outputs import OneSnapshotOutputs


@dataclass(kw_only=True)
class SnapshotCopyArgs(SeriesArgs, KeptArgs):
    """The arguments of `SnapshotCopy`."""

    source_snapshot_id: Input[str]
    """The snapshot to copy. The copy begins once it is accomplished. A change makes a new copy."""
    destination_region: Input[str]
    """The region that the copy is for, another one than the snapshot's."""
    source_region: Input[str] | None = None
    """The region of the snapshot; `alicloud:region` by default."""
    encrypted: Input[bool] | None = None
    """Encrypt the copy. The copy of an encrypted snapshot must be encrypted."""
    kms_key_id: Input[str] | None = None
    """The KMS key, of the destination region, that encrypts the copy; ECS's service key by default."""
    snapshot_name: Input[str] | None = None
    """2 to 128 characters, a letter first. Derived from project, stack and resource by default."""
    tags: Input[Mapping[str, Input[str]]] | None = None
    """Tags of your own, at most 15; those of the original are not copied."""


class SnapshotCopyOutputs(OneSnapshotOutputs):
    """The outputs of `SnapshotCopy`, whichever provider serves it."""

    source_region: Output[str]
    destination_region: Output[str]


class SnapshotCopy(SnapshotCopyOutputs, Resource, module="alicloud-snapshot", name="SnapshotCopy"):
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
        **arguments: Any,
    ) -> None:
        """Declare a copy, with `SnapshotCopyArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old copy would be gone before the new one exists.
        """
        given = args or SnapshotCopyArgs(**arguments)
        props = declared_properties("SnapshotCopy", SnapshotCopyOutputs, resource_name, given, opts)
        super().__init__(dynamic_provider("SnapshotCopy"), resource_name, props, opts)

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
