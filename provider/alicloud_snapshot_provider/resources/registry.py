"""The declared nouns by their names; every adapter serves all of them."""

from __future__ import annotations

from collections.abc import Mapping

from .disk_rollback import DiskRollbackResource
from .noun import Noun
from .snapshot import SnapshotResource
from .snapshot_copy import SnapshotCopyResource
from .snapshot_group import SnapshotGroupResource
from .snapshot_lock import SnapshotLockResource
from .snapshot_set import SnapshotSetResource

NOUNS: Mapping[str, type[Noun]] = {
    "Snapshot": SnapshotResource,
    "SnapshotCopy": SnapshotCopyResource,
    "SnapshotGroup": SnapshotGroupResource,
    "SnapshotSet": SnapshotSetResource,
    "DiskRollback": DiskRollbackResource,
    "SnapshotLock": SnapshotLockResource,
}
