"""DeleteSnapshot and ModifySnapshotAttribute."""

from __future__ import annotations

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import Emulator

DONE = {"snapshots": [{"id": "s-done", "disk_id": "d-demo-system", "retention_days": 7, "description": "old"}]}


@pytest.fixture(autouse=True)
def _planted(emulator: Emulator) -> None:
    emulator.add_seed(DONE)


def test_an_unknown_snapshot_is_not_found(api: Api) -> None:
    assert api.refused("DeleteSnapshot", SnapshotId="s-none") == ("InvalidSnapshotId.NotFound", 404)
    assert api.refused("ModifySnapshotAttribute", SnapshotId="s-none", Description="new") == (
        "InvalidSnapshotId.NotFound",
        404,
    )


def test_a_seed_can_let_deletes_of_what_is_gone_succeed(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"rules": {"ignore_missing_on_delete": True}})
    assert api("DeleteSnapshot", SnapshotId="s-none")
    assert api("DeleteDisk", DiskId="d-none")
    assert api("DeleteImage", RegionId=REGION, ImageId="m-none")


def test_a_deleted_snapshot_is_listed_no_more(api: Api) -> None:
    api("DeleteSnapshot", SnapshotId="s-done")
    assert api("DescribeSnapshots", RegionId=REGION)["Snapshots"]["Snapshot"] == []


@pytest.mark.parametrize("force", [False, True])
def test_a_snapshot_under_an_image_cannot_be_deleted_even_with_force(api: Api, emulator: Emulator, force: bool) -> None:
    emulator.add_seed({"images": [{"id": "m-own", "disks": [{"snapshot_id": "s-done"}]}]})
    assert api.snapshot("s-done")["Usage"] == "image"
    assert api.refused("DeleteSnapshot", SnapshotId="s-done", Force=force) == ("SnapshotCreatedImage", 403)


def test_a_snapshot_under_a_disk_is_deleted_only_with_force(api: Api) -> None:
    api("CreateDisk", RegionId=REGION, ZoneId="cn-hangzhou-h", SnapshotId="s-done")
    assert api.snapshot("s-done")["Usage"] == "disk"
    assert api.refused("DeleteSnapshot", SnapshotId="s-done") == ("SnapshotCreatedDisk", 403)
    assert api("DeleteSnapshot", SnapshotId="s-done", Force=True)


def test_usage_names_images_and_disks_and_follows_them(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"images": [{"id": "m-own", "disks": [{"snapshot_id": "s-done"}]}]})
    api("CreateDisk", RegionId=REGION, ZoneId="cn-hangzhou-h", SnapshotId="s-done")
    assert api.snapshot("s-done")["Usage"] == "image_disk"
    api("DeleteImage", RegionId=REGION, ImageId="m-own")
    assert api.snapshot("s-done")["Usage"] == "disk"


def test_name_and_description_change_while_the_snapshot_is_progressing(api: Api, emulator: Emulator) -> None:
    created = api.create_snapshot(SnapshotName="before")
    emulator.advance(5)
    api("ModifySnapshotAttribute", SnapshotId=created, SnapshotName="after", Description="new")
    changed = api.snapshot(created)
    assert (changed["Status"], changed["SnapshotName"], changed["Description"]) == ("progressing", "after", "new")
    assert changed["LastModifiedTime"] == "2026-01-01T00:00:05Z"


def test_a_change_that_gives_no_name_keeps_it(api: Api) -> None:
    api("ModifySnapshotAttribute", SnapshotId="s-done", SnapshotName="named")
    api("ModifySnapshotAttribute", SnapshotId="s-done", Description="")
    changed = api.snapshot("s-done")
    assert (changed["SnapshotName"], changed["Description"]) == ("named", "")


def test_retention_changes_wait_until_the_snapshot_is_accomplished(api: Api, emulator: Emulator) -> None:
    created = api.create_snapshot(RetentionDays=1)
    emulator.advance(5)
    refusal = api.refused("ModifySnapshotAttribute", SnapshotId=created, RetentionDays=2)
    assert refusal == ("InvalidSnapshotId.NotReady", 400)
    emulator.advance(60)
    assert api("ModifySnapshotAttribute", SnapshotId=created, RetentionDays=2)


def test_retention_only_grows_and_counts_from_the_creation(api: Api, emulator: Emulator) -> None:
    refusal = api.refused("ModifySnapshotAttribute", SnapshotId="s-done", RetentionDays=6)
    assert refusal == ("InvalidOperation.DecreaseRetentionDaysUnsupported", 400)
    emulator.advance(6 * 86400)
    api("ModifySnapshotAttribute", SnapshotId="s-done", RetentionDays=8)
    emulator.advance(86400)
    assert api.snapshot("s-done")["RetentionDays"] == 8
    emulator.advance(86400)
    assert "s-done" not in emulator.world.snapshots


def test_what_is_kept_for_ever_cannot_be_given_an_end(api: Api, emulator: Emulator) -> None:
    created = api.create_snapshot()
    emulator.advance(60)
    refusal = api.refused("ModifySnapshotAttribute", SnapshotId=created, RetentionDays=65536)
    assert refusal == ("InvalidOperation.DecreaseRetentionDaysUnsupported", 400)


def test_a_change_of_nothing_is_refused(api: Api) -> None:
    assert api.refused("ModifySnapshotAttribute", SnapshotId="s-done") == ("NoAttributeToModify", 400)
