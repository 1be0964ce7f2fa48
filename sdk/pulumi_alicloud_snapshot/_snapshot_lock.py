"""`SnapshotLock`, as a stack declares it."""

from __future__ import annotations

from typing import Self, Unpack

import pulumi
from pulumi import Input

from ._declared_resource import DeclaredResource, DynamicResource
from ._properties.snapshot_lock import SnapshotLockArgs, SnapshotLockKeywords, SnapshotLockOutputs


class DeclaredSnapshotLock(DeclaredResource, SnapshotLockOutputs):
    """`SnapshotLock`, whichever provider serves it."""

    _noun = "SnapshotLock"
    _outputs = SnapshotLockOutputs

    def __init__(
        self,
        resource_name: str,
        args: SnapshotLockArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Unpack[SnapshotLockKeywords],
    ) -> None:
        """Declare a lock, with `SnapshotLockArgs` or with the same names as keyword arguments."""
        self._declare(resource_name, args or SnapshotLockArgs(**arguments), opts)

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  (Pulumi's own name for it)
        opts: pulumi.ResourceOptions | None = None,
        *,
        region: Input[str] | None = None,
    ) -> Self:
        """Return the lock of snapshot `id`, which Pulumi reads and never changes; `region` as in `SnapshotLockArgs`."""
        return cls._existing(resource_name, id, opts, region=region)


class SnapshotLock(DynamicResource, DeclaredSnapshotLock, module="alicloud-snapshot", name="SnapshotLock"):
    """A compliance lock: until it expires, nobody can delete the snapshot, whatever their rights.

    Within its cool-off the lock can be changed and undone, which destroying the resource does. Afterwards it can
    only be extended: a destroy then fails and says until when the lock stays, or leaves it with `leave_locked`.
    """
