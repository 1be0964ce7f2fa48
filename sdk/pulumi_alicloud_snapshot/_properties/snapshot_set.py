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
    """The disks, any number. Either these, `instance_id` or `disk_tags`."""
    instance_id: Input[str] | None = None
    """The instance whose disks to take."""
    disk_tags: Input[Mapping[str, Input[str]]] | None = None
    """Take the disks that have these tags and values."""
    exclude_disk_ids: Input[Sequence[Input[str]]] | None = None
    """Disks to leave out if `instance_id` or `disk_tags` chooses the disks."""
    require_stopped: Input[bool] | None = None
    """Take nothing while an instance of the disks runs. Use it for a volume that is striped over several disks and
    cannot be a group: it must have no I/O."""
    series: Input[str] | None = None
    """The name under which the successive snapshots of this resource are recorded. By default from organization,
    project, stack and URN."""
    snapshot_name: Input[str] | None = None
    """The name: 2 to 128 characters, a letter first. By default from project, stack and resource."""
    description: Input[str] | None = None
    """The snapshot's description: 2 to 256 characters."""
    tags: Input[Mapping[str, Input[str]]] | None = None
    """Tags of your own, at most 15; five more record the series."""
    retention_days: Input[int] | None = None
    """ECS deletes the snapshot so many days after its creation, 1 to 65536. By default it stays until somebody deletes
    it. ECS only lets the number grow."""
    archive_after: Input[int] | None = None
    """So many days after its creation, the next `pulumi up` moves the snapshot and its history to the archive tier: 14
    or more; never by default. ECS cannot make an archive standard again and bills 60 days of it at least. It archives
    no encrypted snapshots."""
    resource_group_id: Input[str] | None = None
    """The resource group. By default ECS decides."""
    triggers: Input[Any] | None = None
    """Any JSON value; when it changes, a new snapshot is taken before the old one is retired."""
    wait_until: Input[WaitUntil] | None = None
    """When the snapshot counts as taken: "accomplished" (default): from then on the instance may stop or restart; or
    "available": from then on images and disks can be made from it."""
    region: Input[str] | None = None
    """The region of the disk; `alicloud:region` by default."""
    preflight: Input[Preflight] | None = None
    """What the preview does if ECS would refuse the snapshot: "error" (default) fails on the property, "warn" only
    warns, "off" asks nothing."""
    window: Input[str] | None = None
    """Maintenance hours with time zone, such as "01:00-05:00 Asia/Shanghai"; the preview warns outside of them."""
    outside_window: Input[OutsideWindow] | None = None
    """What happens to a snapshot that would begin outside of `window`: "warn" (default) takes it, "fail" does not begin
    it; a later run inside of the window takes it. A snapshot that has begun is adopted at any time."""
    min_age: Input[str] | None = None
    """A duration such as "12h": if a destroyed resource retained a younger snapshot of the same inputs, this resource
    takes it over instead of taking a new one."""
    keep_last: Input[int] | None = None
    """How many accomplished snapshots of the series stay after a replacement, the newest first; 1 by default."""
    keep: KeepArgs | Input[Mapping[str, Any]] | None = None
    """Which accomplished snapshots of the series stay by the calendar when one is replaced, beside those of
    `keep_last`: what any rule keeps stays."""
    deletion_policy: Input[DeletionPolicy] | None = None
    """What a destroy of the resource does with its whole series: "delete" (default) or "retain". It is read from the
    state, so a change takes effect after the next `pulumi up`."""
    force_delete: Input[bool] | None = None
    """Delete the snapshot even if a disk was made from it. Such a disk can then never be re-initialised. An image
    always keeps its snapshot."""
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
    """The set's id, the same as the resource's: its series and generation."""
    snapshot_ids: Output[Mapping[str, str]]
    """The members: the id of each disk's snapshot, by disk id."""
    status: Output[str]
    """failed if one member is, otherwise progressing if one is, otherwise accomplished."""
    progress: Output[str]
    """Progress of the slowest member's upload, such as 45%."""
    available: Output[bool]
    """Whether disks and images can be made from every member."""
    creation_time: Output[str]
    """The first of the points in time that the members keep, ISO 8601, UTC."""
    category: Output[str]
    """archive if every member is, otherwise standard."""
    generation: Output[int]
    """The number of the set in its series, from 1."""
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
