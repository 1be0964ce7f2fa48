"""Images: made of instances and snapshots, changed, deleted."""

from __future__ import annotations

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import Emulator

SEED = {
    "snapshots": [{"id": "s-system", "disk_id": "d-demo-system"}, {"id": "s-data", "disk_id": "d-demo-data"}],
    "images": [{"id": "m-own", "name": "golden", "tags": {"stage": "test"}}],
}


@pytest.fixture(autouse=True)
def _planted(emulator: Emulator) -> None:
    emulator.add_seed(SEED)


def _create(api: Api, **parameters: object) -> str:
    return str(api("CreateImage", RegionId=REGION, **parameters)["ImageId"])


def _status(api: Api, image_id: str) -> str:
    every = "Creating,Available,CreateFailed"
    listed = api("DescribeImages", RegionId=REGION, ImageId=image_id, Status=every)
    return str(listed["Images"]["Image"][0]["Status"])


def test_an_image_of_a_snapshot_is_creating_and_then_available(api: Api, emulator: Emulator) -> None:
    created = _create(api, SnapshotId="s-system", ImageName="fresh")
    assert _status(api, created) == "Creating"
    assert api("DescribeImages", RegionId=REGION, ImageId=created)["TotalCount"] == 0
    emulator.advance(60)
    (image,) = api("DescribeImages", RegionId=REGION, ImageId=created)["Images"]["Image"]
    (mapping,) = image["DiskDeviceMappings"]["DiskDeviceMapping"]
    assert (image["Progress"], image["Size"], mapping["SnapshotId"], mapping["Size"]) == ("100%", 40, "s-system", "40")


def test_an_image_of_an_instance_snapshots_each_disk_and_waits_for_them(api: Api, emulator: Emulator) -> None:
    created = _create(api, InstanceId="i-demo")
    assert [s.disk_id for s in emulator.world.snapshots if s.is_progressing] == ["d-demo-system", "d-demo-data"]
    emulator.advance(59)
    assert _status(api, created) == "Creating"
    emulator.advance(1)
    assert _status(api, created) == "Available"


def test_an_image_waits_for_a_snapshot_that_is_longer_under_way(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"lifecycle": {"image_creating_seconds": 1}})
    emulator.write_disk("d-demo-data", 30)
    created = _create(api, InstanceId="i-demo")
    emulator.advance(59)
    assert _status(api, created) == "Creating"
    emulator.advance(1)
    assert _status(api, created) == "Available"


def test_an_image_fails_with_its_snapshots(api: Api, emulator: Emulator) -> None:
    created = _create(api, InstanceId="i-demo")
    api("StopInstance", InstanceId="i-demo")
    assert _status(api, created) == "CreateFailed"
    assert [event.id for event in emulator.events("image.failed")] == [created]


def test_an_image_can_be_mapped_disk_by_disk(api: Api) -> None:
    mappings = {
        "DiskDeviceMapping.1.SnapshotId": "s-system",
        "DiskDeviceMapping.2.SnapshotId": "s-data",
        "DiskDeviceMapping.2.Size": "300",
    }
    created = api("CreateImage", mappings, RegionId=REGION)["ImageId"]
    listed = api("DescribeImages", RegionId=REGION, ImageId=created, Status="Creating")
    rows = listed["Images"]["Image"][0]["DiskDeviceMappings"]["DiskDeviceMapping"]
    assert [(row["Type"], row["Size"]) for row in rows] == [("system", "40"), ("data", "300")]


def test_a_data_disk_snapshot_can_be_declared_the_system_disk(api: Api) -> None:
    mapping = {"DiskDeviceMapping.1.SnapshotId": "s-data", "DiskDeviceMapping.1.DiskType": "system"}
    assert api("CreateImage", mapping, RegionId=REGION)


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({}, ("MissingParameter", 400)),
        ({"SnapshotId": "s-none"}, ("InvalidSnapshotId.NotFound", 404)),
        ({"SnapshotId": "s-data"}, ("OperationDenied", 403)),
        ({"InstanceId": "i-none"}, ("InvalidInstanceId.NotFound", 404)),
        ({"SnapshotId": "s-system", "ImageName": "golden"}, ("InvalidImageName.Duplicated", 400)),
        ({"SnapshotId": "s-system", "ImageName": "1"}, ("InvalidImageName.Malformed", 400)),
        ({"SnapshotId": "s-system", "Description": "x"}, ("InvalidDescription.Malformed", 400)),
        ({"SnapshotId": "s-system", "DryRun": "true"}, ("DryRunOperation", 400)),
        ({"InstanceId": "i-demo", "DryRun": "true"}, ("DryRunOperation", 400)),
    ],
)
def test_an_image_that_cannot_be_is_refused(api: Api, parameters: dict[str, str], refusal: tuple[str, int]) -> None:
    assert api.refused("CreateImage", {"RegionId": REGION} | parameters) == refusal


def test_an_image_needs_a_snapshot_that_is_available(api: Api, emulator: Emulator) -> None:
    created = api.create_snapshot("d-demo-system")
    assert api.refused("CreateImage", RegionId=REGION, SnapshotId=created) == ("InvalidSnapshotId.NotReady", 403)
    emulator.advance(3)
    assert _create(api, SnapshotId=created)


def test_an_instance_that_is_changing_its_state_makes_no_image(api: Api, emulator: Emulator) -> None:
    emulator.change_instance("i-demo", status="Starting")
    assert api.refused("CreateImage", RegionId=REGION, InstanceId="i-demo") == ("IncorrectInstanceStatus", 400)


def test_images_have_a_quota(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"rules": {"images": 1}})
    assert api.refused("CreateImage", RegionId=REGION, SnapshotId="s-system") == ("QuotaExceed.Image", 403)


def test_an_image_is_renamed_but_not_to_a_taken_name(api: Api) -> None:
    api("ModifyImageAttribute", RegionId=REGION, ImageId="m-own", ImageName="silver", Description="older")
    (image,) = api("DescribeImages", RegionId=REGION, ImageName="silver")["Images"]["Image"]
    assert image["Description"] == "older"
    other = _create(api, SnapshotId="s-system", ImageName="bronze")
    refusal = api.refused("ModifyImageAttribute", RegionId=REGION, ImageId=other, ImageName="silver")
    assert refusal == ("InvalidImageName.Duplicated", 400)
    assert api.refused("ModifyImageAttribute", RegionId=REGION, ImageId=other) == ("NoAttributeToModify", 400)


def test_an_image_under_an_instance_is_deleted_only_with_force(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"instances": [{"id": "i-own", "image_id": "m-own"}]})
    assert api.refused("DeleteImage", RegionId=REGION, ImageId="m-own") == ("ImageUsingByInstance", 403)
    assert api("DeleteImage", RegionId=REGION, ImageId="m-own", Force=True)


@pytest.mark.parametrize("image_id", ["m-none", "aliyun_3_x64_20G_alibase_20240819.vhd"])
def test_only_own_images_can_be_deleted(api: Api, image_id: str) -> None:
    assert api.refused("DeleteImage", RegionId=REGION, ImageId=image_id) == ("InvalidImageId.NotFound", 404)


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"ImageOwnerAlias": "self"}, 1),
        ({"ImageOwnerAlias": "system"}, 1),
        ({"Usage": "instance"}, 1),
        ({"Tag.1.Key": "stage"}, 1),
        ({"SnapshotId": "s-system"}, 0),
        ({"RegionId": "cn-beijing"}, 1),
    ],
)
def test_images_are_filtered(api: Api, filters: dict[str, str], count: int) -> None:
    assert api("DescribeImages", {"RegionId": REGION} | filters)["TotalCount"] == count
