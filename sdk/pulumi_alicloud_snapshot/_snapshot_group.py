"""`SnapshotGroup`, as a stack declares it."""

from __future__ import annotations

from typing import Unpack

import pulumi
from pulumi import Input

from ._declaring import DynamicResource, declared_properties, existing, secret_options
from ._properties.snapshot_group import SnapshotGroupArgs, SnapshotGroupKeywords, SnapshotGroupOutputs


class SnapshotGroup(DynamicResource, SnapshotGroupOutputs, module="alicloud-snapshot", name="SnapshotGroup"):
    """Crash-consistent snapshots of several disks, all cut at the same moment, such as of a striped volume.

    The resource is created once every member has reached `wait_until`; `snapshot_ids` then gives each disk's snapshot.
    ECS gives members no retention: they stay until the group is deleted.
    """

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
        given = args or SnapshotGroupArgs(**arguments)
        props = declared_properties("SnapshotGroup", SnapshotGroupOutputs, resource_name, given, opts)
        super().__init__("SnapshotGroup", resource_name, props, secret_options("SnapshotGroup", props, opts))

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: pulumi.ResourceOptions | None = None,
        *,
        region: Input[str] | None = None,
    ) -> SnapshotGroup:
        """Return an existing group, which Pulumi reads and never changes. `region` as in `SnapshotGroupArgs`."""
        return existing(SnapshotGroup, SnapshotGroupOutputs, resource_name, id, opts, region=region)
