"""Groups snapshots into chains, one for each disk, and judges how well each chain protects its disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from ..ecs.models import DiskInfo, SnapshotInfo
from ..ledger.records import Recorded
from ..snapshots.estimate import GIB
from ..snapshots.preflight import has_no_snapshots
from ..waiting.progress import duration_text
from .inventory import Inventory


class Cover(Enum):
    """How well a disk is protected; the worst comes first."""

    NONE = "unprotected"
    STALE = "stale"
    GOOD = "protected"
    IMPOSSIBLE = "no snapshots possible"
    DELETED = "disk deleted"
    COPY = "copies"


@dataclass(frozen=True, slots=True)
class Chain:
    """The snapshots of one disk, the oldest first. `disk` is None if the disk is deleted.

    `stored_gib` is the size that ECS measured for the whole chain, None if it is not known.
    """

    region: str
    disk_id: str
    disk: DiskInfo | None = None
    snapshots: Sequence[SnapshotInfo] = ()
    stored_gib: float | None = None

    @property
    def is_copy(self) -> bool:
        """Whether these are copies from another region. No disk of this region can be rolled back to them."""
        return any(each.source_snapshot_id for each in self.snapshots)

    @property
    def full(self) -> SnapshotInfo | None:
        """The full snapshot: the oldest one that did not fail. Later ones store only changes."""
        return next((each for each in self.snapshots if not each.failed), None)

    @property
    def newest(self) -> SnapshotInfo | None:
        """The newest usable snapshot."""
        return next((each for each in reversed(self.snapshots) if is_usable(each)), None)


@dataclass(frozen=True, slots=True)
class Protection:
    """How well a chain protects its disk, and why. `age` is the age of the newest usable snapshot in seconds."""

    chain: Chain
    cover: Cover
    reason: str
    age: float | None = None


def is_usable(snapshot: SnapshotInfo) -> bool:
    """Tell whether a disk can be restored from the snapshot: it is cut, and is accomplished or available."""
    return bool(snapshot.cut_at) and not snapshot.failed and (snapshot.accomplished or snapshot.available)


def chains_of(inventory: Inventory) -> list[Chain]:
    """Return one chain for each disk, each deleted disk with snapshots, and each disk with copies here."""
    disks = {disk.disk_id: disk for disk in inventory.disks}
    by_link: dict[str, list[SnapshotInfo]] = defaultdict(list)
    for snapshot in inventory.snapshots:
        by_link[snapshot.snapshot_link_id or snapshot.source_disk_id].append(snapshot)
    chains = [_chain(inventory, link_id, members, disks) for link_id, members in sorted(by_link.items())]
    protected = {chain.disk_id for chain in chains if chain.disk}
    bare = [Chain(inventory.region, disk.disk_id, disk) for disk in inventory.disks if disk.disk_id not in protected]
    return [*chains, *bare]


def protection(chain: Chain, now: float, max_age: float) -> Protection:
    """Judge a chain at `now`. It is stale if its newest snapshot is older than `max_age` seconds."""
    if chain.disk is None:
        return _without_disk(chain, now)
    if has_no_snapshots(chain.disk):
        return Protection(chain, Cover.IMPOSSIBLE, f"{chain.disk.category} disks have no snapshots: copy the data")
    age = age_of(chain.newest, now)
    if age is None:
        return Protection(chain, Cover.NONE, _why_none(chain))
    cover = Cover.STALE if age > max_age else Cover.GOOD
    return Protection(chain, cover, f"newest snapshot is {duration_text(age)} old", age)


def _chain(inventory: Inventory, link_id: str, members: Sequence[SnapshotInfo], disks: dict[str, DiskInfo]) -> Chain:
    disk_id = members[0].source_disk_id
    copies = any(each.source_snapshot_id for each in members)
    measured = inventory.chains.get(link_id)
    return Chain(
        region=inventory.region,
        disk_id=disk_id,
        disk=None if copies else disks.get(disk_id),
        snapshots=sorted(members, key=_recency),
        stored_gib=measured.stored_bytes / GIB if measured else None,
    )


def _recency(snapshot: SnapshotInfo) -> tuple[bool, float, str]:
    """Return a sort key: the time of the cut. A snapshot without a cut is the newest."""
    cut = snapshot.cut_at
    return (cut is None, cut.timestamp() if cut else 0.0, snapshot.snapshot_id)


def _without_disk(chain: Chain, now: float) -> Protection:
    age = age_of(chain.newest, now)
    if chain.is_copy:
        origins = sorted({each.source_region_id for each in chain.snapshots if each.source_region_id})
        return Protection(chain, Cover.COPY, f"copied from {', '.join(origins) or 'another region'}", age)
    return Protection(chain, Cover.DELETED, "the disk is gone, its snapshots are still paid for", age)


def age_of(record: Recorded | None, now: float) -> float | None:
    """Return the seconds since the cut of a record, None if there is no record or no cut."""
    return max(0.0, now - record.cut_at.timestamp()) if record and record.cut_at else None


def _why_none(chain: Chain) -> str:
    under_way = next((each for each in chain.snapshots if not each.failed), None)
    if under_way:
        return f"no usable snapshot yet: {under_way.snapshot_id} is at {under_way.percent} %"
    if chain.snapshots:
        return f"no usable snapshot: {'all failed' if len(chain.snapshots) > 1 else 'the only one failed'}"
    return "no snapshot at all"
