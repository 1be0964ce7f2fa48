"""The chart of stored size and cost over time, with one area for each region."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...overview.storage import Level, level_at
from ...snapshots.estimate import Price
from .formats import counted, gib_text, moment_text, money_text
from .scale import Scale, Tick

SIDE = 1_000
"""The areas are drawn in a square of this size. The page stretches it."""
_MOST_LINES = 5
_STEPS = (1, 2, 2.5, 5, 10)
_GIB_PER_TIB = 1_024
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Area:
    """One region's area with its upper edge. `hue` is the region's number, from 1."""

    region: str
    path: str
    edge: str
    hue: int


@dataclass(frozen=True, slots=True)
class HeightLine:
    """One horizontal line at `y` percent from the top."""

    y: float
    gib: str
    cost: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the table beside the chart."""

    when: str
    count: int
    gib: str
    cost: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The areas from the bottom up, the lines and ticks behind them, and the same as a table."""

    areas: Sequence[Area]
    lines: Sequence[HeightLine]
    ticks: Sequence[Tick]
    moments: Sequence[Moment]
    title: str


def chart_of(levels: Mapping[str, Sequence[Level]], scale: Scale, price: Price) -> Chart:
    """Return the chart of each region's levels. `price` is the price of a GiB."""
    times = sorted({level.at for each in levels.values() for level in each} | {scale.start, scale.end})
    gib, count = _total(levels, scale.end)
    step = _nice_step(gib)
    top = max(1, math.ceil(gib / step)) * step
    below = [0.0] * len(times)
    areas: list[Area] = []
    for hue, (region, each) in enumerate(levels.items(), start=1):
        above = [base + level_at(each, at).gib for base, at in zip(below, times, strict=True)]
        upper, lower = _stairs(scale, times, above, top), _stairs(scale, times, below, top)
        areas.append(Area(region, f"M{' L'.join([*upper, *reversed(lower)])} Z", f"M{' L'.join(upper[1:])}", hue))
        below = above
    title = f"{counted(count, 'snapshot')} store {gib_text(gib)} for {money_text(price.of(gib), price)} a month"
    return Chart(areas, _lines(step, top, price), scale.ticks(), _moments(levels, scale, price), title)


def _total(levels: Mapping[str, Sequence[Level]], at: float) -> tuple[float, int]:
    reached = [level_at(each, at) for each in levels.values()]
    return sum(level.gib for level in reached), sum(level.count for level in reached)


def _moments(levels: Mapping[str, Sequence[Level]], scale: Scale, price: Price) -> list[Moment]:
    """Return twelve times for the table, evenly over the scale, the newest first."""
    steps = 12
    rows: list[Moment] = []
    for number in range(steps, 0, -1):
        at = scale.start + (scale.end - scale.start) * number / steps
        gib, count = _total(levels, at)
        rows.append(Moment(f"{moment_text(at)} UTC", count, gib_text(gib), money_text(price.of(gib), price)))
    return rows


def _nice_step(highest: float) -> float:
    """Return a round number of GiB or TiB. At most five such steps reach the highest level."""
    unit = _GIB_PER_TIB if highest >= _GIB_PER_TIB else 1
    if highest < _LEAST:
        return _LEAST
    magnitude = 10.0 ** math.floor(math.log10(highest / unit / _MOST_LINES))
    return unit * next(step for factor in _STEPS if (step := factor * magnitude) * _MOST_LINES * unit >= highest)


def _lines(step: float, top: float, price: Price) -> list[HeightLine]:
    heights = [step * number for number in range(round(top / step) + 1)]
    unit, name = (_GIB_PER_TIB, "TiB") if top >= _GIB_PER_TIB else (1, "GiB")
    return [
        HeightLine(round(100 - 100 * gib / top, 2), f"{gib / unit:g} {name}", money_text(price.of(gib), price))
        for gib in heights
    ]


def _stairs(scale: Scale, times: Sequence[float], gib: Sequence[float], top: float) -> list[str]:
    """Return a line of steps, because a level lasts until the next snapshot."""
    points: list[str] = []
    height = 0.0
    for at, each in zip(times, gib, strict=True):
        x = round(scale.x(at) * SIDE / 100, 1)
        points += [f"{x},{_y(height, top)}", f"{x},{_y(each, top)}"]
        height = each
    return points


def _y(gib: float, top: float) -> float:
    return round(SIDE - SIDE * gib / top, 1)
