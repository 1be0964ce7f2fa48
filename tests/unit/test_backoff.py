from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alicloud_snapshot_provider.waiting.backoff import LONGEST, SHORTEST, SHORTEST_UNESTIMATED, poll_delay


@pytest.mark.parametrize(
    ("elapsed", "remaining", "seconds"),
    [
        (0, None, SHORTEST_UNESTIMATED),
        (60, None, 3),
        (3_600, None, LONGEST),
        (3_600, 10, 6),
        (0, 1, SHORTEST),
        (0, 600, LONGEST),
        (60, 0, 3),
        (60, -1, 3),
    ],
)
def test_looks_come_by_what_remains_or_else_by_what_has_passed(
    elapsed: float, remaining: float | None, seconds: float
) -> None:
    assert poll_delay(elapsed=elapsed, remaining=remaining) == seconds


@given(st.floats(0, 1e6), st.none() | st.floats(allow_nan=False))
def test_a_look_is_never_too_soon_nor_too_late(elapsed: float, remaining: float | None) -> None:
    assert SHORTEST <= poll_delay(elapsed=elapsed, remaining=remaining) <= LONGEST
