"""Estimates the next snapshot of a disk: full or incremental, duration, size and cost."""

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
    """The price of a GiB in a month. `currency` is a code such as USD."""

    per_gib_month: float = DEFAULT_PER_GIB_MONTH
    currency: str = "USD"

    def of(self, gib: float) -> float:
        """Return the cost of so many GiB in a month."""
        return gib * self.per_gib_month

    def text(self, cost: float) -> str:
        """Return a cost as text."""
        return f"{self.currency} {cost:.2f} a month"

    def key(self, what: str) -> str:
        """Return the name of a cost in JSON, such as usd_a_month for "a_month"."""
        return f"{self.currency.lower()}_{what}"


DEFAULT_PRICE = Price()


@dataclass(frozen=True, slots=True)
class Estimate:
    """The estimate: at most `gib` GiB in `seconds` seconds. Ages and durations are in seconds, too."""

    full: bool
    gib: float
    seconds: float
    monthly_cost: float
    previous: SnapshotInfo | None = None
    previous_age: float | None = None
    previous_seconds: float | None = None


def estimate(situation: Situation, disk: DiskInfo, price: Price) -> Estimate:
    """Estimate the next snapshot of the disk.

    The first snapshot stores every used block. A later one stores what has changed since, which ECS does not say
    before. So the size is at most the disk's size, and the duration is that of the previous snapshot.
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
    """Return how long the upload took. ECS last modifies a snapshot when it is accomplished."""
    ended = moment(snapshot.last_modified_time)
    if ended is None or snapshot.cut_at is None or ended <= snapshot.cut_at:
        return None
    return (ended - snapshot.cut_at).total_seconds()
