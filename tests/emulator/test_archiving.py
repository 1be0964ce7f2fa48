"""Moving snapshots to the archive, and the tasks that do it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import Emulator

DAY = 86400
OLD = "2025-12-01T00:00:00Z"
ARCHIVE = {"SnapshotId": "s-old", "Category": "Archive"}


@pytest.fixture(autouse=True)
def _planted(emulator: Emulator) -> None:
    snapshots = [
        {"id": "s-old", "disk_id": "d-demo-data", "creation_time": OLD, "retention_days": 100},
        {"id": "s-for-ever", "disk_id": "d-demo-data", "creation_time": OLD},
        {"id": "s-young", "disk_id": "d-demo-data"},
        {"id": "s-secret", "disk_id": "d-demo-data", "creation_time": OLD, "encrypted": True},
        {"id": "s-archive", "disk_id": "d-demo-data", "creation_time": OLD, "category": "archive"},
        {"id": "s-failed", "disk_id": "d-demo-data", "creation_time": OLD, "status": "failed"},
        {"id": "s-new", "disk_id": "d-demo-data", "status": "progressing"},
        {"id": "s-locked", "disk_id": "d-demo-data", "creation_time": OLD, "retention_days": 80}
        | {"lock": {"duration_days": 70}},
    ]
    emulator.add_seed({"snapshots": snapshots})


def _archive(api: Api, **more: object) -> str:
    return str(api("ModifySnapshotCategory", ARCHIVE, **more)["TaskId"])


def _task(api: Api, task_id: str) -> dict[str, Any]:
    return api("DescribeTaskAttribute", RegionId=REGION, TaskId=task_id)


def test_a_snapshot_moves_to_the_archive_in_a_task(api: Api, emulator: Emulator) -> None:
    task_id = _archive(api)
    begun = _task(api, task_id)
    assert (begun["TaskAction"], begun["TaskStatus"], begun["TaskProcess"]) == ("ArchiveSnapshot", "Processing", "0%")
    assert api.snapshot("s-old")["Category"] == "standard"
    emulator.advance(3600)
    done = _task(api, task_id)
    assert (done["TaskStatus"], done["TaskProcess"], done["SuccessCount"]) == ("Finished", "100%", 1)
    assert done["FinishedTime"] == "2026-01-01T01:00:00Z"
    assert api.snapshot("s-old")["Category"] == "archive"


def test_an_archived_snapshot_is_kept_for_ever_unless_days_are_given(api: Api, emulator: Emulator) -> None:
    _archive(api)
    assert "RetentionDays" not in api.snapshot("s-old")
    emulator.advance(200 * DAY)
    assert "s-old" in emulator.world.snapshots


def test_the_days_of_an_archived_snapshot_count_from_its_creation(api: Api, emulator: Emulator) -> None:
    _archive(api, RetentionDays=120)
    assert api.snapshot("s-old")["RetentionDays"] == 120
    emulator.advance(90 * DAY)
    assert "s-old" not in emulator.world.snapshots


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"SnapshotId": "s-none"}, ("InvalidSnapshotId.NotFound", 404)),
        ({"Category": "Standard"}, ("InvalidParameter.SnapshotCategory", 400)),
        ({"Category": ""}, ("InvalidParameter.SnapshotCategory", 400)),
        ({"RetentionDays": "73"}, ("InvalidRetentionDays.Malformed", 400)),
        ({"RetentionDays": "99"}, ("InvalidOperation.DecreaseRetentionDaysUnsupported", 400)),
        (
            {"SnapshotId": "s-for-ever", "RetentionDays": "99"},
            ("InvalidOperation.DecreaseRetentionDaysUnsupported", 400),
        ),
        ({"SnapshotId": "s-locked", "RetentionDays": "90"}, ("InvalidRetentionDays.LessThanLockExpiredTime", 400)),
        ({"SnapshotId": "s-new"}, ("InvalidStatus.SnapshotUnfinished", 400)),
        ({"SnapshotId": "s-failed"}, ("InvalidSnapshotId.NotReady", 400)),
        ({"SnapshotId": "s-archive"}, ("InvalidStatus.SnapshotInArchive", 400)),
        ({"SnapshotId": "s-secret"}, ("InvalidOperation.EncryptedSnapshotUnsupport", 403)),
        ({"SnapshotId": "s-young"}, ("InvalidStatus.SnapshotAgeLimit", 400)),
    ],
)
def test_what_cannot_be_archived_is_refused(api: Api, change: dict[str, str], refusal: tuple[str, int]) -> None:
    assert api.refused("ModifySnapshotCategory", ARCHIVE | change) == refusal


def test_a_snapshot_is_archived_once(api: Api) -> None:
    _archive(api)
    assert api.refused("ModifySnapshotCategory", ARCHIVE) == ("InvalidStatus.SnapshotInArchive", 400)


def test_a_locked_snapshot_is_archived_for_longer_than_its_lock(api: Api) -> None:
    _archive(api, SnapshotId="s-locked", RetentionDays=110)
    assert api.snapshot("s-locked")["RetentionDays"] == 110


def test_the_task_of_a_snapshot_that_is_gone_has_failed(api: Api, emulator: Emulator) -> None:
    task_id = _archive(api)
    api("DeleteSnapshot", SnapshotId="s-old")
    emulator.advance(3600)
    assert (_task(api, task_id)["TaskStatus"], _task(api, task_id)["FailedCount"]) == ("Failed", 1)


def test_an_unknown_task_is_not_found(api: Api) -> None:
    refusal = api.refused("DescribeTaskAttribute", RegionId=REGION, TaskId="t-none")
    assert refusal == ("InvalidTaskId.NotFound", 404)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["s-for-ever", "s-old"]),
        ({"ResourceIds.1": "s-old"}, ["s-old"]),
        ({"TaskIds": "t-1,t-2"}, []),
        ({"TaskAction": "ExportImage"}, []),
        ({"TaskStatus": "Processing"}, ["s-for-ever", "s-old"]),
        ({"RegionId": "cn-beijing"}, []),
    ],
)
def test_tasks_are_filtered(api: Api, filters: dict[str, str], found: list[str]) -> None:
    _archive(api)
    _archive(api, SnapshotId="s-for-ever")
    listed = api("DescribeTasks", {"RegionId": REGION} | filters)
    assert [task["ResourceId"] for task in listed["TaskSet"]["Task"]] == found
    assert listed["TotalCount"] == len(found)
