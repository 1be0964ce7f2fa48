"""`SnapshotSet`, as a stack declares it."""

from __future__ import annotations

from typing import Unpack

import pulumi
from pulumi import Input

from ._declaring import DynamicResource, declared_properties, existing, secret_options
from ._properties.snapshot_set import SnapshotSetArgs, SnapshotSetKeywords, SnapshotSetOutputs


class SnapshotSet(DynamicResource, SnapshotSetOutputs, module="alicloud-snapshot", name="SnapshotSet"):
    """A snapshot of each of any number of disks, as one resource.

    Each disk is cut on its own; `SnapshotGroup` cuts up to 16 at one moment. The resource is created once every member
    has reached `wait_until`. Where some disks have no snapshot the others keep theirs, and the next `pulumi up` takes
    only what is missing.
    """

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
        given = args or SnapshotSetArgs(**arguments)
        props = declared_properties("SnapshotSet", SnapshotSetOutputs, resource_name, given, opts)
        super().__init__("SnapshotSet", resource_name, props, secret_options("SnapshotSet", props, opts))

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: pulumi.ResourceOptions | None = None,
        *,
        region: Input[str] | None = None,
    ) -> SnapshotSet:
        """Return an existing set, which Pulumi reads and never changes. `region` as in `SnapshotSetArgs`.

        A set's id is its series and generation, such as `nightly:3`.
        """
        return existing(SnapshotSet, SnapshotSetOutputs, resource_name, id, opts, region=region)
