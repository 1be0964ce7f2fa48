"""What one scenario measured."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.bench.processes import Cost

SNAPSHOT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Goal:
    """One promise, and whether the measurement keeps it."""

    text: str
    measured: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Result:
    """One way of taking `count` snapshots of 60 s. Times are seconds; `lags` are sorted.

    So many `foreign` ones are in the region before. `describes` are the Describe calls of the `up`, `others` its
    ListTagResources calls. The engine's own share is `noop_seconds`: an `up` that changes nothing. `preview_calls` and
    `noop_calls` count all calls to ECS.
    """

    way: str
    count: int
    wall: float
    describes: int
    others: int
    foreign: int = 0
    lags: list[float] = field(default_factory=list)
    cost: Cost = field(default_factory=Cost)
    noop_seconds: float = 0.0
    noop_calls: int = 0
    preview_seconds: float = 0.0
    preview_calls: int = 0

    @property
    def stretch(self) -> float:
        """Wall time without the engine's own, over the longest snapshot's time."""
        return (self.wall - self.noop_seconds) / SNAPSHOT_SECONDS

    def lag(self, share: float) -> float:
        """Return the lag below which `share` of the snapshots were found ready."""
        return self.lags[min(len(self.lags) - 1, int(share * len(self.lags)))] if self.lags else float("nan")
