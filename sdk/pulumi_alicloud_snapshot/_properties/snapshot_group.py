"""What `SnapshotGroup` takes and gives. Written by `make schema` from its field table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypedDict, Unpack

from pulumi import Input, Output, ResourceOptions

from .._declared_resource import DeclaredResource
from .choices import DeletionPolicy, OutsideWindow, Preflight, WaitUntil
from .objects import FreezeArgs, KeepArgs


@dataclass(kw_only=True)
class SnapshotGroupArgs:
    """The arguments of `SnapshotGroup`."""

    disk_ids: Input[Sequence[Input[str]]] | None = None
    """The disks: 1 to 16 of one zone, at most 32 TiB in all, of the ESSD family, without multi-attach. Give either
    these or `instance_id`."""
    instance_id: Input[str] | None = None
    """The instance whose disks are taken."""
    exclude_disk_ids: Input[Sequence[Input[str]]] | None = None
    """The disks of the instance to leave out, 1 to 16."""
    snapshot_group_name: Input[str] | None = None
    """The name: 2 to 128 characters, a letter first. By default it is made from project, stack and resource."""
    resource_group_id: Input[str] | None = None
    """The resource group. By default ECS chooses it. ECS cannot move a group, so a change takes a new one."""
    description: Input[str] | None = None
    """The snapshot's description: 2 to 256 characters."""
    tags: Input[Mapping[str, Input[str]]] | None = None
    """Your own tags, at most 15. Five more tags record the series."""
    triggers: Input[Any] | None = None
    """Any JSON value. If it changes, a new snapshot is taken first; then `keep_last` and `keep` decide which older ones
    stay."""
    wait_until: Input[WaitUntil] | None = None
    """When the snapshot counts as taken. "accomplished" (default): the instance may stop or restart from then on.
    "available": images and disks can be made from the snapshot from then on."""
    series: Input[str] | None = None
    """The name that all successive snapshots of this resource share. By default it is made from organization, project,
    stack and URN."""
    region: Input[str] | None = None
    """The region of the disk. By default `alicloud:region`."""
    preflight: Input[Preflight] | None = None
    """What the preview does if ECS would refuse the snapshot. "error" (default): it fails on the property. "warn": it
    only warns. "off": it checks nothing."""
    window: Input[str] | None = None
    """Maintenance hours with a time zone, such as "01:00-05:00 Asia/Shanghai". Outside of them the preview warns."""
    outside_window: Input[OutsideWindow] | None = None
    """What happens to a snapshot that would begin outside of `window`. "warn" (default): it is taken. "fail": it is not
    begun, and a later run inside of the window takes it. A snapshot that has already begun is adopted at any time."""
    min_age: Input[str] | None = None
    """A duration such as "12h". A destroyed resource may have retained a snapshot of the same inputs. If that snapshot
    is younger than this, the resource adopts it and takes no new one."""
    keep_last: Input[int] | None = None
    """How many accomplished snapshots of the series stay after a replacement, the newest first. 1 by default."""
    keep: KeepArgs | Input[Mapping[str, Any]] | None = None
    """Which accomplished snapshots of the series stay by the calendar after a replacement. A snapshot stays if
    `keep_last` or any of these rules keeps it."""
    deletion_policy: Input[DeletionPolicy] | None = None
    """What a destroy of the resource does with its whole series: "delete" (default) or "retain". Pulumi reads it from
    the state, so a change takes effect after the next `pulumi up`."""
    force_delete: Input[bool] | None = None
    """Delete the snapshot even if a disk was made from it. ECS can then never re-initialise that disk. An image always
    keeps its snapshot."""
    freeze: FreezeArgs | Input[Mapping[str, Any]] | None = None
    """Commands that freeze the running instances of the disks right before the cut, and thaw them right after it."""


class SnapshotGroupKeywords(TypedDict, total=False):
    """`SnapshotGroupArgs` as keyword arguments."""

    disk_ids: Input[Sequence[Input[str]]] | None
    instance_id: Input[str] | None
    exclude_disk_ids: Input[Sequence[Input[str]]] | None
    snapshot_group_name: Input[str] | None
    resource_group_id: Input[str] | None
    description: Input[str] | None
    tags: Input[Mapping[str, Input[str]]] | None
    triggers: Input[Any] | None
    wait_until: Input[WaitUntil] | None
    series: Input[str] | None
    region: Input[str] | None
    preflight: Input[Preflight] | None
    window: Input[str] | None
    outside_window: Input[OutsideWindow] | None
    min_age: Input[str] | None
    keep_last: Input[int] | None
    keep: KeepArgs | Input[Mapping[str, Any]] | None
    deletion_policy: Input[DeletionPolicy] | None
    force_delete: Input[bool] | None
    freeze: FreezeArgs | Input[Mapping[str, Any]] | None


class SnapshotGroupOutputs:
    """The outputs of `SnapshotGroup`, whichever provider serves it."""

    disk_ids: Output[Sequence[str] | None]
    instance_id: Output[str | None]
    exclude_disk_ids: Output[Sequence[str] | None]
    snapshot_group_name: Output[str]
    resource_group_id: Output[str]
    description: Output[str]
    tags: Output[Mapping[str, str]]
    triggers: Output[Any]
    wait_until: Output[str]
    series: Output[str]
    region: Output[str]
    preflight: Output[str]
    window: Output[str | None]
    outside_window: Output[str | None]
    min_age: Output[str | None]
    keep_last: Output[int]
    keep: Output[Any]
    deletion_policy: Output[str]
    force_delete: Output[bool]
    freeze: Output[Any]
    snapshot_group_id: Output[str]
    """The group's id. It is also the resource's id."""
    snapshot_ids: Output[Mapping[str, str]]
    """The id of each disk's snapshot, by disk id."""
    status: Output[str]
    """The status of all members: progressing, accomplished or failed."""
    progress: Output[str]
    """The progress of the slowest upload, such as 45%."""
    available: Output[bool]
    """Whether disks and images can be made from every member."""
    creation_time: Output[str]
    """When all members were cut, ISO 8601, UTC."""
    source_instance_id: Output[str]
    """The instance of the disks. It is empty if they belong to several instances."""
    generation: Output[int]
    """The number of the group in its series. The first is 1."""
    intent: Output[str]
    """The hash of the series, the generation, and the inputs whose change replaces the snapshot."""
    consistency: Output[str]
    """"application" if every running instance was frozen at the cut, otherwise "crash"."""


class DeclaredSnapshotGroup(DeclaredResource, SnapshotGroupOutputs):
    """`SnapshotGroup`, whichever provider serves it."""

    _noun = "SnapshotGroup"
    _outputs = SnapshotGroupOutputs

    def __init__(
        self,
        resource_name: str,
        args: SnapshotGroupArgs | None = None,
        opts: ResourceOptions | None = None,
        **arguments: Unpack[SnapshotGroupKeywords],
    ) -> None:
        """Declare a `SnapshotGroup`, with `SnapshotGroupArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old one would be gone before the new one exists.
        """
        self._declare(resource_name, args or SnapshotGroupArgs(**arguments), opts)

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: ResourceOptions | None = None,
        *,
        region: Input[str] | None = None,
    ) -> Self:
        """Return an existing `SnapshotGroup`, which Pulumi reads and never changes.

        `id` is its `snapshot_group_id`, and `region` the region that it is in: `alicloud:region` by default.
        """
        return cls._existing(resource_name, id, opts, region=region)
