"""`SnapshotSet`, as a stack declares it."""

from __future__ import annotations

from typing import Self, Unpack

import pulumi
from pulumi import Input

from ._declared_resource import DeclaredResource, DynamicResource
from ._properties.snapshot_set import SnapshotSetArgs, SnapshotSetKeywords, SnapshotSetOutputs


class DeclaredSnapshotSet(DeclaredResource, SnapshotSetOutputs):
    """`SnapshotSet`, whichever provider serves it."""

    _noun = "SnapshotSet"
    _outputs = SnapshotSetOutputs

    def __init__(
        self,
        resource_name: str,
        args: SnapshotSetArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Unpack[SnapshotSetKeywords],
    ) -> None:
        """Declare a set, with `SnapshotSetArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old set would be gone before the new one exists.
        """
        self._declare(resource_name, args or SnapshotSetArgs(**arguments), opts)

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: pulumi.ResourceOptions | None = None,
        *,
        region: Input[str] | None = None,
    ) -> Self:
        """Return an existing set, which Pulumi reads and never changes. `region` as in `SnapshotSetArgs`.

        A set's id is its series and generation, such as `nightly:3`.
        """
        return cls._existing(resource_name, id, opts, region=region)


class SnapshotSet(DynamicResource, DeclaredSnapshotSet, module="alicloud-snapshot", name="SnapshotSet"):
    """A snapshot of each of any number of disks, as one resource.

    Each disk is cut on its own; `SnapshotGroup` cuts up to 16 at one moment. The resource is created once every member
    has reached `wait_until`. Where some disks have no snapshot the others keep theirs, and the next `pulumi up` takes
    only what is missing.
    """
