"""Tags and resource groups."""

from __future__ import annotations

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import Emulator

BASE = {"RegionId": REGION, "ResourceType": "snapshot", "ResourceId.1": "s-a"}


@pytest.fixture(autouse=True)
def _planted(emulator: Emulator) -> None:
    snapshots = [{"id": f"s-{name}", "disk_id": "d-demo-data", "tags": {"stage": "test"}} for name in "ab"]
    emulator.add_seed({"snapshots": snapshots})


def _tags(api: Api, **more: object) -> dict[str, str]:
    rows = api("ListTagResources", BASE, **more)["TagResources"]["TagResource"]
    return {row["TagKey"]: row["TagValue"] for row in rows}


def test_tags_are_added_over_those_with_the_same_key(api: Api) -> None:
    new = {"Tag.1.Key": "stage", "Tag.1.Value": "prod", "Tag.2.Key": "empty", "Tag.2.Value": ""}
    api("TagResources", BASE | new)
    assert _tags(api) == {"stage": "prod", "empty": ""}


def test_tags_are_found_by_the_filter_at_once(api: Api) -> None:
    api("TagResources", BASE | {"Tag.1.Key": "being-created", "Tag.1.Value": "1"})
    listed = api("DescribeSnapshots", {"RegionId": REGION, "Tag.1.Key": "being-created"})
    assert [snapshot["SnapshotId"] for snapshot in listed["Snapshots"]["Snapshot"]] == ["s-a"]
    api("UntagResources", BASE | {"TagKey.1": "being-created"})
    assert api("DescribeSnapshots", {"RegionId": REGION, "Tag.1.Key": "being-created"})["TotalCount"] == 0


def test_tags_are_taken_off_one_by_one_or_all_together(api: Api) -> None:
    api("TagResources", BASE | {"Tag.1.Key": "a", "Tag.2.Key": "b"})
    api("UntagResources", BASE | {"TagKey.1": "a", "TagKey.2": "never-there"})
    assert set(_tags(api)) == {"stage", "b"}
    api("UntagResources", BASE, All=True)
    assert _tags(api) == {}


@pytest.mark.parametrize("resource", ["disk d-demo-data", "instance i-demo", "image m-own"])
def test_every_kind_of_resource_takes_tags(api: Api, emulator: Emulator, resource: str) -> None:
    emulator.add_seed({"images": [{"id": "m-own"}]})
    kind, resource_id = resource.split()
    target = {"RegionId": REGION, "ResourceType": kind, "ResourceId.1": resource_id}
    api("TagResources", target | {"Tag.1.Key": "a", "Tag.1.Value": "b"})
    rows = api("ListTagResources", target)["TagResources"]["TagResource"]
    assert rows == [{"ResourceId": resource_id, "ResourceType": kind, "TagKey": "a", "TagValue": "b"}]


@pytest.mark.parametrize(
    ("action", "parameters", "refusal"),
    [
        ("TagResources", {"Tag.1.Key": "a", "ResourceId.1": "s-none"}, ("InvalidResourceId.NotFound", 404)),
        ("TagResources", {"Tag.1.Key": "a", "ResourceType": "Snapshot"}, ("InvalidResourceType.NotFound", 404)),
        ("TagResources", {"Tag.1.Key": "aliyun-x"}, ("InvalidTagKey.Malformed", 400)),
        ("TagResources", {f"Tag.{n}.Key": f"k{n}" for n in range(1, 21)}, ("OperationDenied.QuotaExceed", 400)),
        ("TagResources", {}, ("MissingParameter.Tags", 404)),
        ("UntagResources", {"All": "true", "TagKey.1": "a"}, ("Param.Conflict", 403)),
    ],
)
def test_what_cannot_be_tagged_is_refused(
    api: Api, action: str, parameters: dict[str, str], refusal: tuple[str, int]
) -> None:
    assert api.refused(action, BASE | parameters) == refusal


def test_at_most_fifty_resources_are_tagged_at_once(api: Api) -> None:
    many = {f"ResourceId.{n}": f"s-{n}" for n in range(1, 52)}
    assert api.refused("TagResources", BASE | many | {"Tag.1.Key": "a"}) == ("NumberExceed.ResourceIds", 400)


def test_a_list_needs_resources_or_tags(api: Api) -> None:
    refusal = api.refused("ListTagResources", RegionId=REGION, ResourceType="snapshot")
    assert refusal == ("BothEmpty.TagsAndResources", 403)


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        ({"Tag.1.Key": "stage", "Tag.1.Value": "test"}, 2),
        ({"Tag.1.Key": "stage", "Tag.1.Value": "prod"}, 0),
        ({"TagFilter.1.TagKey": "stage"}, 2),
        ({"TagFilter.1.TagKey": "stage", "TagFilter.1.TagValues.1": "prod"}, 0),
    ],
)
def test_resources_are_found_by_their_tags(api: Api, filters: dict[str, str], rows: int) -> None:
    listed = api("ListTagResources", filters, RegionId=REGION, ResourceType="snapshot")
    assert len(listed["TagResources"]["TagResource"]) == rows


def test_long_lists_of_tags_come_in_pages(api: Api, emulator: Emulator) -> None:
    snapshots = [{"id": f"s-{n}", "disk_id": "d-demo-data", "tags": {"long": str(n)}} for n in range(60)]
    emulator.add_seed({"snapshots": snapshots})
    query = {"RegionId": REGION, "ResourceType": "snapshot", "Tag.1.Key": "long"}
    first = api("ListTagResources", query)
    second = api("ListTagResources", query, NextToken=first["NextToken"])
    assert [len(page["TagResources"]["TagResource"]) for page in (first, second)] == [50, 10]
    assert second["NextToken"] == ""
    assert api.refused("ListTagResources", query, NextToken="???") == ("Invalid.NextToken", 403)


def test_a_resource_joins_a_group_once(api: Api) -> None:
    join = {"RegionId": REGION, "ResourceType": "snapshot", "ResourceId": "s-a", "ResourceGroupId": "rg-demo"}
    api("JoinResourceGroup", join)
    assert api.snapshot("s-a")["ResourceGroupId"] == "rg-demo"
    assert api.refused("JoinResourceGroup", join) == ("InvalidResourceGroup.Duplicate", 403)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"ResourceGroupId": "rg-none"}, ("InvalidResourceGroup.NotFound", 404)),
        ({"ResourceId": "s-none"}, ("InvalidResourceId.NotFound", 404)),
        ({"ResourceType": "snapshotgroup"}, ("InvalidResourceType.NotFound", 404)),
    ],
)
def test_a_group_that_cannot_be_joined_is_refused(api: Api, change: dict[str, str], refusal: tuple[str, int]) -> None:
    join = {"RegionId": REGION, "ResourceType": "snapshot", "ResourceId": "s-a", "ResourceGroupId": "rg-demo"}
    assert api.refused("JoinResourceGroup", join | change) == refusal


def test_a_snapshot_joins_a_group_while_it_is_progressing(api: Api) -> None:
    created = api.create_snapshot()
    join = {"RegionId": REGION, "ResourceType": "snapshot", "ResourceGroupId": "rg-demo"}
    api("JoinResourceGroup", join, ResourceId=created)
    assert api.snapshot(created)["ResourceGroupId"] == "rg-demo"
