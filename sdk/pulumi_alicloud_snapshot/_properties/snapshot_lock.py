"""What `SnapshotLock` takes and gives. Written by `make schema` from its field table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, TypedDict, Unpack

from pulumi import Input, Output, ResourceOptions

from .._declared_resource import DeclaredResource
from .choices import Preflight


@dataclass(kw_only=True)
class SnapshotLockArgs:
    """The arguments of `SnapshotLock`."""

    snapshot_id: Input[str]
    """The snapshot to lock."""
    lock_duration: Input[int]
    """For how many days nobody can delete the snapshot: 1 to 36500, and fewer than its retention_days. When the cool-
    off has ended, you can raise the number, but not lower it."""
    cool_off_period: Input[int] | None = None
    """For how many hours you can still undo the lock: 0 to 72. 72 by default; 0 locks at once."""
    leave_locked: Input[bool] | None = None
    """If the lock cannot be undone any more, a destroy of the resource leaves it in place. By default the destroy
    fails."""
    region: Input[str] | None = None
    """The region of the disk. By default `alicloud:region`."""
    preflight: Input[Preflight] | None = None
    """What the preview does if ECS would refuse the snapshot. "error" (default): it fails on the property. "warn": it
    only warns. "off": it checks nothing."""


class SnapshotLockKeywords(TypedDict, total=False):
    """`SnapshotLockArgs` as keyword arguments."""

    snapshot_id: Input[str]
    lock_duration: Input[int]
    cool_off_period: Input[int] | None
    leave_locked: Input[bool] | None
    region: Input[str] | None
    preflight: Input[Preflight] | None


class SnapshotLockOutputs:
    """The outputs of `SnapshotLock`, whichever provider serves it."""

    snapshot_id: Output[str]
    lock_duration: Output[int]
    cool_off_period: Output[int]
    leave_locked: Output[bool]
    region: Output[str]
    preflight: Output[str]
    lock_mode: Output[str]
    """The mode: compliance. ECS has no other."""
    lock_status: Output[str]
    """The status: compliance-cooloff, compliance or expired."""
    lock_creation_time: Output[str]
    """When the snapshot was locked. ISO 8601, UTC."""
    cool_off_period_expired_time: Output[str]
    """Until when you can undo the lock. ISO 8601, UTC."""
    lock_duration_start_time: Output[str]
    """When the days of the lock start to count. ISO 8601, UTC."""
    lock_expired_time: Output[str]
    """When the lock ends. ISO 8601, UTC."""


class DeclaredSnapshotLock(DeclaredResource, SnapshotLockOutputs):
    """`SnapshotLock`, whichever provider serves it."""

    _noun = "SnapshotLock"
    _outputs = SnapshotLockOutputs

    def __init__(
        self,
        resource_name: str,
        args: SnapshotLockArgs | None = None,
        opts: ResourceOptions | None = None,
        **arguments: Unpack[SnapshotLockKeywords],
    ) -> None:
        """Declare a `SnapshotLock`, with `SnapshotLockArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old one would be gone before the new one exists.
        """
        self._declare(resource_name, args or SnapshotLockArgs(**arguments), opts)

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: ResourceOptions | None = None,
        *,
        region: Input[str] | None = None,
    ) -> Self:
        """Return an existing `SnapshotLock`, which Pulumi reads and never changes.

        `id` is its `snapshot_id`, and `region` the region that it is in: `alicloud:region` by default.
        """
        return cls._existing(resource_name, id, opts, region=region)
