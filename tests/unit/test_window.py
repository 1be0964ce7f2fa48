from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from alicloud_snapshot_provider.snapshots.window import parse_window


def at(text: str, zone: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


@pytest.mark.parametrize(
    ("window", "time", "inside"),
    [
        ("01:00-05:00", "00:59:59", False),
        ("01:00-05:00", "01:00:00", True),
        ("01:00-05:00", "04:59:59", True),
        ("01:00-05:00", "05:00:00", False),
        ("22:00-04:00", "21:59:59", False),
        ("22:00-04:00", "22:00:00", True),
        ("22:00-04:00", "00:00:00", True),
        ("22:00-04:00", "03:59:59", True),
        ("22:00-04:00", "04:00:00", False),
        ("22:00-00:00", "23:59:59", True),
        ("22:00-00:00", "00:00:00", False),
    ],
)
def test_a_window_begins_at_its_start_and_has_ended_at_its_end(window: str, time: str, inside: bool) -> None:
    assert parse_window(f"{window} Asia/Shanghai").contains(at(f"2026-03-01T{time}", "Asia/Shanghai")) is inside


@pytest.mark.parametrize(
    ("zone", "inside"), [("Asia/Shanghai", True), ("UTC", False), ("America/New_York", False), ("Asia/Tokyo", True)]
)
def test_the_hours_are_those_of_the_windows_own_zone(zone: str, inside: bool) -> None:
    assert parse_window(f"01:00-05:00 {zone}").contains(at("2026-03-01T02:00", "Asia/Shanghai")) is inside


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        ("2026-03-29T00:59:00", False),  # 01:59 winter time
        ("2026-03-29T01:00:00", True),  # the clock jumps to 03:00 summer time
        ("2026-10-25T00:30:00", True),  # 02:30 summer time
        ("2026-10-25T01:30:00", True),  # 02:30 winter time
        ("2026-10-25T03:00:00", False),  # 04:00 winter time
    ],
)
def test_a_window_follows_the_wall_clock_when_the_clocks_change(moment: str, inside: bool) -> None:
    assert parse_window("02:00-04:00 Europe/Berlin").contains(at(moment, "UTC")) is inside


def test_a_window_is_shown_as_it_is_written() -> None:
    assert str(parse_window(" 01:00-05:00  Asia/Shanghai ")) == "01:00-05:00 Asia/Shanghai"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "01:00-05:00",
        "01:00 Asia/Shanghai",
        "01:00-25:00 Asia/Shanghai",
        "1-5 Asia/Shanghai",
        "01:00+02:00-05:00 UTC",
        "01:00-01:00 UTC",
        "01:00-05:00 Nowhere/Land",
        "01:00-05:00 Asia",
        "01:00-05:00 ../UTC",
        "night Asia/Shanghai",
    ],
)
def test_anything_else_is_no_window(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (rules.window has the text)
        parse_window(text)
