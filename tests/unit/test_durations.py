from __future__ import annotations

import pytest

from alicloud_snapshot_provider.nouns.durations import duration_seconds


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("30m", 1_800), ("12h", 43_200), ("7d", 604_800), ("0s", 0)]
)
def test_a_duration_has_a_number_and_a_unit(text: str, seconds: float) -> None:
    assert duration_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "12", "h", "1w", "1h30m", "-1h", "1.5h", "1 h", "1234567s", "12H", "1h\n"])
def test_anything_else_is_no_duration(text: str) -> None:
    assert duration_seconds(text) is None
