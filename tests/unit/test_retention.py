from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alicloud_snapshot_provider.ecs.models import SnapshotGroupInfo, SnapshotInfo
from alicloud_snapshot_provider.ledger.intent import GENERATION_TAG, generation_of
from alicloud_snapshot_provider.ledger.keep import Keep, keep_reasons
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


def dated(name: str, day: int, disks: frozenset[str], status: str = "accomplished") -> SnapshotGroupInfo:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=7 * day)
    return SnapshotGroupInfo(
        name, status=status, creation_time=f"{moment:%Y-%m-%dT%H:%M:%SZ}", snapshot_ids=dict.fromkeys(disks, "s")
    )


DATED = st.lists(
    st.tuples(st.integers(0, 300), st.frozensets(st.sampled_from(["d-1", "d-2", "d-3"])), st.sampled_from(STATUSES)),
    max_size=14,
    unique_by=lambda each: each[0],
).map(lambda drawn: [dated(f"ssg-{day}", day, disks, status) for day, disks, status in drawn])
KEEPS = st.lists(
    st.builds(Keep, last=st.integers(0, 2), daily=st.integers(-1, 3), monthly=st.integers(1, 2)), min_size=1, max_size=2
)


@given(DATED, st.integers(1, 3), KEEPS)
def test_what_keep_or_keep_last_keeps_for_one_of_its_disks_stays_and_nothing_else(
    members: list[SnapshotGroupInfo], keep_last: int, keep: list[Keep]
) -> None:
    staying: set[str] = set()
    good = sorted((each for each in members if each.accomplished), key=lambda each: each.creation_time, reverse=True)
    for disk in {disk for each in good for disk in each.snapshot_ids or {"": ""}}:
        of_disk = [each for each in good if disk in (each.snapshot_ids or {"": ""})]
        staying |= {each.record_id for each in of_disk[:keep_last]}
        for rules in keep:
            told = keep_reasons(rules, [each.cut_at for each in of_disk if each.cut_at])
            staying |= {each.record_id for each, words in zip(of_disk, told, strict=True) if words}

    plan = retention_plan(members, keep_last, keep)

    kept = {each.member.record_id for each in plan if each.fate is Fate.KEEP and each.member.accomplished}
    assert kept == staying


def test_each_is_told_the_rules_that_keep_it_once() -> None:
    both, one = frozenset({"d-1", "d-2"}), frozenset({"d-1"})
    members = [dated("ssg-1", 0, both), dated("ssg-2", 10, one), dated("ssg-3", 20, both)]
    assert [str(each) for each in retention_plan(members, 1, [Keep(last=1), Keep(daily=1)])] == [
        "keep ssg-3 (generation 0): kept by last 1 of 1; daily 1 of 1",
        "remove ssg-2 (generation 0): no rule keeps it",
        "remove ssg-1 (generation 0): no rule keeps it",
    ]
    assert retention_plan(members, 2, [Keep(last=1)])[1].reason == "it is among the newest 2"


def test_what_has_no_known_time_stays_where_the_calendar_decides() -> None:
    members = [member(1), member(2), dated("ssg-1", 0, frozenset())]
    told = {each.member.record_id: each.reason for each in retention_plan(members, 1, [Keep(daily=1)])}
    assert told["s-1"] == told["s-2"] == "kept by having no known time"
