"""What a snapshot will be like: full or incremental, how long, how large, how dear."""

from __future__ import annotations

from dataclasses import dataclass

from ..ecs.models import DiskInfo, SnapshotInfo
from ..ecs.wire_format import moment
from .situation import Situation
from .spec import SECONDS_PER_GIB

DEFAULT_PER_GIB_MONTH = 0.0173
"""USD per GiB and month for standard snapshots: the cn-hangzhou example of ECS's billing page, "Snapshots"."""
GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Price:
    """What a GiB costs in a month, in the currency of this code."""

    per_gib_month: float = DEFAULT_PER_GIB_MONTH
    currency: str = "USD"

    def of(self, gib: float) -> float:
        """Return what so much costs in a month."""
        return gib * self.per_gib_month

    def text(self, cost: float) -> str:
        """Return a cost in words."""
        return f"{self.currency} {cost:.2f} a month"

    def key(self, what: str) -> str:
        """Return the name of a cost in JSON, such as usd_a_month."""
        return f"{self.currency.lower()}_{what}"


DEFAULT_PRICE = Price()


@dataclass(frozen=True, slots=True)
class Estimate:
    """`gib` is the most that the snapshot can store, None where unknown; `seconds` its expected duration."""

    full: bool
    gib: float
    seconds: float
    monthly_cost: float
    previous: SnapshotInfo | None = None
    previous_age: float | None = None
    previous_seconds: float | None = None


def estimate(situation: Situation, disk: DiskInfo, price: Price) -> Estimate:
    """Estimate the next snapshot of the disk; `price` is what a GiB costs.

    The first snapshot stores every used block, so at most the disk's size. A later one stores what changed since,
    which ECS does not tell beforehand: the disk's size bounds it, and the previous duration is the best guess.
    """
    previous = situation.previous
    age, took = (_age(previous, situation.now), _duration(previous)) if previous else (None, None)
    return Estimate(
        full=previous is None,
        gib=disk.size,
        seconds=took or disk.size * SECONDS_PER_GIB,
        monthly_cost=price.of(disk.size),
        previous=previous,
        previous_age=age,
        previous_seconds=took,
    )


def _age(snapshot: SnapshotInfo, now: float) -> float | None:
    return max(0.0, now - snapshot.cut_at.timestamp()) if snapshot.cut_at else None


def _duration(snapshot: SnapshotInfo) -> float | None:
    """Return how long the upload took: ECS modifies a snapshot for the last time when it is accomplished."""
    ended = moment(snapshot.last_modified_time)
    if ended is None or snapshot.cut_at is None or ended <= snapshot.cut_at:
        return None
    return (ended - snapshot.cut_at).total_seconds()
