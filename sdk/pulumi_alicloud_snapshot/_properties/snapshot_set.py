"""What `SnapshotSet` takes and gives. Written by `make schema` from its field table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypedDict, Unpack

from pulumi import Input, Output, ResourceOptions

from .._declared_resource import DeclaredResource
from .choices import DeletionPolicy, OutsideWindow, Preflight, WaitUntil
from .objects import FreezeArgs, KeepArgs


@dataclass(kw_only=True)
class SnapshotSetArgs:
    """The arguments of `SnapshotSet`."""

    disk_ids: Input[Sequence[Input[str]]] | None = None
    """The disks, any number of them. Give either these, `instance_id` or `disk_tags`."""
    instance_id: Input[str] | None = None
    """The instance whose disks are taken."""
    disk_tags: Input[Mapping[str, Input[str]]] | None = None
    """The set takes all disks that have these tags and values."""
    exclude_disk_ids: Input[Sequence[Input[str]]] | None = None
    """The disks to leave out if `instance_id` or `disk_tags` chooses the disks."""
    require_stopped: Input[bool] | None = None
    """If an instance of the disks is not stopped, the set takes nothing. Use it for a volume that is striped over
    several disks and cannot be a group: such a volume must have no I/O."""
    series: Input[str] | None = None
    """The name that all successive snapshots of this resource share. By default it is made from organization, project,
    stack and URN."""
    snapshot_name: Input[str] | None = None
    """The name: 2 to 128 characters, a letter first. By default it is made from project, stack and resource."""
    description: Input[str] | None = None
    """The snapshot's description: 2 to 256 characters."""
    tags: Input[Mapping[str, Input[str]]] | None = None
    """Your own tags, at most 15. Five more tags record the series."""
    retention_days: Input[int] | None = None
    """ECS deletes the snapshot this many days after its creation, 1 to 65536. By default it stays until somebody
    deletes it. You can raise the number, but not lower it."""
    archive_after: Input[int] | None = None
    """The age in days, 14 or more, from which the next `pulumi up` moves the snapshot and its history to the archive
    tier. By default nothing moves. ECS cannot make an archive standard again, and bills at least 60 days of it. ECS
    archives no encrypted snapshots."""
    resource_group_id: Input[str] | None = None
    """The resource group. By default ECS chooses it."""
    triggers: Input[Any] | None = None
    """Any JSON value. If it changes, a new snapshot is taken first; then `keep_last` and `keep` decide which older ones
    stay."""
    wait_until: Input[WaitUntil] | None = None
    """When the snapshot counts as taken. "accomplished" (default): the instance may stop or restart from then on.
    "available": images and disks can be made from the snapshot from then on."""
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


class SnapshotSetKeywords(TypedDict, total=False):
    """`SnapshotSetArgs` as keyword arguments."""

    disk_ids: Input[Sequence[Input[str]]] | None
    instance_id: Input[str] | None
    disk_tags: Input[Mapping[str, Input[str]]] | None
    exclude_disk_ids: Input[Sequence[Input[str]]] | None
    require_stopped: Input[bool] | None
    series: Input[str] | None
    snapshot_name: Input[str] | None
    description: Input[str] | None
    tags: Input[Mapping[str, Input[str]]] | None
    retention_days: Input[int] | None
    archive_after: Input[int] | None
    resource_group_id: Input[str] | None
    triggers: Input[Any] | None
    wait_until: Input[WaitUntil] | None
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


class SnapshotSetOutputs:
    """The outputs of `SnapshotSet`, whichever provider serves it."""

    disk_ids: Output[Sequence[str] | None]
    instance_id: Output[str | None]
    disk_tags: Output[Mapping[str, str] | None]
    exclude_disk_ids: Output[Sequence[str] | None]
    require_stopped: Output[bool]
    series: Output[str]
    snapshot_name: Output[str]
    description: Output[str]
    tags: Output[Mapping[str, str]]
    retention_days: Output[int | None]
    archive_after: Output[int | None]
    resource_group_id: Output[str]
    triggers: Output[Any]
    wait_until: Output[str]
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
    snapshot_set_id: Output[str]
    """The set's id: its series and its generation. It is also the resource's id."""
    snapshot_ids: Output[Mapping[str, str]]
    """The id of each disk's snapshot, by disk id."""
    status: Output[str]
    """The status: failed if one member is; otherwise progressing if one is; otherwise accomplished."""
    progress: Output[str]
    """The progress of the slowest upload, such as 45%."""
    available: Output[bool]
    """Whether disks and images can be made from every member."""
    creation_time: Output[str]
    """When the first member was cut, ISO 8601, UTC."""
    category: Output[str]
    """The category: archive if every member is, otherwise standard."""
    generation: Output[int]
    """The number of the set in its series. The first is 1."""
    consistency: Output[str]
    """"application" if every running instance was frozen at the cut, otherwise "crash"."""


class DeclaredSnapshotSet(DeclaredResource, SnapshotSetOutputs):
    """`SnapshotSet`, whichever provider serves it."""

    _noun = "SnapshotSet"
    _outputs = SnapshotSetOutputs

    def __init__(
        self,
        resource_name: str,
        args: SnapshotSetArgs | None = None,
        opts: ResourceOptions | None = None,
        **arguments: Unpack[SnapshotSetKeywords],
    ) -> None:
        """Declare a `SnapshotSet`, with `SnapshotSetArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old one would be gone before the new one exists.
        """
        self._declare(resource_name, args or SnapshotSetArgs(**arguments), opts)

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: ResourceOptions | None = None,
        *,
        region: Input[str] | None = None,
    ) -> Self:
        """Return an existing `SnapshotSet`, which Pulumi reads and never changes.

        `id` is its `snapshot_set_id`, and `region` the region that it is in: `alicloud:region` by default.
        """
        return cls._existing(resource_name, id, opts, region=region)
