"""What `SnapshotCopy` takes and gives. Written by `make schema` from its field table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, TypedDict, Unpack

from pulumi import Input, Output, ResourceOptions

from .._declared_resource import DeclaredResource
from .choices import DeletionPolicy, Preflight
from .objects import KeepArgs


@dataclass(kw_only=True)
class SnapshotCopyArgs:
    """The arguments of `SnapshotCopy`."""

    source_snapshot_id: Input[str]
    """The snapshot to copy. The copy begins when this snapshot is accomplished."""
    destination_region: Input[str]
    """The region that gets the copy. It must not be the snapshot's own region."""
    source_region: Input[str] | None = None
    """The region of the snapshot. By default `alicloud:region`."""
    encrypted: Input[bool] | None = None
    """Encrypt the copy. A copy of an encrypted snapshot must be encrypted."""
    kms_key_id: Input[str] | None = None
    """The KMS key that encrypts the copy. It is a key of the destination region. By default it is ECS's service key."""
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
    series: Input[str] | None = None
    """The name that all successive snapshots of this resource share. By default it is made from organization, project,
    stack and URN."""
    preflight: Input[Preflight] | None = None
    """What the preview does if ECS would refuse the snapshot. "error" (default): it fails on the property. "warn": it
    only warns. "off": it checks nothing."""
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


class SnapshotCopyKeywords(TypedDict, total=False):
    """`SnapshotCopyArgs` as keyword arguments."""

    source_snapshot_id: Input[str]
    destination_region: Input[str]
    source_region: Input[str] | None
    encrypted: Input[bool] | None
    kms_key_id: Input[str] | None
    snapshot_name: Input[str] | None
    description: Input[str] | None
    tags: Input[Mapping[str, Input[str]]] | None
    retention_days: Input[int] | None
    archive_after: Input[int] | None
    resource_group_id: Input[str] | None
    triggers: Input[Any] | None
    series: Input[str] | None
    preflight: Input[Preflight] | None
    keep_last: Input[int] | None
    keep: KeepArgs | Input[Mapping[str, Any]] | None
    deletion_policy: Input[DeletionPolicy] | None
    force_delete: Input[bool] | None


class SnapshotCopyOutputs:
    """The outputs of `SnapshotCopy`, whichever provider serves it."""

    source_snapshot_id: Output[str]
    destination_region: Output[str]
    source_region: Output[str]
    encrypted: Output[bool]
    kms_key_id: Output[str]
    snapshot_name: Output[str]
    description: Output[str]
    tags: Output[Mapping[str, str]]
    retention_days: Output[int | None]
    archive_after: Output[int | None]
    resource_group_id: Output[str]
    triggers: Output[Any]
    series: Output[str]
    preflight: Output[str]
    keep_last: Output[int]
    keep: Output[Any]
    deletion_policy: Output[str]
    force_delete: Output[bool]
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


class DeclaredSnapshotCopy(DeclaredResource, SnapshotCopyOutputs):
    """`SnapshotCopy`, whichever provider serves it."""

    _noun = "SnapshotCopy"
    _outputs = SnapshotCopyOutputs

    def __init__(
        self,
        resource_name: str,
        args: SnapshotCopyArgs | None = None,
        opts: ResourceOptions | None = None,
        **arguments: Unpack[SnapshotCopyKeywords],
    ) -> None:
        """Declare a `SnapshotCopy`, with `SnapshotCopyArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old one would be gone before the new one exists.
        """
        self._declare(resource_name, args or SnapshotCopyArgs(**arguments), opts)

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: ResourceOptions | None = None,
        *,
        destination_region: Input[str] | None = None,
    ) -> Self:
        """Return an existing `SnapshotCopy`, which Pulumi reads and never changes.

        `id` is its `snapshot_id`, and `destination_region` the region that it is in: `alicloud:region` by default.
        """
        return cls._existing(resource_name, id, opts, destination_region=destination_region)
