"""Disks: created, attached, detached, resized, deleted, and what snapshots have to say to that."""

from __future__ import annotations

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import Emulator

ZONE = {"RegionId": REGION, "ZoneId": "cn-hangzhou-h"}
SYSTEM_SNAPSHOT = {"snapshots": [{"id": "s-done", "disk_id": "d-demo-system"}]}


def test_a_disk_is_creating_and_then_available(api: Api, emulator: Emulator) -> None:
    created = api("CreateDisk", ZONE, Size=20, DiskName="fresh")["DiskId"]
    assert api.disk(created)["Status"] == "Creating"
    emulator.advance(5)
    disk = api.disk(created)
    assert (disk["Status"], disk["Portable"], disk["PerformanceLevel"]) == ("Available", True, "PL1")


def test_a_disk_is_attached_and_detached_in_steps_and_remembers_it(api: Api, emulator: Emulator) -> None:
    link = {"DiskId": "d-demo-never-attached", "InstanceId": "i-demo"}
    api("AttachDisk", link)
    assert api.disk("d-demo-never-attached")["Status"] == "Attaching"
    emulator.advance(5)
    attached = api.disk("d-demo-never-attached")
    assert (attached["Status"], attached["Device"]) == ("In_use", "/dev/xvdc")
    assert attached["Attachments"]["Attachment"][0]["InstanceId"] == "i-demo"
    api("DetachDisk", link)
    assert api.disk("d-demo-never-attached")["Status"] == "Detaching"
    emulator.advance(60)
    detached = api.disk("d-demo-never-attached")
    assert (detached["Status"], detached["InstanceId"]) == ("Available", "")
    assert detached["AttachedTime"] < detached["DetachedTime"]
    assert api.create_snapshot("d-demo-never-attached")


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({}, ("MissingParameter", 400)),
        ({"Size": "20", "InstanceId": "i-demo"}, ("InvalidParam.ZoneIdAndInstanceId.Conflict", 403)),
        ({"Size": "20", "DiskCategory": "floppy"}, ("InvalidCategory.ValueNotSupported", 400)),
        ({"Size": "19", "DiskCategory": "cloud_ssd"}, ("InvalidDiskSize.ValueNotSupported", 400)),
        ({"Size": "2001", "DiskCategory": "cloud"}, ("InvalidDiskSize.ValueNotSupported", 400)),
        ({"Size": "460", "PerformanceLevel": "PL2"}, ("InvalidDiskSize.ValueNotSupported", 400)),
        ({"SnapshotId": "s-none"}, ("InvalidSnapshotId.NotFound", 404)),
        ({"SnapshotId": "s-done", "Size": "39"}, ("InvalidDiskSize.TooSmall", 403)),
        ({"Size": "20", "DiskName": "1"}, ("InvalidDiskName.Malformed", 400)),
    ],
)
def test_a_disk_that_cannot_be_is_refused(
    api: Api, emulator: Emulator, parameters: dict[str, str], refusal: tuple[str, int]
) -> None:
    emulator.add_seed(SYSTEM_SNAPSHOT)
    assert api.refused("CreateDisk", ZONE | parameters) == refusal


def test_a_disk_needs_a_zone_that_exists_or_an_instance(api: Api) -> None:
    assert api.refused("CreateDisk", RegionId=REGION, Size=20) == ("MissingParameter", 400)
    elsewhere = {"RegionId": REGION, "ZoneId": "cn-beijing-h"}
    assert api.refused("CreateDisk", elsewhere, Size=20) == ("InvalidZoneId.NotFound", 404)
    beside = api("CreateDisk", RegionId=REGION, Size=20, InstanceId="i-demo-stopped")["DiskId"]
    assert api.disk(beside)["ZoneId"] == "cn-hangzhou-i"


def test_a_disk_of_a_snapshot_has_its_content_and_size(api: Api, emulator: Emulator) -> None:
    emulator.add_seed(SYSTEM_SNAPSHOT)
    created = api("CreateDisk", ZONE, SnapshotId="s-done")["DiskId"]
    disk = emulator.world.disks.get(created)
    assert disk is not None
    assert (disk.size, disk.used_gib, disk.source_snapshot_id) == (40, 12, "s-done")
    listed = api("DescribeDisks", RegionId=REGION, SnapshotId="s-done")
    assert listed["TotalCount"] == 1


def test_a_disk_can_be_made_of_a_snapshot_as_soon_as_it_is_available(api: Api, emulator: Emulator) -> None:
    created = api.create_snapshot()
    assert api.refused("CreateDisk", ZONE, SnapshotId=created) == ("InvalidSnapshotId.NotReady", 403)
    emulator.advance(3)
    assert api.snapshot(created)["Status"] == "progressing"
    assert api("CreateDisk", ZONE, SnapshotId=created)


@pytest.mark.parametrize(
    ("action", "parameters", "refusal"),
    [
        ("DeleteDisk", {}, ("DiskCreatingSnapshot", 403)),
        ("DetachDisk", {"InstanceId": "i-demo"}, ("IncorrectDiskStatus.CreatingSnapshot", 403)),
        ("ResizeDisk", {"NewSize": "200"}, ("IncorrectDiskStatus.CreatingSnapshot", 403)),
    ],
)
def test_a_disk_stays_as_it_is_while_a_snapshot_is_created(
    api: Api, action: str, parameters: dict[str, str], refusal: tuple[str, int]
) -> None:
    api.create_snapshot("d-demo-data")
    assert api.refused(action, parameters, DiskId="d-demo-data") == refusal


def test_manual_snapshots_outlive_the_disk_and_automatic_ones_do_not(api: Api, emulator: Emulator) -> None:
    emulator.add_seed(
        {
            "disks": [
                {"id": "d-old", "attached_time": 1.0, "delete_auto_snapshot": True},
                {"id": "d-other", "attached_time": 1.0},
            ],
            "snapshots": [
                {"id": "s-manual", "disk_id": "d-old"},
                {"id": "s-auto", "disk_id": "d-old", "type": "auto"},
                {"id": "s-kept", "disk_id": "d-other", "type": "auto"},
            ],
        }
    )
    api("DeleteDisk", DiskId="d-old")
    api("DeleteDisk", DiskId="d-other")
    assert api.snapshot("s-manual")["SourceDiskId"] == "d-old"
    assert "s-auto" not in emulator.world.snapshots
    assert api.snapshot("s-kept")["SourceDiskId"] == "d-other"


def test_a_new_disk_keeps_its_automatic_snapshots_until_it_is_told_otherwise(api: Api) -> None:
    created = str(api("CreateDisk", ZONE, Size=40)["DiskId"])
    assert api.disk(created)["DeleteAutoSnapshot"] is False
    api("ModifyDiskAttribute", DiskId=created, DeleteAutoSnapshot=True)
    assert api.disk(created)["DeleteAutoSnapshot"] is True


def test_an_attached_disk_cannot_be_deleted(api: Api) -> None:
    assert api.refused("DeleteDisk", DiskId="d-demo-data") == ("IncorrectDiskStatus", 403)


def test_a_disk_only_grows(api: Api) -> None:
    assert api.refused("ResizeDisk", DiskId="d-demo-data", NewSize=100) == ("InvalidNewSize.Malformed", 400)
    api("ResizeDisk", DiskId="d-demo-data", NewSize=200)
    assert api.disk("d-demo-data")["Size"] == 200


def test_what_a_disk_is_called_can_be_changed_for_several_at_once(api: Api) -> None:
    both = {"DiskIds.1": "d-demo-data", "DiskIds.2": "d-demo-system"}
    api("ModifyDiskAttribute", both, DiskName="renamed", DeleteWithInstance="false")
    assert {api.disk(disk_id)["DiskName"] for disk_id in both.values()} == {"renamed"}
    assert api.refused("ModifyDiskAttribute", both) == ("NoAttributeToModify", 400)
    both["DiskIds.3"] = "d-none"
    assert api.refused("ModifyDiskAttribute", both, DiskName="x1") == ("InvalidDiskId.NotFound", 404)


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"DiskId": "d-none", "InstanceId": "i-demo"}, ("InvalidDiskId.NotFound", 404)),
        ({"DiskId": "d-demo-never-attached", "InstanceId": "i-none"}, ("InvalidInstanceId.NotFound", 404)),
        ({"DiskId": "d-demo-data", "InstanceId": "i-demo"}, ("InvalidDisk.InUse", 404)),
        ({"DiskId": "d-demo-never-attached", "InstanceId": "i-demo-stopped"}, ("ResourcesNotInSameZone", 403)),
    ],
)
def test_an_attachment_that_cannot_be_is_refused(
    api: Api, parameters: dict[str, str], refusal: tuple[str, int]
) -> None:
    assert api.refused("AttachDisk", parameters) == refusal


@pytest.mark.parametrize(
    ("change", "refusal"),
    [({"lock": "security"}, "InstanceLockedForSecurity"), ({"status": "Starting"}, "IncorrectInstanceStatus")],
)
def test_an_instance_that_is_locked_or_busy_takes_no_disk(
    api: Api, emulator: Emulator, change: dict[str, str], refusal: str
) -> None:
    emulator.change_instance("i-demo", **change)  # type: ignore[arg-type]
    assert api.refused("AttachDisk", DiskId="d-demo-never-attached", InstanceId="i-demo")[0] == refusal


def test_an_instance_takes_sixteen_data_disks(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"disks": [{"id": f"d-{number}", "instance_id": "i-demo"} for number in range(15)]})
    refusal = api.refused("AttachDisk", DiskId="d-demo-never-attached", InstanceId="i-demo")
    assert refusal == ("InstanceDiskLimitExceeded", 403)


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"DiskId": "d-demo-never-attached", "InstanceId": "i-demo"}, ("InvalidDisk.AlreadyDetached", 404)),
        ({"DiskId": "d-demo-data", "InstanceId": "i-demo-stopped"}, ("DependencyViolation", 403)),
        ({"DiskId": "d-demo-system", "InstanceId": "i-demo"}, ("IncorrectInstanceStatus", 403)),
    ],
)
def test_a_detachment_that_cannot_be_is_refused(api: Api, parameters: dict[str, str], refusal: tuple[str, int]) -> None:
    assert api.refused("DetachDisk", parameters) == refusal


def test_a_disk_that_is_being_attached_or_detached_is_left_alone(api: Api) -> None:
    link = {"DiskId": "d-demo-data", "InstanceId": "i-demo"}
    api("DetachDisk", link)
    assert api.refused("DetachDisk", link) == ("IncorrectDiskStatus", 403)
    assert api.refused("AttachDisk", link) == ("IncorrectDiskStatus", 403)
    assert api.refused("ResizeDisk", DiskId="d-demo-data", NewSize=200) == ("IncorrectDiskStatus", 403)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"InstanceId": "i-demo"}, {"d-demo-system", "d-demo-data"}),
        ({"DiskType": "system", "Category": "cloud_essd"}, {"d-demo-system"}),
        ({"Status": "Available"}, {"d-demo-never-attached"}),
        ({"DiskName": "spare", "Portable": "true"}, {"d-demo-never-attached"}),
        ({"DiskIds": '["d-demo-beijing"]'}, set()),
    ],
)
def test_disks_are_filtered(api: Api, filters: dict[str, str], found: set[str]) -> None:
    listed = api("DescribeDisks", {"RegionId": REGION} | filters)
    assert {disk["DiskId"] for disk in listed["Disks"]["Disk"]} == found


def test_an_unknown_status_is_no_filter(api: Api) -> None:
    assert api.refused("DescribeDisks", RegionId=REGION, Status="Lost") == ("InvalidStatus.ValueNotSupported", 400)
