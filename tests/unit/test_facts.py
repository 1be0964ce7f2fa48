from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from alicloud_snapshot_provider.ecs.models import DiskInfo, InstanceInfo, SnapshotInfo
from alicloud_snapshot_provider.ecs.wire_format import moment
from alicloud_snapshot_provider.snapshots.estimate import DEFAULT_PRICE, Price, estimate
from alicloud_snapshot_provider.snapshots.plan import plan_facts, plan_warnings
from alicloud_snapshot_provider.snapshots.situation import Situation
from alicloud_snapshot_provider.snapshots.window import parse_window

NOW = moment("2026-01-02T02:00:00Z")
DISK = DiskInfo("d-1", category="cloud_essd", disk_type="system", size=40, instance_id="i-1")
PREVIOUS = SnapshotInfo(
    "s-1",
    status="accomplished",
    creation_time="2026-01-01T00:00:00Z",
    last_modified_time="2026-01-01T00:05:00Z",
)
WHAT = "system disk d-1, 40 GiB cloud_essd, of instance i-1"
SLOWER = "the disk's I/O is slightly slower meanwhile"
KEEP = f"keep the state of i-1 unchanged meanwhile: no stop, no restart; {SLOWER}"
COST = "at most 40 GiB and USD 0.69 a month"


def situation(**facts: Any) -> Situation:
    assert NOW is not None
    known = {"disk": DISK, "instance": InstanceInfo("i-1"), **facts}
    return Situation("cn-hangzhou", NOW.timestamp(), "d-1", **known)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {},
            [f"full snapshot, about 1 min, {COST}", WHAT, "the disk's first snapshot: stores every used block", KEEP],
        ),
        (
            {"snapshots": [PREVIOUS]},
            [
                f"incremental snapshot, about 5 min, {COST}",
                WHAT,
                "stores what changed since s-1, 1 d 2 h old, which took 5 min",
                KEEP,
            ],
        ),
        (
            {"snapshots": [replace(PREVIOUS, last_modified_time="")]},
            [f"incremental snapshot, about 1 min, {COST}", WHAT, "stores what changed since s-1, 1 d 2 h old", KEEP],
        ),
        (
            {"snapshots": [replace(PREVIOUS, creation_time="")]},
            [f"incremental snapshot, about 1 min, {COST}", WHAT, "stores what changed since s-1", KEEP],
        ),
        (
            {"unfinished": replace(PREVIOUS, progress="45%")},
            ["adopts s-1 (45%), which an earlier run began for the same intent"],
        ),
        (
            {"unfinished": replace(PREVIOUS, progress="")},
            ["adopts s-1 (just begun), which an earlier run began for the same intent"],
        ),
    ],
)
def test_the_facts_say_what_will_be_taken_and_what_to_mind(facts: dict[str, Any], expected: list[str]) -> None:
    assert plan_facts(situation(**facts), DISK, DEFAULT_PRICE) == expected


def test_a_snapshot_in_progress_of_the_same_instance_is_told() -> None:
    begun = SnapshotInfo("s-2", status="progressing", progress="40%", source_disk_id="d-1")
    beside = SnapshotInfo("s-3", status="progressing", progress="5%", source_disk_id="d-2")
    facts = plan_facts(situation(snapshots=[PREVIOUS, begun], beside=[beside]), DISK, DEFAULT_PRICE)
    assert facts[-3:] == [
        KEEP,
        "snapshot s-2 of d-1 is in progress (40%)",
        "snapshot s-3 of d-2 is in progress (5%)",
    ]
    assert plan_facts(situation(snapshots=[PREVIOUS]), DISK, DEFAULT_PRICE)[-1] == KEEP


def test_a_disk_without_instance_asks_for_nothing_to_be_kept() -> None:
    disk = replace(DISK, instance_id="", disk_type="")
    facts = plan_facts(situation(disk=disk, instance=None), disk, Price(0.02))

    assert facts[0] == "full snapshot, about 1 min, at most 40 GiB and USD 0.80 a month"
    assert (facts[1], facts[3]) == ("a disk d-1, 40 GiB cloud_essd, not attached", SLOWER)


@pytest.mark.parametrize(
    ("others", "named"),
    [
        (["d-2"], "d-2"),
        (["d-2", "d-3", "d-4"], "d-2, d-3, d-4"),
        (["d-2", "d-3", "d-4", "d-5"], "d-2, d-3, d-4 and 1 more"),
    ],
)
def test_disks_that_the_snapshot_leaves_out_are_named(others: list[str], named: str) -> None:
    siblings = [DiskInfo(each, disk_type="data") for each in others]
    data_disk = replace(DISK, disk_type="data")

    assert plan_warnings(situation(siblings=siblings), data_disk, None) == [
        f"instance i-1 has other data disks ({named}) that this snapshot leaves out: "
        "a volume striped over several disks only rolls back if it had no I/O, or from a SnapshotGroup; "
        "several partitions, or a volume that was extended, on this one disk roll back normally"
    ]
    assert f"without its other disks ({named})" in plan_facts(situation(siblings=siblings), data_disk, Price(0.02))[1]


@pytest.mark.parametrize(
    ("disk_type", "sibling", "covered"),
    [
        ("system", DiskInfo("d-2", disk_type="data"), ()),
        ("data", DiskInfo("d-2", disk_type="system"), ()),
        ("data", DiskInfo("d-2", disk_type="data"), {"d-2"}),
    ],
    ids=["a system disk", "the other is the system disk", "the other is snapshotted too"],
)
def test_no_warning_where_no_striped_volume_is_torn(disk_type: str, sibling: DiskInfo, covered: set[str]) -> None:
    disk = replace(DISK, disk_type=disk_type)

    assert plan_warnings(situation(siblings=[sibling]), disk, None, covered) == []


@pytest.mark.parametrize(
    ("window", "warnings"),
    [
        ("01:00-05:00 UTC", []),
        (
            "03:00-05:00 UTC",
            [
                "now is outside the maintenance window 03:00-05:00 UTC: creation slows the disk's I/O a little",
            ],
        ),
    ],
)
def test_a_time_outside_the_window_is_warned_of(window: str, warnings: list[str]) -> None:
    assert plan_warnings(situation(), DISK, parse_window(window)) == warnings


def test_the_previous_snapshot_is_the_newest_accomplished_one() -> None:
    older = replace(PREVIOUS, snapshot_id="s-0", creation_time="2025-12-31T00:00:00Z")
    newer = replace(PREVIOUS, snapshot_id="s-2", creation_time="2026-01-02T00:00:00Z", status="progressing")

    facts = estimate(situation(snapshots=[older, PREVIOUS, newer]), DISK, DEFAULT_PRICE)

    assert facts.previous == PREVIOUS
    assert (facts.full, facts.previous_age, facts.previous_seconds) == (False, 26 * 3_600, 300)


def test_an_age_is_never_negative_where_the_clocks_differ() -> None:
    future = replace(PREVIOUS, creation_time="2026-01-03T00:00:00Z", last_modified_time="2026-01-03T00:00:00Z")

    facts = estimate(situation(snapshots=[future]), DISK, DEFAULT_PRICE)

    assert (facts.previous_age, facts.previous_seconds) == (0, None)
