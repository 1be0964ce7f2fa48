"""What automatic snapshot policies do for a disk: the next run, and the runs that left no snapshot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from alicloud_snapshot_provider.cli.doctor.account import schedules_check
from alicloud_snapshot_provider.cli.doctor.check import Status
from alicloud_snapshot_provider.ecs.models import DiskInfo, SnapshotInfo
from alicloud_snapshot_provider.ecs.policies import PolicyInfo
from alicloud_snapshot_provider.ecs.wire_format import moment, read, written_moment
from alicloud_snapshot_provider.snapshots.schedules import Schedule, schedules_of

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
NIGHTLY = PolicyInfo("sp-1", "nightly", "Normal", (1, 13), EVERY_DAY, 7)
DISK = DiskInfo("d-1", enable_automated_snapshot_policy=True)
HOUR = 3600.0


def seconds(text: str) -> float:
    at = moment(text)
    assert at is not None
    return at.timestamp()


NOW = seconds("2026-01-08T02:30:00Z")
"""A Thursday, 10:30 in UTC+8."""


def taken(*times: str, **fields: Any) -> list[SnapshotInfo]:
    facts = {"status": "accomplished", "snapshot_type": "auto"} | fields
    return [SnapshotInfo(f"s-{number}", creation_time=time, **facts) for number, time in enumerate(times)]


def schedule(policy: PolicyInfo = NIGHTLY, snapshots: list[SnapshotInfo] | None = None, **disk: Any) -> Schedule:
    (found,) = schedules_of(replace(DISK, **disk), [policy], snapshots or [], NOW)
    return found


@pytest.mark.parametrize(
    ("hours", "weekdays", "expected"),
    [
        ((13,), EVERY_DAY, "2026-01-08T05:00:00Z"),
        ((1,), EVERY_DAY, "2026-01-08T17:00:00Z"),
        ((10,), (4,), "2026-01-15T02:00:00Z"),
        ((0,), (1,), "2026-01-11T16:00:00Z"),
    ],
)
def test_the_next_run_is_told_by_hours_and_weekdays_of_utc_8(
    hours: tuple[int, ...], weekdays: tuple[int, ...], expected: str
) -> None:
    found = schedule(replace(NIGHTLY, time_points=hours, repeat_weekdays=weekdays))
    assert found.next_run is not None
    assert written_moment(found.next_run) == expected


def test_a_schedule_is_one_line() -> None:
    assert schedule().text(NOW) == (
        "automatic snapshots by nightly (sp-1): daily at 01:00, 13:00 (UTC+8), next in 2 h 30 min, kept 7 d, "
        "not copied to another region"
    )
    often = replace(
        NIGHTLY,
        name="",
        time_points=tuple(range(24)),
        repeat_weekdays=(1, 6),
        enable_cross_region_copy=True,
        target_copy_regions=("cn-beijing",),
    )
    assert schedule(replace(often, retention_days=-1)).text(NOW) == (
        "automatic snapshots by sp-1: Mon, Sat at 00:00, 01:00, 02:00, 03:00, 04:00, 05:00 and 18 more hours (UTC+8), "
        "next in 1 d 13 h, kept for ever, copied to cn-beijing"
    )


def test_a_policy_out_of_force_and_a_disk_switched_off_have_no_next_run() -> None:
    expired, off = schedule(replace(NIGHTLY, status="Expire")), schedule(enable_auto_snapshot=False)
    assert (expired.next_run, off.next_run) == (None, None)
    assert "none are taken while the policy is Expire" in expired.text(NOW)
    assert "none are taken: EnableAutoSnapshot of the disk is off" in off.text(NOW)


def test_runs_since_the_first_automatic_snapshot_that_left_none_are_counted() -> None:
    found = schedule(snapshots=taken("2026-01-05T17:00:02Z", "2026-01-06T05:00:02Z", "2026-01-07T17:59:59Z"))
    assert (found.due, found.missed) == (5, 2)
    assert found.text(NOW).endswith(", 2 of the 5 runs of the last 7 d left no snapshot")


def test_before_the_first_automatic_snapshot_nothing_was_due() -> None:
    assert (schedule().due, schedule().missed) == (0, 0)
    by_hand = taken("2026-01-02T00:00:00Z", snapshot_type="user")
    assert schedule(snapshots=by_hand).due == 0


def test_what_has_gone_by_its_retention_was_not_missed() -> None:
    one_day = replace(NIGHTLY, retention_days=1)
    assert schedule(one_day, taken("2026-01-07T17:00:02Z")).missed == 0


def test_a_run_of_this_hour_may_still_leave_a_snapshot() -> None:
    at_ten = replace(NIGHTLY, time_points=(10,))
    found = schedule(at_ten, taken("2026-01-07T02:00:01Z"))
    assert (found.due, found.missed) == (1, 0)


def test_a_failed_automatic_snapshot_counts_as_none() -> None:
    good, bad = taken("2026-01-06T17:00:02Z"), taken("2026-01-07T17:00:02Z", status="failed")
    assert schedule(snapshots=[*good, *bad]).missed == 2


@pytest.mark.parametrize(
    ("regions", "on", "expected"),
    [('["cn-beijing"]', True, "cn-beijing"), ("cn-beijing", "true", "cn-beijing"), ('["cn-beijing"]', False, "")],
)
def test_a_policy_is_read_as_ecs_writes_it(regions: str, on: object, expected: str) -> None:
    record = {
        "AutoSnapshotPolicyId": "sp-1",
        "AutoSnapshotPolicyName": None,
        "Status": "Normal",
        "TimePoints": '["13", "1"]',
        "RepeatWeekdays": "nonsense",
        "TargetCopyRegions": regions,
        "EnableCrossRegionCopy": on,
        "DiskNums": "3",
    }
    policy = read(PolicyInfo, record)
    assert (policy.policy_id, policy.name, policy.retention_days, policy.disk_count) == ("sp-1", "", -1, 3)
    assert (policy.time_points, policy.repeat_weekdays, policy.copied_to) == ((1, 13), (), expected)


def test_a_policy_without_hours_never_runs() -> None:
    nothing = schedule(replace(NIGHTLY, time_points=(), repeat_weekdays=()))
    assert nothing.next_run is None


def test_the_doctor_looks_at_schedules() -> None:
    none, good = schedules_check([], NOW), schedules_check([schedule()], NOW)
    assert (none.status, none.found) == (Status.OK, "no automatic snapshot policy is applied to a disk")
    assert (good.status, good.found) == (Status.OK, "1 disk with automatic snapshots, the next in 2 h 30 min")
    odd = schedules_check([schedule(), replace(schedule(enable_auto_snapshot=False), disk_id="d-2")], NOW)
    assert odd.status is Status.WARNING
    assert odd.found.startswith("2 disks with automatic snapshots, the next in 2 h 30 min; d-2: automatic snapshots by")
    assert odd.remedy.startswith("Look at the policy in the ECS console")
