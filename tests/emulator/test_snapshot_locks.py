"""Locks on snapshots: cooling off, holding, expiring."""

from __future__ import annotations

from typing import Any

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import Emulator

HOUR, DAY = 3600, 86400
TARGET = {"RegionId": REGION, "SnapshotId": "s-1"}
LOCKED = ("InvalidOperation.SnapshotIsLocked", 403)
EXPIRED = ("InvalidOperation.CoolOffPeriodExpired", 403)


@pytest.fixture(autouse=True)
def _planted(emulator: Emulator) -> None:
    emulator.add_seed({"snapshots": [{"id": "s-1", "disk_id": "d-demo-data"}]})


def _request(days: int = 2, hours: int = 0, **more: object) -> dict[str, str]:
    request = {"LockMode": "compliance", "LockDuration": days, "CoolOffPeriod": hours, **TARGET, **more}
    return {name: str(value) for name, value in request.items()}


def _lock(api: Api, days: int = 2, hours: int = 0, **more: object) -> dict[str, Any]:
    return dict(api("LockSnapshot", _request(days, hours, **more))["LockedSnapshotInfo"])


def _locks(api: Api, **filters: object) -> list[dict[str, Any]]:
    return list(api("DescribeLockedSnapshots", {"RegionId": REGION}, **filters)["LockedSnapshotsInfo"])


def test_a_lock_tells_its_times(api: Api) -> None:
    assert _lock(api, days=2, hours=3) == {
        "SnapshotId": "s-1",
        "LockMode": "compliance",
        "LockStatus": "compliance-cooloff",
        "LockDuration": 2,
        "CoolOffPeriod": 3,
        "LockCreationTime": "2026-01-01T00:00:00Z",
        "CoolOffPeriodExpiredTime": "2026-01-01T03:00:00Z",
        "LockDurationStartTime": "2026-01-01T00:00:00Z",
        "LockExpiredTime": "2026-01-03T00:00:00Z",
    }


def test_a_lock_cools_off_holds_and_expires(api: Api, emulator: Emulator) -> None:
    _lock(api, days=1, hours=1)
    seen = []
    for seconds in (HOUR - 1, 1, 23 * HOUR - 1, 1):
        emulator.advance(seconds)
        seen.append(_locks(api)[0]["LockStatus"])
    assert seen == ["compliance-cooloff", "compliance", "compliance", "expired"]


def test_a_locked_snapshot_is_not_deleted_until_the_lock_has_expired(api: Api, emulator: Emulator) -> None:
    _lock(api, days=1, hours=1)
    assert api.refused("DeleteSnapshot", SnapshotId="s-1", Force=True) == LOCKED
    emulator.advance(HOUR)
    assert api.refused("DeleteSnapshot", SnapshotId="s-1", Force=True) == LOCKED
    emulator.advance(DAY)
    api("DeleteSnapshot", SnapshotId="s-1")


def test_a_lock_is_taken_off_in_the_cool_off_period_only(api: Api, emulator: Emulator) -> None:
    _lock(api, hours=1)
    api("UnlockSnapshot", TARGET)
    assert api.refused("UnlockSnapshot", TARGET) == ("InvalidSnapshotLock.NotFound", 404)
    _lock(api, hours=1)
    emulator.advance(HOUR)
    assert api.refused("UnlockSnapshot", TARGET) == EXPIRED
    emulator.advance(2 * DAY)
    assert api.refused("UnlockSnapshot", TARGET) == ("InvalidSnapshotLock.NotFound", 404)


def test_a_lock_is_changed_at_will_in_the_cool_off_period(api: Api, emulator: Emulator) -> None:
    _lock(api, days=9, hours=2)
    emulator.advance(HOUR)
    changed = _lock(api, days=1, hours=1)
    assert (changed["LockDuration"], changed["CoolOffPeriodExpiredTime"]) == (1, "2026-01-01T02:00:00Z")


def test_after_the_cool_off_period_a_lock_is_only_extended(api: Api, emulator: Emulator) -> None:
    _lock(api, days=2, hours=1)
    emulator.advance(HOUR)
    assert api.refused("LockSnapshot", _request(days=1)) == EXPIRED
    assert api.refused("LockSnapshot", _request(days=3, hours=1)) == EXPIRED
    extended = _lock(api, days=3)
    assert (extended["LockStatus"], extended["LockExpiredTime"]) == ("compliance", "2026-01-04T00:00:00Z")


def test_a_snapshot_is_locked_anew_when_its_lock_has_expired(api: Api, emulator: Emulator) -> None:
    _lock(api, days=2)
    emulator.advance(2 * DAY)
    assert _lock(api, days=1, hours=1)["LockStatus"] == "compliance-cooloff"


def test_the_time_of_a_lock_begins_when_the_snapshot_is_accomplished(api: Api, emulator: Emulator) -> None:
    created = api.create_snapshot()
    lock = _lock(api, days=1, SnapshotId=created)
    assert (lock["LockStatus"], lock["LockDurationStartTime"], lock["LockExpiredTime"]) == ("compliance", "", "")
    assert api.refused("DeleteSnapshot", SnapshotId=created) == LOCKED
    emulator.advance(DAY)
    (lock,) = _locks(api)
    assert (lock["LockDurationStartTime"], lock["LockStatus"]) == ("2026-01-01T00:00:24Z", "compliance")
    emulator.advance(24)
    assert _locks(api)[0]["LockStatus"] == "expired"


def test_a_failed_snapshot_loses_its_lock(api: Api, emulator: Emulator) -> None:
    created = api.create_snapshot()
    _lock(api, SnapshotId=created)
    emulator.fail_snapshot(created)
    assert _locks(api) == []
    assert api.refused("LockSnapshot", _request(SnapshotId=created)) == ("InvalidOperation.SnapshotNotAvailable", 403)


def test_a_locked_snapshot_is_released_when_the_lock_has_expired(api: Api, emulator: Emulator) -> None:
    created = api.create_snapshot(RetentionDays=3)
    emulator.advance(2 * DAY)
    _lock(api, days=2, SnapshotId=created)
    emulator.advance(DAY + HOUR)
    assert created in emulator.world.snapshots
    emulator.advance(DAY)
    assert created not in emulator.world.snapshots


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"SnapshotId": "s-none"}, ("InvalidSnapshotId.NotFound", 404)),
        ({"RegionId": "cn-beijing"}, ("InvalidSnapshotId.NotFound", 404)),
        ({"LockMode": "governance"}, ("InvalidLockMode.Malformed", 400)),
        ({"LockDuration": "0"}, ("InvalidLockDuration.Malformed", 400)),
        ({"LockDuration": "36501"}, ("InvalidLockDuration.Malformed", 400)),
        ({"CoolOffPeriod": "73"}, ("InvalidCoolOffPeriod.Malformed", 400)),
        ({"LockDuration": "1", "CoolOffPeriod": "25"}, ("InvalidCoolOffPeriod.ExceedLockDuration", 400)),
        ({"SnapshotId": "s-kept", "LockDuration": "7"}, ("InvalidLockDuration.ExceedRetentionDays", 400)),
        ({"DryRun": "true"}, ("DryRunOperation", 400)),
    ],
)
def test_what_cannot_be_locked_is_refused(
    api: Api, emulator: Emulator, change: dict[str, str], refusal: tuple[str, int]
) -> None:
    emulator.add_seed({"snapshots": [{"id": "s-kept", "disk_id": "d-demo-data", "retention_days": 7}]})
    assert api.refused("LockSnapshot", _request() | change) == refusal
    assert _locks(api) == []


def test_a_dry_run_takes_no_lock_off(api: Api) -> None:
    _lock(api, hours=1)
    assert api.refused("UnlockSnapshot", TARGET, DryRun=True) == ("DryRunOperation", 400)
    assert len(_locks(api)) == 1


def test_the_same_call_again_keeps_the_lock(api: Api, emulator: Emulator) -> None:
    first = _lock(api, days=2, hours=1, ClientToken="t-1")
    emulator.advance(HOUR)
    assert _lock(api, days=2, hours=1, ClientToken="t-1") == first


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["s-holding", "s-cooling"]),
        ({"LockStatus": "compliance"}, ["s-holding"]),
        ({"LockStatus": "expired"}, []),
        ({"SnapshotIds.1": "s-cooling", "SnapshotIds.2": "s-1", "SnapshotIds.3": "s-none"}, ["s-cooling"]),
        ({"RegionId": "cn-beijing"}, []),
    ],
)
def test_locks_are_filtered(api: Api, emulator: Emulator, filters: dict[str, str], found: list[str]) -> None:
    locks = {"s-cooling": {"duration_days": 1, "cool_off_hours": 1}, "s-holding": {"duration_days": 1}}
    emulator.add_seed({"snapshots": [{"id": name, "disk_id": "d-1", "lock": lock} for name, lock in locks.items()]})
    assert [lock["SnapshotId"] for lock in _locks(api, **filters)] == found


@pytest.mark.parametrize(
    ("filters", "refusal"),
    [
        ({"LockStatus": "open"}, ("InvalidLockStatus.Malformed", 400)),
        ({f"SnapshotIds.{n}": "s" for n in range(1, 102)}, ("InvalidParameter", 400)),
        ({"DryRun": "true"}, ("DryRunOperation", 400)),
    ],
)
def test_filters_that_cannot_be_are_refused(api: Api, filters: dict[str, str], refusal: tuple[str, int]) -> None:
    assert api.refused("DescribeLockedSnapshots", {"RegionId": REGION} | filters) == refusal


def test_a_locked_automatic_snapshot_outlives_its_disk(api: Api, emulator: Emulator) -> None:
    automatic = {"disk_id": "d-demo-never-attached", "type": "auto"}
    emulator.add_seed({"snapshots": [{"id": "s-auto", **automatic}, {"id": "s-free", **automatic}]})
    _lock(api, SnapshotId="s-auto")
    api("ModifyDiskAttribute", DiskId="d-demo-never-attached", DeleteAutoSnapshot=True)
    api("DeleteDisk", DiskId="d-demo-never-attached")
    assert ("s-auto" in emulator.world.snapshots, "s-free" in emulator.world.snapshots) == (True, False)


def test_a_locked_member_stays_when_its_group_is_deleted(api: Api, emulator: Emulator) -> None:
    group_id = api("CreateSnapshotGroup", {"RegionId": REGION, "DiskId.1": "d-demo-data"})["SnapshotGroupId"]
    (member,) = emulator.world.snapshots.by("group", group_id)
    _lock(api, SnapshotId=member.id)
    answer = api("DeleteSnapshotGroup", RegionId=REGION, SnapshotGroupId=group_id)
    (part,) = answer["OperationProgressSet"]["OperationProgress"]
    assert (part["OperationStatus"], part["ErrorCode"]) == ("Failed", LOCKED[0])
    assert member.id in emulator.world.snapshots
