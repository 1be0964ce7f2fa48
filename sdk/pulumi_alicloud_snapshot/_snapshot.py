"""`Snapshot`, as a stack declares it."""

from __future__ import annotations

from typing import Self, Unpack

import pulumi
from pulumi import Input

from ._declared_resource import DeclaredResource, DynamicResource
from ._properties.snapshot import SnapshotArgs, SnapshotKeywords, SnapshotOutputs


class DeclaredSnapshot(DeclaredResource, SnapshotOutputs):
    """`Snapshot`, whichever provider serves it."""

    _noun = "Snapshot"
    _outputs = SnapshotOutputs

    def __init__(
        self,
        resource_name: str,
        args: SnapshotArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Unpack[SnapshotKeywords],
    ) -> None:
        """Declare a snapshot, with `SnapshotArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old snapshot would be gone before the new one exists.
        """
        self._declare(resource_name, args or SnapshotArgs(**arguments), opts)

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: pulumi.ResourceOptions | None = None,
        *,
        region: Input[str] | None = None,
    ) -> Self:
        """Return an existing snapshot, which Pulumi reads and never changes. `region` as in `SnapshotArgs`."""
        return cls._existing(resource_name, id, opts, region=region)


class Snapshot(DynamicResource, DeclaredSnapshot, module="alicloud-snapshot", name="Snapshot"):
    """A snapshot of one disk, taken before whatever depends on it begins.

    The resource is created once the snapshot has reached `wait_until`, so a dependent resource, such as an image or
    a disk made from `snapshot.id`, starts only when the snapshot is safe. The snapshot keeps the disk's state at
    `creation_time`; what is written to the disk afterwards is not in it.
    """
