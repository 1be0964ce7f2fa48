"""Disk snapshots of Alibaba Cloud ECS as declared Pulumi resources."""

from ._adoption import adoption_tags
from ._arguments import DeletionPolicy, Preflight, WaitUntil
from ._disk_rollback import DiskRollback, DiskRollbackArgs
from ._freeze import CommandType, FreezeArgs, InstanceFreezeArgs, OnFailure
from ._guard import Change, GuardSettings, guard_stack, snapshot_before
from ._query import get_snapshot, get_snapshots, get_snapshots_output, restore_from
from ._snapshot import Snapshot, SnapshotArgs
from ._snapshot_copy import SnapshotCopy, SnapshotCopyArgs
from ._snapshot_group import SnapshotGroup, SnapshotGroupArgs
from ._snapshot_lock import SnapshotLock, SnapshotLockArgs
from ._snapshot_set import SnapshotSet, SnapshotSetArgs

__all__ = [
    "Change",
    "CommandType",
    "DeletionPolicy",
    "DiskRollback",
    "DiskRollbackArgs",
    "FreezeArgs",
    "GuardSettings",
    "InstanceFreezeArgs",
    "OnFailure",
    "Preflight",
    "Snapshot",
    "SnapshotArgs",
    "SnapshotCopy",
    "SnapshotCopyArgs",
    "SnapshotGroup",
    "SnapshotGroupArgs",
    "SnapshotLock",
    "SnapshotLockArgs",
    "SnapshotSet",
    "SnapshotSetArgs",
    "WaitUntil",
    "adoption_tags",
    "get_snapshot",
    "get_snapshots",
    "get_snapshots_output",
    "guard_stack",
    "restore_from",
    "snapshot_before",
]
