"""Where moments lie on a time line, which marks its scale has, and what the chart of sizes shows."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alicloud_snapshot_provider.cli.report.chart import SIDE, chart_of
from alicloud_snapshot_provider.cli.report.formats import counted, gib_text, written
from alicloud_snapshot_provider.cli.report.scale import Scale
from alicloud_snapshot_provider.overview.storage import Level
from alicloud_snapshot_provider.snapshots.estimate import Price

DAY = 86_400.0
NOW = datetime(2026, 3, 10, 14, 30, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (1.25, ["12:00", "18:00", "10 Mar", "06:00", "12:00"]),
        (9, ["02 Mar", "03 Mar", "04 Mar", "05 Mar", "06 Mar", "07 Mar", "08 Mar", "09 Mar", "10 Mar"]),
        (60, ["12 Jan", "19 Jan", "26 Jan", "02 Feb", "09 Feb", "16 Feb", "23 Feb", "02 Mar", "09 Mar"]),
        (400, ["Apr 2025", "Jul 2025", "Oct 2025", "Jan 2026"]),
        (3000, ["2018", "2019", "2020", "2021", "2022", "2023", "2024", "2025", "2026"]),
    ],
)
def test_the_scale_has_marks_at_round_moments(days: float, labels: list[str]) -> None:
    shown = [tick.label for tick in Scale(NOW - days * DAY, NOW).ticks()]
    assert shown == labels


@given(st.floats(0.5, 20_000), st.floats(0, 4e9))
def test_a_scale_of_any_length_has_a_few_marks_in_order(days: float, end: float) -> None:
    scale = Scale(end, end + days * DAY)
    ticks = scale.ticks()
    assert 1 <= len(ticks) <= 10
    assert [tick.x for tick in ticks] == sorted({tick.x for tick in ticks})
    assert all(0 <= tick.x <= 100 for tick in ticks)
    assert not any(first.minor and second.minor for first, second in pairwise(ticks))


def test_a_moment_before_the_scale_lies_at_its_beginning() -> None:
    scale = Scale(NOW - DAY, NOW)
    assert scale.x(NOW - 9 * DAY) == scale.x(NOW - DAY) < scale.x(NOW)


def test_regions_are_stacked_and_the_uppermost_edge_ends_at_the_sum() -> None:
    levels = {"cn-hangzhou": [Level(NOW - 5 * DAY, 40, 1)], "cn-beijing": [Level(NOW - DAY, 35, 1)]}
    chart = chart_of(levels, Scale(NOW - 10 * DAY, NOW), Price(0.02))
    assert [area.region for area in chart.areas] == ["cn-hangzhou", "cn-beijing"]
    ends = [float(area.edge.rpartition(",")[2]) for area in chart.areas]
    assert ends == [SIDE - SIDE * 40 / 80, SIDE - SIDE * 75 / 80]
    assert chart.title == "2 snapshots store 75 GiB for USD 1.50 a month"
    assert [(line.gib, line.cost) for line in chart.lines] == [
        ("0 GiB", "USD 0.00"),
        ("20 GiB", "USD 0.40"),
        ("40 GiB", "USD 0.80"),
        ("60 GiB", "USD 1.20"),
        ("80 GiB", "USD 1.60"),
    ]


@given(st.floats(0, 1e7))
def test_the_highest_level_has_room_under_a_few_round_lines(gib: float) -> None:
    chart = chart_of({"cn-hangzhou": [Level(NOW - DAY, gib, 1)]}, Scale(NOW - 10 * DAY, NOW), Price(0.02))
    assert 2 <= len(chart.lines) <= 6
    heights = [float(point.partition(",")[2]) for point in chart.areas[0].edge.removeprefix("M").split(" L")]
    assert all(0 <= height <= SIDE for height in heights)
    assert chart.lines[0].y == 100
    assert chart.lines[-1].y == 0


def test_large_levels_are_drawn_in_tebibytes() -> None:
    chart = chart_of({"cn-hangzhou": [Level(NOW - DAY, 3000, 1)]}, Scale(NOW - 10 * DAY, NOW), Price(0.02))
    assert [line.gib for line in chart.lines] == ["0 TiB", "1 TiB", "2 TiB", "3 TiB"]


@pytest.mark.parametrize(
    ("gib", "text"), [(0, "0 GiB"), (0.44, "0.4 GiB"), (12, "12 GiB"), (130.4, "130 GiB"), (1536, "1.5 TiB")]
)
def test_sizes_are_told_as_people_tell_them(gib: float, text: str) -> None:
    assert gib_text(gib) == text


def test_one_thing_is_not_many() -> None:
    assert [counted(number, "disk") for number in (0, 1, 2_000)] == ["0 disks", "1 disk", "2,000 disks"]


def test_invisible_characters_of_a_name_are_spelled_out() -> None:
    assert written("web\u202egnp\x00\n名") == "web\\u202egnp\\u0000\\u000a名"
    assert written(3) == 3
