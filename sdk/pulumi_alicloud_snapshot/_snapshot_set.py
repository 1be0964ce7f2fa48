"""`SnapshotSet`, as a stack declares it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi import Input, Output
from pulumi.dynamic import Resource

from alicloud_snapshot_provider import dynamic_provider

from ._arguments import CutArgs, KeptArgs
from ._declaring import declared_properties, existing
from ._outputs import CutOutputs


@dataclass(kw_only=True)
class SnapshotSetArgs(CutArgs, KeptArgs):
    """The arguments of `SnapshotSet`: the disks by `disk_ids`, or by `instance_id` or `disk_tags` less some."""

    disk_ids: Input[Sequence[Input[str]]] | None = None
    """The disks, any number. A change takes a new set."""
    instance_id: Input[str] | None = None
    """The instance whose disks to take. A change takes a new set; a disk that is attached later does not."""
    disk_tags: Input[Mapping[str, Input[str]]] | None = None
    """Tags that the disks to take have. A change takes a new set; a disk that is tagged later does not."""
    exclude_disk_ids: Input[Sequence[Input[str]]] | None = None
    """Disks to leave out where `instance_id` or `disk_tags` choose. A change takes a new set."""
    require_stopped: Input[bool] | None = None
    """Take nothing while an instance of the disks is not stopped: for striped volumes that cannot be a group."""
    series: Input[str] | None = None
    """Where successive sets are recorded. Derived by default; a change takes a new set."""
    snapshot_name: Input[str] | None = None
    """The name of every member: 2 to 128 characters, a letter first. Derived from project, stack and resource."""


class SnapshotSetOutputs(CutOutputs):
    """The outputs of `SnapshotSet`, whichever provider serves it."""

    snapshot_set_id: Output[str]
    """The set's id, the same as `id`: its series and generation."""
    snapshot_ids: Output[Mapping[str, str]]
    """The members: the id of each disk's snapshot, by disk id."""
    disk_ids: Output[Sequence[str] | None]
    instance_id: Output[str | None]
    disk_tags: Output[Mapping[str, str] | None]
    exclude_disk_ids: Output[Sequence[str] | None]
    require_stopped: Output[bool]
    snapshot_name: Output[str]
    retention_days: Output[int | None]
    archive_after: Output[int | None]
    status: Output[str]
    """failed where a member is, else progressing where one is, else accomplished."""
    progress: Output[str]
    """Progress of the slowest member's upload, such as 45%."""
    available: Output[bool]
    """Whether disks and images can be made from every member."""
    creation_time: Output[str]
    """The first of the points in time that the members keep, ISO 8601, UTC."""
    category: Output[str]
    """archive where every member is, else standard."""
    generation: Output[int]
    """The number of the set in its series, from 1."""


class SnapshotSet(SnapshotSetOutputs, Resource, module="alicloud-snapshot", name="SnapshotSet"):
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
        **arguments: Any,
    ) -> None:
        """Declare a set, with `SnapshotSetArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old set would be gone before the new one exists.
        """
        given = args or SnapshotSetArgs(**arguments)
        props = declared_properties("SnapshotSet", SnapshotSetOutputs, resource_name, given, opts)
        super().__init__(dynamic_provider("SnapshotSet"), resource_name, props, opts)

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
