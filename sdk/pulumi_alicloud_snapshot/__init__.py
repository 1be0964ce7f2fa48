"""Disk snapshots of Alibaba Cloud ECS as declared Pulumi resources."""

from . import _pulumi_version as _pulumi_version
from ._adoption import adoption_tags
from ._guard import Change, guard_stack, snapshot_before
from ._properties.choices import CommandType, DeletionPolicy, OnFailure, Preflight, WaitUntil
from ._properties.disk_rollback import DiskRollbackArgs
from ._properties.guard_settings import GuardSettings
from ._properties.objects import DrillCheckArgs, FreezeArgs, InstanceFreezeArgs, KeepArgs
from ._properties.restore_drill import RestoreDrillArgs
from ._properties.snapshot import SnapshotArgs
from ._properties.snapshot_copy import SnapshotCopyArgs
from ._properties.snapshot_group import SnapshotGroupArgs
from ._properties.snapshot_lock import SnapshotLockArgs
from ._properties.snapshot_set import SnapshotSetArgs
from ._query import get_snapshot, get_snapshots, get_snapshots_output, restore_from
from ._resources import (
    DiskRollback,
    RestoreDrill,
    Snapshot,
    SnapshotCopy,
    SnapshotGroup,
    SnapshotLock,
    SnapshotSet,
)

__all__ = [
    "Change",
    "CommandType",
    "DeletionPolicy",
    "DiskRollback",
    "DiskRollbackArgs",
    "DrillCheckArgs",
    "FreezeArgs",
    "GuardSettings",
    "InstanceFreezeArgs",
    "KeepArgs",
    "OnFailure",
    "Preflight",
    "RestoreDrill",
    "RestoreDrillArgs",
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
