"""Instances: started, stopped, made, changed and deleted."""

from __future__ import annotations

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import Emulator

LINUX = "aliyun_3_x64_20G_alibase_20240819.vhd"
RUN = {"RegionId": REGION, "ImageId": LINUX, "InstanceType": "ecs.g7.large"}


def test_an_instance_stops_and_starts_in_steps(api: Api, emulator: Emulator) -> None:
    api("StopInstance", InstanceId="i-demo", StoppedMode="StopCharging")
    assert api.instance_status("i-demo") == "Stopping"
    assert api.refused("StartInstance", InstanceId="i-demo") == ("IncorrectInstanceStatus", 403)
    emulator.advance(10)
    assert api.instance_status("i-demo") == "Stopped"
    api("StartInstance", InstanceId="i-demo")
    assert api.instance_status("i-demo") == "Starting"
    emulator.advance(10)
    assert api.instance_status("i-demo") == "Running"


@pytest.mark.parametrize(("action", "instance_id"), [("StartInstance", "i-demo"), ("StopInstance", "i-demo-stopped")])
def test_an_instance_already_there_is_refused(api: Api, action: str, instance_id: str) -> None:
    assert api.refused(action, InstanceId=instance_id) == ("IncorrectInstanceStatus", 403)


def test_a_locked_instance_neither_starts_nor_stops(api: Api, emulator: Emulator) -> None:
    emulator.change_instance("i-demo", lock="security")
    assert api.refused("StopInstance", InstanceId="i-demo") == ("InstanceLockedForSecurity", 403)
    listed = api("DescribeInstances", RegionId=REGION, LockReason="security")
    assert listed["Instances"]["Instance"][0]["OperationLocks"] == {"LockReason": [{"LockReason": "security"}]}


def test_a_dry_run_changes_nothing(api: Api) -> None:
    assert api.refused("StopInstance", InstanceId="i-demo", DryRun=True) == ("DryRunOperation", 400)
    assert api.instance_status("i-demo") == "Running"


def test_new_instances_come_up_with_their_disks(api: Api, emulator: Emulator) -> None:
    parameters = {
        "Amount": "2",
        "ZoneId": "cn-hangzhou-i",
        "InstanceName": "worker",
        "SystemDisk.Category": "cloud_auto",
        "SystemDisk.Size": "60",
        "DataDisk.1.Category": "cloud_essd",
        "DataDisk.1.Size": "200",
        "DataDisk.1.DeleteWithInstance": "false",
        "Tag.1.Key": "role",
    }
    ids = api("RunInstances", RUN | parameters)["InstanceIdSets"]["InstanceIdSet"]
    assert [api.instance_status(instance_id) for instance_id in ids] == ["Pending", "Pending"]
    emulator.advance(2)
    assert api.instance_status(ids[0]) == "Starting"
    emulator.advance(10)
    assert api.instance_status(ids[0]) == "Running"
    disks = api("DescribeDisks", RegionId=REGION, InstanceId=ids[0], ZoneId="cn-hangzhou-i")["Disks"]["Disk"]
    assert [(disk["Type"], disk["Category"], disk["Size"], disk["Device"]) for disk in disks] == [
        ("data", "cloud_essd", 200, "/dev/xvdb"),
        ("system", "cloud_auto", 60, "/dev/xvda"),
    ]
    assert api.create_snapshot(disks[1]["DiskId"])


def test_an_instance_of_an_own_image_has_the_content_of_its_snapshot(api: Api, emulator: Emulator) -> None:
    emulator.add_seed(
        {
            "snapshots": [{"id": "s-done", "disk_id": "d-demo-system"}, {"id": "s-data", "disk_id": "d-demo-data"}],
            "images": [{"id": "m-own", "disks": [{"snapshot_id": "s-done", "size": 40}]}],
        }
    )
    parameters = RUN | {"ImageId": "m-own", "DataDisk.1.SnapshotId": "s-data"}
    (instance_id,) = api("RunInstances", parameters)["InstanceIdSets"]["InstanceIdSet"]
    disks = api("DescribeDisks", RegionId=REGION, InstanceId=instance_id)["Disks"]["Disk"]
    assert [disk["SourceSnapshotId"] for disk in disks] == ["s-data", "s-done"]


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"ImageId": "m-none"}, ("InvalidImageId.NotFound", 404)),
        ({"ZoneId": "cn-hangzhou-z"}, ("InvalidZoneId.NotFound", 404)),
        ({"Amount": "0"}, ("InvalidAmount.NotSupported", 400)),
        ({"Amount": "101"}, ("InvalidAmount.NotSupported", 400)),
        ({"SystemDisk.Category": "floppy"}, ("InvalidCategory.ValueNotSupported", 400)),
        ({"DataDisk.1.Size": "99999"}, ("InvalidDiskSize.ValueNotSupported", 400)),
        ({"InstanceName": "1"}, ("InvalidInstanceName.Malformed", 400)),
        ({"DryRun": "true"}, ("DryRunOperation", 400)),
    ],
)
def test_an_instance_that_cannot_be_is_refused(api: Api, parameters: dict[str, str], refusal: tuple[str, int]) -> None:
    assert api.refused("RunInstances", RUN | parameters) == refusal


def test_what_an_instance_is_called_can_be_changed_while_it_runs(api: Api) -> None:
    api("ModifyInstanceAttribute", InstanceId="i-demo", InstanceName="renamed", Description="new")
    listed = api("DescribeInstances", RegionId=REGION, InstanceName="ren*")
    (instance,) = listed["Instances"]["Instance"]
    assert (instance["Description"], instance["Status"]) == ("new", "Running")
    assert api.refused("ModifyInstanceAttribute", InstanceId="i-demo") == ("NoAttributeToModify", 400)


def test_a_running_instance_is_deleted_only_with_force(api: Api) -> None:
    assert api.refused("DeleteInstance", InstanceId="i-demo") == ("IncorrectInstanceStatus", 403)
    assert api("DeleteInstance", InstanceId="i-demo", Force=True)
    assert api.refused("DeleteInstance", InstanceId="i-demo") == ("InvalidInstanceId.NotFound", 404)


def test_a_protected_instance_is_not_deleted(api: Api) -> None:
    api("ModifyInstanceAttribute", InstanceId="i-demo", DeletionProtection=True)
    refusal = api.refused("DeleteInstance", InstanceId="i-demo", Force=True)
    assert refusal == ("InvalidOperation.DeletionProtection", 403)


def test_disks_go_with_the_instance_unless_they_are_to_stay(api: Api, emulator: Emulator) -> None:
    api("ModifyDiskAttribute", DiskId="d-demo-data", DeleteWithInstance=False)
    under_way = api.create_snapshot("d-demo-system")
    api("DeleteInstance", InstanceId="i-demo", Force=True)
    assert "d-demo-system" not in emulator.world.disks
    assert api.disk("d-demo-data")["Status"] == "Available"
    assert [event.id for event in emulator.events("snapshot.cancelled")] == [under_way]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"Status": "Stopped"}, ["i-demo-stopped"]),
        ({"ZoneId": "cn-hangzhou-h"}, ["i-demo"]),
        ({"InstanceIds": '["i-demo", "i-none"]'}, ["i-demo"]),
        ({"SecurityGroupId": "sg-none"}, []),
        ({"RegionId": "cn-beijing"}, ["i-demo-beijing"]),
    ],
)
def test_instances_are_filtered(api: Api, filters: dict[str, str], found: list[str]) -> None:
    listed = api("DescribeInstances", {"RegionId": REGION} | filters)
    assert [instance["InstanceId"] for instance in listed["Instances"]["Instance"]] == found


def test_regions_and_zones_are_those_of_the_world(api: Api) -> None:
    regions = api("DescribeRegions")["Regions"]["Region"]
    assert [region["RegionEndpoint"] for region in regions] == [
        "ecs.cn-hangzhou.aliyuncs.com",
        "ecs.cn-beijing.aliyuncs.com",
    ]
    zones = api("DescribeZones", RegionId="cn-beijing")["Zones"]["Zone"]
    assert [zone["ZoneId"] for zone in zones] == ["cn-beijing-h", "cn-beijing-i"]


def test_an_instance_without_a_vswitch_is_in_the_classic_network(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"instances": [{"id": "i-classic", "vswitch_id": "", "private_ip": "10.1.2.3"}]})
    listed = api("DescribeInstances", RegionId=REGION, InstanceIds='["i-classic", "i-demo"]')["Instances"]["Instance"]
    facts = [
        (
            instance["InstanceNetworkType"],
            instance["InnerIpAddress"]["IpAddress"],
            instance["VpcAttributes"]["PrivateIpAddress"]["IpAddress"],
            instance["VpcAttributes"]["VpcId"],
        )
        for instance in sorted(listed, key=lambda instance: str(instance["InstanceId"]))
    ]
    assert facts == [("classic", ["10.1.2.3"], [], ""), ("vpc", [], ["172.16.0.10"], "vpc-emulator")]
