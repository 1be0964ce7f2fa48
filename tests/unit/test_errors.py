from __future__ import annotations

import pytest

from alicloud_snapshot_provider import errors
from alicloud_snapshot_provider.errors import Permanent, Retryable, SnapshotError

LEAVES = {
    Retryable: {"Throttled", "Unavailable", "Busy", "Incomplete", "WaitTimeout", "Cancelled"},
    Permanent: {
        "InvalidInput",
        "NotFound",
        "PermissionDenied",
        "QuotaExceeded",
        "InUse",
        "TokenMismatch",
        "SnapshotFailed",
        "FreezeFailed",
        "DrillFailed",
        "ThawFailed",
        "Rejected",
    },
}


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({}, "it failed"),
        ({"code": "Busy"}, "it failed [Busy]"),
        ({"request_id": "R-1"}, "it failed [RequestId R-1]"),
        ({"code": "Busy", "request_id": "R-1"}, "it failed [Busy, RequestId R-1]"),
        ({"remedy": "Wait."}, "it failed\n  what to do: Wait."),
        (
            {"code": "Busy", "request_id": "R-1", "remedy": "Wait."},
            "it failed [Busy, RequestId R-1]\n  what to do: Wait.",
        ),
    ],
)
def test_an_error_says_the_facts_that_it_has(facts: dict[str, str], text: str) -> None:
    assert str(SnapshotError("it failed", **facts)) == text


@pytest.mark.parametrize("root", LEAVES)
def test_every_error_is_either_retryable_or_permanent(root: type[SnapshotError]) -> None:
    assert {kind.__name__ for kind in root.__subclasses__()} == LEAVES[root]


def test_the_docstring_shows_the_whole_tree() -> None:
    assert all(name in str(errors.__doc__) for names in LEAVES.values() for name in names)
