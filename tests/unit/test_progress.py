from __future__ import annotations

import pytest

from alicloud_snapshot_provider.ecs.models import SnapshotInfo
from alicloud_snapshot_provider.waiting.progress import (
    MOST_LINES,
    LineLimit,
    Milestones,
    SlowestProgress,
    duration_text,
    progress_text,
)


@pytest.mark.parametrize(
    ("info", "text"),
    [
        (SnapshotInfo("s-1"), "snapshot s-1 0 %"),
        (SnapshotInfo("s-1", progress="45%", remain_time=130), "snapshot s-1 45 %, about 2 min left"),
        (SnapshotInfo("s-1", progress="0%", remain_time=-1), "snapshot s-1 0 %"),
        (SnapshotInfo("s-1", progress="45%", available=True), "snapshot s-1 45 %, already available"),
        (
            SnapshotInfo("s-1", progress="100%", available=True, status="accomplished", remain_time=0),
            "snapshot s-1 100 %",
        ),
    ],
)
def test_progress_is_one_short_line(info: SnapshotInfo, text: str) -> None:
    assert progress_text(info) == text


def test_each_twentieth_of_a_snapshot_and_its_availability_are_told_once() -> None:
    told: list[str] = []
    milestones = Milestones(told.append)
    for percent in (0, 0, 4, 5, 7, 12):
        milestones.hear(SnapshotInfo("s-1", progress=f"{percent}%"))
    milestones.hear(SnapshotInfo("s-2", progress="12%"))
    for available in (False, True, True):
        milestones.hear(SnapshotInfo("s-1", progress="13%", available=available))

    assert told == [
        "snapshot s-1 0 %",
        "snapshot s-1 5 %",
        "snapshot s-1 12 %",
        "snapshot s-2 12 %",
        "snapshot s-1 13 %, already available",
    ]


def test_more_than_twenty_lines_in_a_second_are_dropped_until_the_next_second() -> None:
    seconds = [1.0] * 30 + [2.9] * 30
    limit = LineLimit(iter(seconds).__next__)

    assert [limit.allows() for _ in seconds] == ([True] * MOST_LINES + [False] * 10) * 2


def test_of_several_snapshots_the_slowest_is_passed_on_whenever_it_has_got_on() -> None:
    passed_on: list[tuple[str, int]] = []
    slowest = SlowestProgress(lambda info: passed_on.append((info.snapshot_id, info.percent)))
    for name, percent in (("s-1", 0), ("s-2", 0), ("s-1", 50), ("s-2", 0), ("s-2", 20), ("s-1", 60), ("s-2", 20)):
        slowest.hear(SnapshotInfo(name, progress=f"{percent}%"))
    slowest.ended("s-2")
    slowest.hear(SnapshotInfo("s-1", progress="70%"))

    assert passed_on == [("s-1", 0), ("s-2", 20), ("s-1", 70)]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (45.4, "45 s"),
        (59.6, "1 min"),
        (90, "2 min"),
        (3_599, "1 h"),
        (4_800, "1 h 20 min"),
        (86_399, "1 d"),
        (86_400 + 3 * 3_600, "1 d 3 h"),
        (30 * 86_400, "30 d"),
    ],
)
def test_a_duration_shows_the_two_units_that_matter(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text
