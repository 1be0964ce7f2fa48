"""`SnapshotGroup`, as a stack declares it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi import Input, Output
from pulumi.dynamic import Resource

from alicloud_snapshot_provider import dynamic_provider

from ._arguments import CutArgs
from ._declaring import declared_properties, existing
from ._outputs import CutOutputs


@dataclass(kw_only=True)
class SnapshotGroupArgs(CutArgs):
    """The arguments of `SnapshotGroup`: the disks by `disk_ids`, or by `instance_id` less `exclude_disk_ids`."""

    disk_ids: Input[Sequence[Input[str]]] | None = None
    """1 to 16 disks of one zone, 32 TiB in all; ESSD family, no multi-attach. A change takes a new group."""
    instance_id: Input[str] | None = None
    """The instance whose disks to take. A change takes a new group; a disk that is attached later does not."""
    exclude_disk_ids: Input[Sequence[Input[str]]] | None = None
    """Disks of the instance to leave out, 1 to 16. A change takes a new group."""
    snapshot_group_name: Input[str] | None = None
    """2 to 128 characters, a letter first. Derived from project, stack and resource by default."""
    resource_group_id: Input[str] | None = None
    """The resource group. By default ECS decides. ECS cannot move a group, so a change takes a new one."""


class SnapshotGroupOutputs(CutOutputs):
    """The outputs of `SnapshotGroup`, whichever provider serves it."""

    snapshot_group_id: Output[str]
    """The group's id, the same as `id`."""
    snapshot_ids: Output[Mapping[str, str]]
    """The members: the id of each disk's snapshot, by disk id."""
    disk_ids: Output[Sequence[str] | None]
    instance_id: Output[str | None]
    exclude_disk_ids: Output[Sequence[str] | None]
    snapshot_group_name: Output[str]
    status: Output[str]
    """progressing, accomplished or failed."""
    progress: Output[str]
    """Progress of the slowest member's upload, such as 45%."""
    available: Output[bool]
    """Whether disks and images can be made from every member."""
    creation_time: Output[str]
    """The point in time that all members keep, ISO 8601, UTC."""
    source_instance_id: Output[str]
    """The instance of the disks; empty where they belong to several."""
    generation: Output[int]
    """The number of the group in its series, from 1."""
    intent: Output[str]
    """The hash of series, replace-forcing inputs and generation."""


class SnapshotGroup(SnapshotGroupOutputs, Resource, module="alicloud-snapshot", name="SnapshotGroup"):
    """Crash-consistent snapshots of several disks, all cut at the same moment, such as of a striped volume.

    The resource is created once every member has reached `wait_until`; `snapshot_ids` then gives each disk's snapshot.
    ECS gives members no retention: they stay until the group is deleted.
    """

    def __init__(
        self,
        resource_name: str,
        args: SnapshotGroupArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Any,
    ) -> None:
        """Declare a group, with `SnapshotGroupArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old group would be gone before the new one exists.
        """
        given = args or SnapshotGroupArgs(**arguments)
        props = declared_properties("SnapshotGroup", SnapshotGroupOutputs, resource_name, given, opts)
        super().__init__(dynamic_provider("SnapshotGroup"), resource_name, props, opts)

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
