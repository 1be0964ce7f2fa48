"""The resources that a stack declares, as the dynamic provider serves them: Python needs no plugin."""

from __future__ import annotations

from ._declared_resource import DynamicResource
from ._properties.disk_rollback import DeclaredDiskRollback
from ._properties.restore_drill import DeclaredRestoreDrill
from ._properties.snapshot import DeclaredSnapshot
from ._properties.snapshot_copy import DeclaredSnapshotCopy
from ._properties.snapshot_group import DeclaredSnapshotGroup
from ._properties.snapshot_lock import DeclaredSnapshotLock
from ._properties.snapshot_set import DeclaredSnapshotSet


class Snapshot(DynamicResource, DeclaredSnapshot):
    """A snapshot of one disk. What depends on it starts only when the snapshot is safe.

    Pulumi creates the resource when the snapshot has reached `wait_until`. An image or a disk that is made from
    `snapshot.id` waits for that. The snapshot keeps what was on the disk at `creation_time`, and nothing that was
    written later.
    """


class SnapshotGroup(DynamicResource, DeclaredSnapshotGroup):
    """Crash-consistent snapshots of several disks, all cut at the same moment. Use it for a striped volume.

    Pulumi creates the resource when every member has reached `wait_until`. `snapshot_ids` then has the snapshot of
    each disk. ECS gives the members no retention: they stay until the group is deleted.
    """


class SnapshotSet(DynamicResource, DeclaredSnapshotSet):
    """One resource for the snapshots of any number of disks.

    Each disk is cut on its own. A `SnapshotGroup` cuts up to 16 disks at one moment. Pulumi creates the resource when
    every member has reached `wait_until`. If some disks have no snapshot, the other snapshots stay, and the next
    `pulumi up` takes only the missing ones.
    """


class SnapshotCopy(DynamicResource, DeclaredSnapshotCopy):
    """A copy of a snapshot in another region. The copy can be encrypted.

    Pulumi creates the resource when the copy is accomplished. The default time-out is 4 hours plus 30 seconds per
    GiB: the first copy of a disk moves every used block between the regions. ECS cannot roll a disk back to a copy,
    but it makes disks and images of the copy's region from it.
    """


class SnapshotLock(DynamicResource, DeclaredSnapshotLock):
    """A compliance lock. Until it expires, nobody can delete the snapshot, whatever their permissions.

    During the cool-off you can change the lock, and a destroy of the resource removes it. Afterwards you can only
    extend it. A destroy then fails and says until when the lock stays; with `leave_locked` it leaves the lock.
    """


class DiskRollback(DynamicResource, DeclaredDiskRollback):
    """One disk or several disks go back to their snapshots. Everything written to them since then is lost.

    Pulumi rolls the disks back when it creates the resource, and again when the snapshots or `triggers` change. The
    preview warns and names the point in time. Safety snapshots are taken first. Later writes to the disks are no
    drift. A destroy of the resource changes nothing in the cloud. The instances must be stopped, or `stop_instance`
    must be set. If ECS refuses some of several disks, the instances stay stopped until the next `pulumi up` has
    rolled back the rest.
    """


class RestoreDrill(DynamicResource, DeclaredRestoreDrill):
    """Snapshots are restored to temporary disks and checked. What passes is recorded on them as proven.

    Pulumi runs the drill when it creates the resource, and again when the snapshots or `triggers` change. If a check
    fails, the `up` fails: what depends on the drill starts only when the snapshots are proven. The temporary disks
    are always detached and deleted. If a run dies, the next one removes its disks.
    """
