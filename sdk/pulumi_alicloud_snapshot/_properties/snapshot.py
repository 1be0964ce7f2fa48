"""What `Snapshot` takes and gives. Written by `make schema` from its field table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, TypedDict, Unpack

from pulumi import Input, Output, ResourceOptions

from .._declared_resource import DeclaredResource
from .choices import DeletionPolicy, OutsideWindow, Preflight, WaitUntil
from .objects import FreezeArgs, KeepArgs


@dataclass(kw_only=True)
class SnapshotArgs:
    """The arguments of `Snapshot`."""

    disk_id: Input[str]
    """The disk to snapshot: a system disk or a data disk. It must be attached to an instance, or have been attached
    before."""
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


class SnapshotKeywords(TypedDict, total=False):
    """`SnapshotArgs` as keyword arguments."""

    disk_id: Input[str]
    snapshot_name: Input[str] | None
    description: Input[str] | None
    tags: Input[Mapping[str, Input[str]]] | None
    retention_days: Input[int] | None
    archive_after: Input[int] | None
    resource_group_id: Input[str] | None
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


class SnapshotOutputs:
    """The outputs of `Snapshot`, whichever provider serves it."""

    disk_id: Output[str]
    snapshot_name: Output[str]
    description: Output[str]
    tags: Output[Mapping[str, str]]
    retention_days: Output[int | None]
    archive_after: Output[int | None]
    resource_group_id: Output[str]
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
    snapshot_id: Output[str]
    """The snapshot's id. It is also the resource's id."""
    status: Output[str]
    """The status: progressing, accomplished or failed."""
    progress: Output[str]
    """The progress of the upload, such as 45%."""
    remain_time: Output[int | None]
    """How many seconds remain, as ECS estimates. 0 when the snapshot is done."""
    available: Output[bool]
    """Whether disks and images can be made from the snapshot."""
    creation_time: Output[str]
    """The snapshot keeps the disk as it was at this time. ISO 8601, UTC."""
    last_modified_time: Output[str]
    """When the snapshot was last modified. ISO 8601, UTC."""
    source_disk_id: Output[str]
    """The disk that the snapshot was taken from."""
    source_disk_size: Output[int]
    """The size of the source disk in GiB. It is not the size of the snapshot."""
    source_disk_type: Output[str]
    """The type of the source disk: system or data."""
    source_snapshot_id: Output[str]
    """Of a copy: the snapshot that it was copied from."""
    source_region_id: Output[str]
    """Of a copy: the region that it was copied from."""
    snapshot_type: Output[str]
    """The type of the snapshot: user, auto or timer."""
    snapshot_link_id: Output[str]
    """The chain of all snapshots of the disk. They share unchanged blocks."""
    snapshot_sn: Output[str]
    """The snapshot's serial number."""
    category: Output[str]
    """The category of the snapshot: standard, flash or archive."""
    encrypted: Output[bool]
    """Whether the snapshot is encrypted. It is if its disk was."""
    kms_key_id: Output[str]
    """The KMS key of an encrypted snapshot."""
    usage: Output[str]
    """What was made from the snapshot: none, image, disk or image_disk."""
    region_id: Output[str]
    """The region that holds the snapshot."""
    product_code: Output[str]
    """The marketplace product code of the image that is on the disk."""
    instant_access: Output[bool]
    """Whether instant access is on. Deprecated: ECS has deprecated it: every snapshot of an ESSD is instantly
    available."""
    full_snapshot_size_in_bytes: Output[int | None]
    """The size of all data that the snapshot refers to, in bytes."""
    generation: Output[int]
    """The number of the snapshot in its series. The first is 1."""
    intent: Output[str]
    """The hash of the series, the generation, and the inputs whose change replaces the snapshot."""
    consistency: Output[str]
    """"application" if every running instance was frozen at the cut, otherwise "crash"."""


class DeclaredSnapshot(DeclaredResource, SnapshotOutputs):
    """`Snapshot`, whichever provider serves it."""

    _noun = "Snapshot"
    _outputs = SnapshotOutputs

    def __init__(
        self,
        resource_name: str,
        args: SnapshotArgs | None = None,
        opts: ResourceOptions | None = None,
        **arguments: Unpack[SnapshotKeywords],
    ) -> None:
        """Declare a `Snapshot`, with `SnapshotArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old one would be gone before the new one exists.
        """
        self._declare(resource_name, args or SnapshotArgs(**arguments), opts)

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: ResourceOptions | None = None,
        *,
        region: Input[str] | None = None,
    ) -> Self:
        """Return an existing `Snapshot`, which Pulumi reads and never changes.

        `id` is its `snapshot_id`, and `region` the region that it is in: `alicloud:region` by default.
        """
        return cls._existing(resource_name, id, opts, region=region)
