"""Replacing the operating system of an instance."""

from __future__ import annotations

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import Emulator
from ecs_emulator.records.disk import Disk

OTHER = "m-other-system"
REPLACE = {"InstanceId": "i-demo", "ImageId": OTHER}


@pytest.fixture(autouse=True)
def _planted(emulator: Emulator) -> None:
    image = {"id": OTHER, "os_name": "Ubuntu 24.04", "disks": [{"size": 20}]}
    big = {"id": "m-big", "disks": [{"size": 100}]}
    emulator.add_seed({"images": [image, big]})
    emulator.change_instance("i-demo", status="Stopped")


def _system_disk(emulator: Emulator) -> Disk:
    emulator.now()
    return next(disk for disk in emulator.world.disks.by("instance", "i-demo") if disk.type == "system")


def test_another_system_is_on_a_new_disk_and_the_old_one_is_gone(api: Api, emulator: Emulator) -> None:
    new = _replaced(api, size="60")
    assert new != "d-demo-system"
    assert "d-demo-system" not in emulator.world.disks
    assert api.refused("StartInstance", InstanceId="i-demo") == ("DiskError", 403)
    emulator.advance(30)
    disk = api.disk(new)
    facts = ("Status", "Type", "Category", "Size", "Device", "ImageId", "InstanceId")
    assert [disk[name] for name in facts] == ["In_use", "system", "cloud_essd", 60, "/dev/xvda", OTHER, "i-demo"]
    (instance,) = api("DescribeInstances", RegionId=REGION, InstanceIds='["i-demo"]')["Instances"]["Instance"]
    assert (instance["ImageId"], instance["OSName"], instance["Status"]) == (OTHER, "Ubuntu 24.04", "Stopped")
    api("StartInstance", InstanceId="i-demo")


def test_the_new_disk_is_not_reset_to_the_old_ones_snapshot_but_an_image_brings_it_back(
    api: Api, emulator: Emulator
) -> None:
    emulator.write_disk("d-demo-system", 1)
    before = api.create_snapshot("d-demo-system")
    emulator.advance(60)
    held = emulator.world.snapshots[before].content_version
    new = _replaced(api)
    emulator.advance(30)
    assert _system_disk(emulator).content_version != held
    assert api.snapshot(before)["Status"] == "accomplished"
    assert api.refused("ResetDisk", DiskId=new, SnapshotId=before) == ("InvalidParameter.Mismatch", 403)

    image = api("CreateImage", RegionId=REGION, SnapshotId=before)["ImageId"]
    emulator.advance(120)
    api("ReplaceSystemDisk", InstanceId="i-demo", ImageId=image)
    assert _system_disk(emulator).content_version == held


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"InstanceId": "i-none"}, ("InvalidInstanceId.NotFound", 404)),
        ({"ImageId": "m-none"}, ("InvalidImageId.NotFound", 404)),
        ({"InstanceId": "i-demo-beijing"}, ("IncorrectInstanceStatus", 403)),
        ({"ImageId": "m-big", "SystemDisk.Size": "40"}, ("InvalidSystemDiskSize.LessThanImageSize", 404)),
        ({"SystemDisk.Size": "99999999"}, ("InvalidDiskSize.ValueNotSupported", 400)),
    ],
)
def test_what_cannot_be_replaced_is_refused(
    api: Api, emulator: Emulator, parameters: dict[str, str], refusal: tuple[str, int]
) -> None:
    assert api.refused("ReplaceSystemDisk", REPLACE | parameters) == refusal
    assert _system_disk(emulator).id == "d-demo-system"


def test_a_locked_instance_keeps_its_system_disk(api: Api, emulator: Emulator) -> None:
    emulator.change_instance("i-demo", lock="security")
    assert api.refused("ReplaceSystemDisk", REPLACE) == ("InstanceLockedForSecurity", 403)


def test_a_system_disk_is_replaced_once_at_a_time(api: Api) -> None:
    _replaced(api)
    assert api.refused("ReplaceSystemDisk", REPLACE) == ("IncorrectDiskStatus", 403)


def _replaced(api: Api, size: str = "40") -> str:
    return str(api("ReplaceSystemDisk", REPLACE | {"SystemDisk.Size": size})["DiskId"])
