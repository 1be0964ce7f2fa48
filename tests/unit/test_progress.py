from __future__ import annotations

import pytest

from alicloud_snapshot_provider.ecs.models import SnapshotInfo
from alicloud_snapshot_provider.waiting.progress import duration_text, progress_text


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
