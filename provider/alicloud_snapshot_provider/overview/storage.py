"""Computes for the report what snapshots store, and how the storage grew over time.

ECS measures only the size of a whole chain. The first snapshot counts with its full size. The rest of the measured size
is shared equally by the later ones. So the sum is measured, and the share of each snapshot is an estimate.
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
    """The GiB of one snapshot, stored since `at`, in seconds since the epoch."""

    snapshot: SnapshotInfo
    at: float
    gib: float


@dataclass(frozen=True, slots=True)
class Level:
    """The GiB and the number of snapshots that are stored from `at` on."""

    at: float
    gib: float
    count: int


def shares(chain: Chain) -> list[Stored]:
    """Return what each snapshot of the chain stores, the oldest first. Failed and uncut ones store nothing.

    If ECS did not measure the chain, each snapshot counts with its full size, the upper limit.
    """
    holding = [(each, each.cut_at) for each in chain.snapshots if each.cut_at and not each.failed]
    sizes = _sizes([each for each, _ in holding], chain.stored_gib)
    return [Stored(snapshot, cut.timestamp(), gib) for (snapshot, cut), gib in zip(holding, sizes, strict=True) if cut]


def stored_gib(chain: Chain) -> float:
    """Return the size of the whole chain in GiB, measured or else the upper limit."""
    return sum(share.gib for share in shares(chain))


def history(chains: Iterable[Chain]) -> list[Level]:
    """Return the levels of storage over time, the oldest first, from the snapshots that exist today."""
    levels: list[Level] = []
    gib, count = 0.0, 0
    for share in sorted((share for chain in chains for share in shares(chain)), key=lambda share: share.at):
        gib, count = gib + share.gib, count + 1
        if levels and levels[-1].at == share.at:
            levels.pop()
        levels.append(Level(share.at, gib, count))
    return levels


def level_at(levels: Sequence[Level], at: float) -> Level:
    """Return the level at a time."""
    reached = bisect_right(levels, at, key=lambda level: level.at)
    return levels[reached - 1] if reached else Level(at, 0.0, 0)


def full_gib(snapshot: SnapshotInfo) -> float:
    """Return the GiB of data in the snapshot, or the size of its disk if ECS does not tell it."""
    stored = snapshot.full_snapshot_size_in_bytes
    return stored / GIB if stored else float(snapshot.source_disk_size)


def _sizes(snapshots: Sequence[SnapshotInfo], measured: float | None) -> list[float]:
    if not snapshots or measured is None:
        return [full_gib(each) for each in snapshots]
    later = len(snapshots) - 1
    first = measured if later == 0 else min(measured, full_gib(snapshots[0]))
    return [first, *[(measured - first) / later for _ in range(later)]]
