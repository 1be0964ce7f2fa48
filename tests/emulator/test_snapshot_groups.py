"""Snapshot-consistent groups: which disks, how they come into being, and what becomes of their members."""

from __future__ import annotations

from typing import Any

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import Emulator

DISKS = {"DiskId.1": "d-demo-system", "DiskId.2": "d-demo-data"}


def _create(api: Api, parameters: dict[str, str] | None = None) -> str:
    created = api("CreateSnapshotGroup", {"RegionId": REGION, **(DISKS if parameters is None else parameters)})
    return str(created["SnapshotGroupId"])


def _listed(api: Api, **filters: object) -> list[dict[str, Any]]:
    groups = api("DescribeSnapshotGroups", {"RegionId": REGION}, **filters)["SnapshotGroups"]["SnapshotGroup"]
    return list(groups)


def _group(api: Api) -> dict[str, Any]:
    (group,) = _listed(api)
    return group


def _members(api: Api) -> dict[str, str]:
    return {member["SourceDiskId"]: member["SnapshotId"] for member in _group(api)["Snapshots"]["Snapshot"]}


def _delete(api: Api, group_id: str) -> dict[str, tuple[str, str]]:
    answer = api("DeleteSnapshotGroup", RegionId=REGION, SnapshotGroupId=group_id)
    return {
        part["RelatedItemSet"]["RelatedItem"][0]["Value"]: (part["OperationStatus"], part["ErrorCode"])
        for part in answer["OperationProgressSet"]["OperationProgress"]
    }


def _attached(**fields: object) -> dict[str, object]:
    return {"instance_id": "i-demo", "size": 100, **fields}


def test_all_members_are_cut_at_the_same_moment(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"lifecycle": {"categories": {"cloud_auto": {"cut_seconds": 4}}}})
    emulator.add_seed({"disks": [_attached(id="d-slow", category="cloud_auto")]})
    _create(api, {"InstanceId": "i-demo"})
    emulator.advance(3)
    emulator.write_disk("d-demo-data", 1)
    emulator.advance(200)
    assert {event.time - emulator.now() for event in emulator.events("snapshot.cut")} == {-199}
    assert api.snapshot(_members(api)["d-demo-data"])["Status"] == "accomplished"
    assert emulator.world.snapshots[_members(api)["d-demo-data"]].content_version == 2


def test_a_group_is_as_far_as_its_members(api: Api, emulator: Emulator) -> None:
    _create(api)
    assert _group(api)["Status"] == "progressing"
    emulator.advance(24)
    assert _group(api)["Status"] == "progressing"
    emulator.advance(36)
    assert _group(api)["Status"] == "accomplished"


def test_a_group_has_failed_when_a_member_has_and_the_others_have_ended(api: Api, emulator: Emulator) -> None:
    _create(api)
    emulator.advance(2)
    emulator.fail_snapshot(_members(api)["d-demo-data"])
    assert _group(api)["Status"] == "progressing"
    emulator.advance(60)
    assert _group(api)["Status"] == "failed"


@pytest.mark.parametrize(
    ("choice", "disks"),
    [
        ({"InstanceId": "i-demo"}, {"d-demo-system", "d-demo-data"}),
        ({"InstanceId": "i-demo", "ExcludeDiskId.1": "d-demo-system"}, {"d-demo-data"}),
        ({"InstanceId": "i-demo", "DiskId.1": "d-demo-system"}, {"d-demo-system"}),
        ({"DiskId.1": "d-demo-data", "DiskId.2": "d-demo-data"}, {"d-demo-data"}),
    ],
)
def test_disks_are_named_or_those_of_an_instance(api: Api, choice: dict[str, str], disks: set[str]) -> None:
    _create(api, choice)
    assert set(_members(api)) == disks
    assert _group(api)["InstanceId"] == "i-demo"


def test_disks_of_several_instances_are_told_apart_by_a_tag(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"instances": [{"id": "i-2"}], "disks": [{"id": "d-2", "instance_id": "i-2"}]})
    _create(api, {"DiskId.1": "d-demo-data", "DiskId.2": "d-2"})
    group = _group(api)
    tags = {member["SourceDiskId"]: member["Tags"]["Tag"] for member in group["Snapshots"]["Snapshot"]}
    assert group["InstanceId"] == ""
    assert tags["d-2"] == [{"Key": "acs:ecs:createFrom", "Value": "i-2"}]


def test_a_detached_disk_has_no_such_tag(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"disks": [{"id": "d-idle", "attached_time": 1.0}]})
    _create(api, {"DiskId.1": "d-idle"})
    assert _group(api)["Snapshots"]["Snapshot"][0]["Tags"] == {"Tag": []}


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({}, ("MissingParamter.InstanceId", 400)),
        (DISKS | {"ExcludeDiskId.1": "d-demo-data"}, ("InvalidParam.ExcludeDiskIdsAndDiskIds.Conflict", 400)),
        (DISKS | {"Name": "1"}, ("InvalidParameter.Name", 400)),
        (DISKS | {"Description": "http://x"}, ("InvalidParameter.Description", 400)),
        (DISKS | {"ResourceGroupId": "rg-none"}, ("InvalidResourceGroup.NotFound", 404)),
        ({"InstanceId": "i-none"}, ("InvalidInstanceId.NotFound", 404)),
        ({"DiskId.1": "d-none"}, ("InvalidDiskId.NotFound", 404)),
        ({"DiskId.1": "d-demo-beijing"}, ("InvalidDiskId.NotFound", 404)),
        ({"InstanceId": "i-demo", "DiskId.1": "d-demo-efficiency"}, ("InvalidDiskId.NotFound", 404)),
        ({"InstanceId": "i-bare"}, ("InvalidInstance.NoDisk", 403)),
        ({"DiskId.1": "d-demo-efficiency"}, ("DiskCategory.OperationNotSupported", 400)),
        ({"InstanceId": "i-demo-stopped"}, ("DiskCategory.OperationNotSupported", 400)),
        ({"DiskId.1": "d-demo-data", "DiskId.2": "d-far"}, ("InvalidDiskIds.NotInSameZone", 400)),
        ({"DiskId.1": "d-demo-data", "DiskId.2": "d-regional"}, ("InvalidDisk.DiskCategoryInconsistent", 403)),
        ({"DiskId.1": "d-shared"}, ("InvalidOperation.MultiAttachDisk", 403)),
        ({"DiskId.1": "d-huge", "DiskId.2": "d-demo-data"}, ("CapacityExceed.TooManyDisks", 403)),
        ({f"DiskId.{n}": f"d-{n}" for n in range(1, 18)}, ("NumberExceed.TooManyDisks", 403)),
        ({"DiskId.1": "d-demo-data", "DiskId.2": "d-demo-never-attached"}, ("IncorrectDiskStatus.NeverAttached", 403)),
    ],
)
def test_disks_that_cannot_be_together_are_refused(
    api: Api, emulator: Emulator, parameters: dict[str, str], refusal: tuple[str, int]
) -> None:
    emulator.add_seed(
        {
            "instances": [{"id": "i-bare"}, {"id": "i-many"}],
            "disks": [
                {"id": "d-far", "attached_time": 1.0, "zone_id": "cn-hangzhou-i"},
                {"id": "d-huge", "attached_time": 1.0, "size": 32700},
                _attached(id="d-regional", category="cloud_regional_disk_auto"),
                _attached(id="d-shared", multi_attach="Enabled"),
                *({"id": f"d-{n}", "instance_id": "i-many"} for n in range(1, 18)),
            ],
        }
    )
    assert api.refused("CreateSnapshotGroup", {"RegionId": REGION} | parameters) == refusal
    assert len(emulator.world.snapshots) == 0


def test_the_limits_of_a_group_can_be_seeded(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"rules": {"disks_per_snapshot_group": 1}})
    assert api.refused("CreateSnapshotGroup", {"RegionId": REGION} | DISKS)[0] == "NumberExceed.TooManyDisks"


def test_the_same_call_again_gets_the_same_group(api: Api) -> None:
    parameters = DISKS | {"ClientToken": "t-1"}
    assert _create(api, parameters) == _create(api, parameters)
    assert len(_listed(api)) == 1


def test_a_group_keeps_what_it_was_given(api: Api) -> None:
    given = {
        "Name": "striped",
        "Description": "both",
        "ResourceGroupId": "rg-demo",
        "Tag.1.Key": "a",
        "Tag.1.Value": "b",
    }
    created = _create(api, DISKS | given)
    group = _group(api)
    assert created.startswith("ssg-bp1")
    assert (group["Name"], group["Description"], group["ResourceGroupId"]) == ("striped", "both", "rg-demo")
    assert group["Tags"] == {"Tag": [{"Key": "a", "Value": "b"}]}


def test_name_and_description_of_a_group_change(api: Api) -> None:
    group = {"RegionId": REGION, "SnapshotGroupId": _create(api)}
    api("ModifySnapshotGroup", group, Name="renamed", Description="")
    assert (_group(api)["Name"], _group(api)["Description"]) == ("renamed", "")
    api("ModifySnapshotGroup", group, Description="as it was")
    assert (_group(api)["Name"], _group(api)["Description"]) == ("renamed", "as it was")


@pytest.mark.parametrize("action", ["ModifySnapshotGroup", "DeleteSnapshotGroup"])
@pytest.mark.parametrize("region", [REGION, "cn-beijing"])
def test_a_group_that_is_not_there_is_not_found(api: Api, emulator: Emulator, action: str, region: str) -> None:
    emulator.add_seed({"snapshot_groups": [{"id": "ssg-x", "region_id": "cn-hangzhou"}]})
    group_id = "ssg-none" if region == REGION else "ssg-x"
    assert api.refused(action, RegionId=region, SnapshotGroupId=group_id) == ("InvalidSnapshotGroup.NotFound", 404)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, {"ssg-a", "ssg-b"}),
        ({"SnapshotGroupId.1": "ssg-a", "SnapshotGroupId.2": "ssg-none"}, {"ssg-a"}),
        ({"Name": "first"}, {"ssg-a"}),
        ({"InstanceId": "i-demo"}, {"ssg-b"}),
        ({"ResourceGroupId": "rg-demo"}, {"ssg-b"}),
        ({"Status.1": "failed"}, {"ssg-b"}),
        ({"Status.1": "failed", "Status.2": "accomplished"}, {"ssg-a", "ssg-b"}),
        ({"Tag.1.Key": "a"}, {"ssg-a"}),
        ({"RegionId": "cn-beijing"}, set()),
    ],
)
def test_groups_are_filtered(api: Api, emulator: Emulator, filters: dict[str, str], found: set[str]) -> None:
    emulator.add_seed(
        {
            "snapshot_groups": [
                {"id": "ssg-a", "name": "first", "tags": {"a": "b"}},
                {"id": "ssg-b", "instance_id": "i-demo", "resource_group_id": "rg-demo"},
            ],
            "snapshots": [{"id": "s-b", "disk_id": "d-demo-data", "group_id": "ssg-b", "status": "failed"}],
        }
    )
    assert {group["SnapshotGroupId"] for group in _listed(api, **filters)} == found


@pytest.mark.parametrize(
    ("filters", "refusal"),
    [
        ({"Status.1": "done"}, ("InvalidStatus.ValueNotSupported", 403)),
        ({f"SnapshotGroupId.{n}": "ssg" for n in range(1, 12)}, ("InvalidParameter", 400)),
        ({"Tag.1.Key": "a", "Tag.2.Key": "a"}, ("Duplicate.TagKey", 400)),
    ],
)
def test_filters_that_cannot_be_are_refused(api: Api, filters: dict[str, str], refusal: tuple[str, int]) -> None:
    assert api.refused("DescribeSnapshotGroups", {"RegionId": REGION} | filters) == refusal


def test_groups_come_in_pages_without_numbers(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"snapshot_groups": [{"id": f"ssg-{n}"} for n in range(12)]})
    first = api("DescribeSnapshotGroups", RegionId=REGION)
    second = api("DescribeSnapshotGroups", RegionId=REGION, NextToken=first["NextToken"])
    assert set(first) == {"SnapshotGroups", "NextToken", "RequestId"}
    assert [len(page["SnapshotGroups"]["SnapshotGroup"]) for page in (first, second)] == [10, 2]


def test_a_group_is_deleted_with_its_members(api: Api, emulator: Emulator) -> None:
    group_id = _create(api)
    members = _members(api)
    emulator.advance(60)
    assert _delete(api, group_id) == dict.fromkeys(members.values(), ("Success", ""))
    assert (len(emulator.world.snapshots), _listed(api)) == (0, [])


def test_a_member_under_an_image_is_retained(api: Api, emulator: Emulator) -> None:
    group_id = _create(api)
    members = _members(api)
    emulator.advance(60)
    api("CreateImage", RegionId=REGION, SnapshotId=members["d-demo-system"])
    assert _delete(api, group_id) == {
        members["d-demo-system"]: ("Failed", "SnapshotCreatedImage"),
        members["d-demo-data"]: ("Success", ""),
    }
    assert _listed(api) == []
    assert [snapshot.id for snapshot in emulator.world.snapshots] == [members["d-demo-system"]]


def test_a_member_under_a_disk_is_deleted_with_the_group(api: Api, emulator: Emulator) -> None:
    group_id = _create(api)
    emulator.advance(60)
    api("CreateDisk", RegionId=REGION, ZoneId="cn-hangzhou-h", SnapshotId=_members(api)["d-demo-data"])
    assert {status for status, _ in _delete(api, group_id).values()} == {"Success"}


def test_a_member_that_is_deleted_on_its_own_leaves_the_group(api: Api) -> None:
    _create(api)
    api("DeleteSnapshot", SnapshotId=_members(api)["d-demo-data"])
    assert set(_members(api)) == {"d-demo-system"}


def test_a_group_can_be_made_to_fail(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"action": "CreateSnapshotGroup", "kind": "fail_snapshot"})
    _create(api)
    emulator.advance(60)
    assert _group(api)["Status"] == "failed"


def test_a_stale_group_is_listed_later(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"action": "CreateSnapshotGroup", "kind": "stale", "seconds": 20})
    _create(api)
    assert _listed(api) == []
    emulator.advance(20)
    assert len(_listed(api)) == 1


def test_a_lost_answer_leaves_a_group_that_its_token_finds(api: Api, emulator: Emulator) -> None:
    emulator.add_faults({"action": "CreateSnapshotGroup", "kind": "html", "when": "after"})
    parameters = {"RegionId": REGION, "ClientToken": "t-1", **DISKS}
    assert api.send("CreateSnapshotGroup", parameters).status == 502
    assert api("CreateSnapshotGroup", parameters)["SnapshotGroupId"] == _group(api)["SnapshotGroupId"]


def test_groups_take_tags_but_join_no_resource_group(api: Api) -> None:
    target = {"RegionId": REGION, "ResourceType": "snapshotgroup"}
    tagged = target | {"ResourceId.1": _create(api)}
    api("TagResources", tagged | {"Tag.1.Key": "a", "Tag.1.Value": "b", "Tag.2.Key": "c"})
    api("UntagResources", tagged | {"TagKey.1": "c"})
    (row,) = api("ListTagResources", tagged)["TagResources"]["TagResource"]
    assert (row["ResourceType"], row["TagKey"], row["TagValue"]) == ("snapshotgroup", "a", "b")
    join = target | {"ResourceId": tagged["ResourceId.1"], "ResourceGroupId": "rg-demo"}
    assert api.refused("JoinResourceGroup", join) == ("InvalidResourceType.NotFound", 404)


def test_system_tags_stay_and_do_not_count(api: Api) -> None:
    _create(api)
    member = {"RegionId": REGION, "ResourceType": "snapshot", "ResourceId.1": _members(api)["d-demo-data"]}
    api("TagResources", member | {f"Tag.{n}.Key": f"k{n}" for n in range(1, 21)})
    api("UntagResources", member, All=True)
    (row,) = api("ListTagResources", member)["TagResources"]["TagResource"]
    assert row["TagKey"] == "acs:ecs:createFrom"
