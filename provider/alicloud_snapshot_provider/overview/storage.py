"""What snapshots store, and how that came together over time.

ECS measures a chain as a whole. Its first snapshot is given its full size, and what the chain stores beyond that is
spread evenly over the later ones: the sum is measured, the steps on the way to it are an estimate.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..ecs.models import SnapshotInfo
from ..snapshots.estimate import GIB
from .chains import Chain


@dataclass(frozen=True, slots=True)
class Stored:
    """GiB that one snapshot stores since `at`, in seconds since the epoch."""

    snapshot: SnapshotInfo
    at: float
    gib: float


@dataclass(frozen=True, slots=True)
class Level:
    """The GiB and the snapshots that are stored from `at` on."""

    at: float
    gib: float
    count: int


def shares(chain: Chain) -> list[Stored]:
    """Return what each snapshot of the chain stores, oldest first; what failed or is not cut yet stores nothing.

    Where ECS did not measure the chain, each is taken for its full size, which it cannot exceed.
    """
    holding = [(each, each.cut_at) for each in chain.snapshots if each.cut_at and not each.failed]
    sizes = _sizes([each for each, _ in holding], chain.stored_gib)
    return [Stored(snapshot, cut.timestamp(), gib) for (snapshot, cut), gib in zip(holding, sizes, strict=True) if cut]


def stored_gib(chain: Chain) -> float:
    """Return what the chain stores in all: measured, or else the most that it can be."""
    return sum(share.gib for share in shares(chain))


def history(chains: Iterable[Chain]) -> list[Level]:
    """Return the levels that the snapshots existing today were built up in, oldest first."""
    levels: list[Level] = []
    gib, count = 0.0, 0
    for share in sorted((share for chain in chains for share in shares(chain)), key=lambda share: share.at):
        gib, count = gib + share.gib, count + 1
        if levels and levels[-1].at == share.at:
            levels.pop()
        levels.append(Level(share.at, gib, count))
    return levels


def level_at(levels: Sequence[Level], at: float) -> Level:
    """Return the level that held at a moment."""
    reached = bisect_right(levels, at, key=lambda level: level.at)
    return levels[reached - 1] if reached else Level(at, 0.0, 0)


def full_gib(snapshot: SnapshotInfo) -> float:
    """Return what a disk made from the snapshot would hold, the disk's size where ECS does not tell."""
    stored = snapshot.full_snapshot_size_in_bytes
    return stored / GIB if stored else float(snapshot.source_disk_size)


def _sizes(snapshots: Sequence[SnapshotInfo], measured: float | None) -> list[float]:
    if not snapshots or measured is None:
        return [full_gib(each) for each in snapshots]
    later = len(snapshots) - 1
    first = measured if later == 0 else min(measured, full_gib(snapshots[0]))
    return [first, *[(measured - first) / later for _ in range(later)]]
