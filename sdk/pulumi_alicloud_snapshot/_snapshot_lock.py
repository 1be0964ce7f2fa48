"""`SnapshotLock`, as a stack declares it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi import Input, Output
from pulumi.dynamic import Resource

from alicloud_snapshot_provider import dynamic_provider

from ._arguments import Preflight
from ._declaring import declared_properties, existing


@dataclass(kw_only=True)
class SnapshotLockArgs:
    """The arguments of `SnapshotLock`."""

    snapshot_id: Input[str]
    """The snapshot to lock. A change locks the new one too; the old lock goes, or stays, as on destroy."""
    lock_duration: Input[int]
    """Days for which the snapshot cannot be deleted, 1 to 36500. Once the cool-off has ended they only grow."""
    cool_off_period: Input[int] | None = None
    """Hours, 0 to 72, within which the lock can still be undone; 72 by default, 0 locks at once."""
    leave_locked: Input[bool] | None = None
    """Let destroying the resource leave a lock that cannot be undone any more, instead of failing."""
    region: Input[str] | None = None
    """The region of the snapshot; `alicloud:region` by default."""
    preflight: Input[Preflight] | None = None
    """What the preview does with what ECS would refuse: "error" (default), "warn", or "off", which makes no call."""


class SnapshotLockOutputs:
    """The outputs of `SnapshotLock`, whichever provider serves it."""

    snapshot_id: Output[str]
    lock_duration: Output[int]
    cool_off_period: Output[int]
    leave_locked: Output[bool]
    region: Output[str]
    preflight: Output[str]
    lock_mode: Output[str]
    """compliance, the only mode of ECS."""
    lock_status: Output[str]
    """compliance-cooloff, compliance or expired."""
    lock_creation_time: Output[str]
    cool_off_period_expired_time: Output[str]
    """Until when the lock can be undone, ISO 8601, UTC."""
    lock_duration_start_time: Output[str]
    lock_expired_time: Output[str]
    """When the lock ends, ISO 8601, UTC."""


class SnapshotLock(SnapshotLockOutputs, Resource, module="alicloud-snapshot", name="SnapshotLock"):
    """A compliance lock: until it expires, nobody can delete the snapshot, whatever their rights.

    Within its cool-off the lock can be changed and undone, which destroying the resource does. Afterwards it can
    only be extended: a destroy then fails and says until when the lock stays, or leaves it with `leave_locked`.
    """

    def __init__(
        self,
        resource_name: str,
        args: SnapshotLockArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Any,
    ) -> None:
        """Declare a lock, with `SnapshotLockArgs` or with the same names as keyword arguments."""
        given = args or SnapshotLockArgs(**arguments)
        props = declared_properties("SnapshotLock", SnapshotLockOutputs, resource_name, given, opts)
        super().__init__(dynamic_provider("SnapshotLock"), resource_name, props, opts)

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: pulumi.ResourceOptions | None = None,
        *,
        region: Input[str] | None = None,
    ) -> SnapshotLock:
        """Return the lock of snapshot `id`, which Pulumi reads and never changes; `region` as in `SnapshotLockArgs`."""
        return existing(SnapshotLock, SnapshotLockOutputs, resource_name, id, opts, region=region)
