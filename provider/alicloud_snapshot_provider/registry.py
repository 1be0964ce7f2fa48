"""The resource types by their names. Every adapter serves all of them."""

from __future__ import annotations

from collections.abc import Mapping

from .copies.resource import SnapshotCopyResource
from .drills.resource import RestoreDrillResource
from .groups.resource import SnapshotGroupResource
from .locks.resource import SnapshotLockResource
from .nouns.noun import Noun
from .rollbacks.resource import DiskRollbackResource
from .sets.resource import SnapshotSetResource
from .snapshots.resource import SnapshotResource

NOUNS: Mapping[str, type[Noun]] = {
    "Snapshot": SnapshotResource,
    "SnapshotCopy": SnapshotCopyResource,
    "SnapshotGroup": SnapshotGroupResource,
    "SnapshotSet": SnapshotSetResource,
    "DiskRollback": DiskRollbackResource,
    "SnapshotLock": SnapshotLockResource,
    "RestoreDrill": RestoreDrillResource,
}
