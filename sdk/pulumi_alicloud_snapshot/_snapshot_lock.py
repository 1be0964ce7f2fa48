"""`SnapshotLock`, as a stack declares it."""

from __future__ import annotations

from typing import Unpack

import pulumi
from pulumi import Input

from ._declaring import DynamicResource, declared_properties, existing
from ._properties.snapshot_lock import SnapshotLockArgs, SnapshotLockKeywords, SnapshotLockOutputs


class SnapshotLock(DynamicResource, SnapshotLockOutputs, module="alicloud-snapshot", name="SnapshotLock"):
    """A compliance lock: until it expires, nobody can delete the snapshot, whatever their rights.

    Within its cool-off the lock can be changed and undone, which destroying the resource does. Afterwards it can
    only be extended: a destroy then fails and says until when the lock stays, or leaves it with `leave_locked`.
    """

    def __init__(
        self,
        resource_name: str,
        args: SnapshotLockArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Unpack[SnapshotLockKeywords],
    ) -> None:
        """Declare a lock, with `SnapshotLockArgs` or with the same names as keyword arguments."""
        given = args or SnapshotLockArgs(**arguments)
        props = declared_properties("SnapshotLock", SnapshotLockOutputs, resource_name, given, opts)
        super().__init__("SnapshotLock", resource_name, props, opts)

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
