"""`SnapshotGroup`, as a stack declares it."""

from __future__ import annotations

from typing import Self, Unpack

import pulumi
from pulumi import Input

from ._declared_resource import DeclaredResource, DynamicResource
from ._properties.snapshot_group import SnapshotGroupArgs, SnapshotGroupKeywords, SnapshotGroupOutputs


class DeclaredSnapshotGroup(DeclaredResource, SnapshotGroupOutputs):
    """`SnapshotGroup`, whichever provider serves it."""

    _noun = "SnapshotGroup"
    _outputs = SnapshotGroupOutputs

    def __init__(
        self,
        resource_name: str,
        args: SnapshotGroupArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Unpack[SnapshotGroupKeywords],
    ) -> None:
        """Declare a group, with `SnapshotGroupArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old group would be gone before the new one exists.
        """
        self._declare(resource_name, args or SnapshotGroupArgs(**arguments), opts)

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: pulumi.ResourceOptions | None = None,
        *,
        region: Input[str] | None = None,
    ) -> Self:
        """Return an existing group, which Pulumi reads and never changes. `region` as in `SnapshotGroupArgs`."""
        return cls._existing(resource_name, id, opts, region=region)


class SnapshotGroup(DynamicResource, DeclaredSnapshotGroup, module="alicloud-snapshot", name="SnapshotGroup"):
    """Crash-consistent snapshots of several disks, all cut at the same moment, such as of a striped volume.

    The resource is created once every member has reached `wait_until`; `snapshot_ids` then gives each disk's snapshot.
    ECS gives members no retention: they stay until the group is deleted.
    """
