from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alicloud_snapshot_provider.ecs.models import SnapshotInfo
from alicloud_snapshot_provider.ledger.intent import GENERATION_TAG, generation_of
from alicloud_snapshot_provider.ledger.ownership import EARLIER_BEING_CREATED_TAG as BEING_CREATED_TAG
from alicloud_snapshot_provider.ledger.ownership import ownership_in
from alicloud_snapshot_provider.ledger.retention import Fate, retention_plan

STATUSES = ("accomplished", "accomplished", "accomplished", "progressing", "failed", "", "unheard-of")
"""Accomplished ones are the most, as in life."""


def member(generation: int, status: str = "accomplished", being_created: bool = False) -> SnapshotInfo:
    mark = {BEING_CREATED_TAG: "true"} if being_created else {}
    return SnapshotInfo(f"s-{generation}", status=status, tags={GENERATION_TAG: str(generation), **mark})


SERIES = st.lists(
    st.builds(member, st.integers(1, 1_000), st.sampled_from(STATUSES), st.booleans()),
    max_size=12,
    unique_by=generation_of,
)


def complete(members: list[SnapshotInfo]) -> list[SnapshotInfo]:
    """Return the members that hold something and belong to the state or the history, newest first."""
    done = [each for each in members if each.accomplished and not ownership_in(each.tags).being_created]
    return sorted(done, key=generation_of, reverse=True)


@given(SERIES, st.integers(-1, 4))
def test_exactly_the_newest_accomplished_ones_stay_and_never_none(members: list[SnapshotInfo], keep_last: int) -> None:
    plan = retention_plan(members, keep_last)

    kept = [verdict.member for verdict in plan if verdict.fate is Fate.KEEP]
    assert complete(kept) == complete(members)[: max(1, keep_last)]


@given(SERIES, st.integers(1, 4))
def test_every_member_is_judged_once_newest_first(members: list[SnapshotInfo], keep_last: int) -> None:
    judged = [verdict.member for verdict in retention_plan(members, keep_last)]

    assert judged == sorted(members, key=generation_of, reverse=True)


@given(SERIES, st.integers(1, 4))
def test_what_is_not_complete_only_goes_where_it_failed(members: list[SnapshotInfo], keep_last: int) -> None:
    incomplete = [verdict for verdict in retention_plan(members, keep_last) if verdict.member not in complete(members)]

    removed = {verdict.member.status for verdict in incomplete if verdict.fate is Fate.REMOVE}
    assert removed <= {"failed"}


@pytest.mark.parametrize(
    ("members", "keep_last", "reasons"),
    [
        (
            [member(1), member(2), member(3)],
            2,
            [
                "keep s-3 (generation 3): it is among the newest 2",
                "keep s-2 (generation 2): it is among the newest 2",
                "remove s-1 (generation 1): 2 newer accomplished ones are kept",
            ],
        ),
        (
            [member(1), member(2, "failed"), member(3, being_created=True)],
            1,
            [
                "keep s-3 (generation 3): it is being created",
                "remove s-2 (generation 2): it failed and holds nothing",
                "keep s-1 (generation 1): it is among the newest 1",
            ],
        ),
        (
            [member(1, ""), member(2, "progressing")],
            0,
            [
                "keep s-2 (generation 2): it is progressing",
                "keep s-1 (generation 1): it is in an unknown status",
            ],
        ),
    ],
)
def test_every_verdict_says_why(members: list[SnapshotInfo], keep_last: int, reasons: list[str]) -> None:
    assert [str(verdict) for verdict in retention_plan(members, keep_last)] == reasons
