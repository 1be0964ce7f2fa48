"""What DescribeSnapshots finds, and how it pages."""

from __future__ import annotations

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import Emulator
from ecs_emulator.tables import Table

SEED = {
    "images": [],
    "snapshots": [
        {"id": "s-a", "disk_id": "d-demo-system", "name": "web-1", "tags": {"stage": "test", "team": "x"},
         "creation_time": "2026-01-01T10:00:00Z", "resource_group_id": "rg-demo"},
        {"id": "s-b", "disk_id": "d-demo-data", "name": "web-2", "type": "auto", "tags": {"stage": "prod"},
         "creation_time": "2026-01-02T10:00:00Z", "encrypted": True, "kms_key_id": "key-1"},
        {"id": "s-c", "disk_id": "d-demo-data", "name": "db-1", "status": "failed", "category": "archive",
         "creation_time": "2026-01-03T10:00:00Z"},
        {"id": "s-d", "disk_id": "d-gone", "region_id": "cn-hangzhou", "name": "orphan"},
        {"id": "s-e", "disk_id": "d-demo-beijing", "name": "elsewhere"},
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _planted(emulator: Emulator) -> None:
    emulator.add_seed(SEED)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, "dcba"),
        ({"SnapshotIds": '["s-c", "s-a", "s-none", "s-e"]'}, "ca"),
        ({"SnapshotIds": "[]"}, ""),
        ({"DiskId": "d-demo-data"}, "cb"),
        ({"DiskId": "d-gone"}, "d"),
        ({"InstanceId": "i-demo"}, "cba"),
        ({"SnapshotName": "web-1"}, "a"),
        ({"SnapshotName": "web-*"}, "ba"),
        ({"Status": "failed"}, "c"),
        ({"Status": "all", "SnapshotType": "all"}, "dcba"),
        ({"SnapshotType": "auto"}, "b"),
        ({"SourceDiskType": "System"}, "a"),
        ({"Usage": "none"}, "dcba"),
        ({"Usage": "disk"}, ""),
        ({"Encrypted": "true"}, "b"),
        ({"Encrypted": "False"}, "dca"),
        ({"KMSKeyId": "key-1"}, "b"),
        ({"Category": "Archive"}, "c"),
        ({"ResourceGroupId": "rg-demo"}, "a"),
        ({"Tag.1.Key": "stage"}, "ba"),
        ({"Tag.1.Key": "stage", "Tag.1.Value": "prod"}, "b"),
        ({"Tag.1.Key": "stage", "Tag.2.Key": "team"}, "a"),
        ({"Filter.1.Key": "CreationStartTime", "Filter.1.Value": "2026-01-02T00:00Z",
          "Filter.2.Key": "CreationEndTime", "Filter.2.Value": "2026-01-02T23:59Z"}, "b"),
        ({"RegionId": "cn-beijing"}, "e"),
    ],
)  # fmt: skip
def test_filters_are_anded(api: Api, filters: dict[str, str], found: str) -> None:
    listed = api("DescribeSnapshots", {"RegionId": REGION} | filters)
    assert [snapshot["SnapshotId"] for snapshot in listed["Snapshots"]["Snapshot"]] == [f"s-{one}" for one in found]
    assert listed["TotalCount"] == len(found)


def test_a_chain_holds_the_snapshots_of_one_disk(api: Api) -> None:
    chain = api.snapshot("s-b")["SnapshotLinkId"]
    listed = api("DescribeSnapshots", RegionId=REGION, SnapshotLinkId=chain)
    assert [snapshot["SnapshotId"] for snapshot in listed["Snapshots"]["Snapshot"]] == ["s-c", "s-b"]


def test_a_snapshot_that_is_not_cut_is_in_no_span_of_time(api: Api) -> None:
    api.create_snapshot()
    spans = {"Filter.1.Key": "CreationStartTime", "Filter.1.Value": "2025-01-01T00:00Z"}
    assert api("DescribeSnapshots", spans, RegionId=REGION, Status="progressing")["TotalCount"] == 0


@pytest.mark.parametrize(
    ("filters", "refusal"),
    [
        ({"Status": "done"}, ("InvalidStatus.NotFound", 404)),
        ({"SnapshotType": "manual"}, ("InvalidSnapshotType.NotFound", 404)),
        ({"Usage": "instance"}, ("InvalidUsage", 404)),
        ({"SourceDiskType": "tape"}, ("InvalidSourceDiskType", 404)),
        ({"Category": "cheap"}, ("InvalidSnapshotCategory.Malformed", 403)),
        ({"Filter.1.Key": "Size", "Filter.1.Value": "1"}, ("InvalidFilterKey.NotFound", 404)),
        ({"Filter.1.Key": "CreationEndTime", "Filter.1.Value": "noon"}, ("InvalidFilterValue", 404)),
        ({"NextToken": "???"}, ("Invalid.NextToken", 403)),
        ({"PageSize": "101"}, ("InvalidParameter", 400)),
        ({"PageNumber": "0"}, ("InvalidParameter", 400)),
        ({"DryRun": "true"}, ("DryRunOperation", 400)),
    ],
)
def test_filters_it_does_not_know_are_refused(api: Api, filters: dict[str, str], refusal: tuple[str, int]) -> None:
    assert api.refused("DescribeSnapshots", {"RegionId": REGION} | filters) == refusal


def _many(emulator: Emulator, count: int) -> None:
    emulator.add_seed({"snapshots": [{"id": f"s-{n:04}", "disk_id": "d-many"} for n in range(count)]})


def test_tokens_lead_through_all_pages(api: Api, emulator: Emulator) -> None:
    _many(emulator, 25)
    seen, token, pages = [], "", 0
    while token or not pages:
        page = api("DescribeSnapshots", RegionId=REGION, DiskId="d-many", MaxResults=10, NextToken=token)
        seen += [snapshot["SnapshotId"] for snapshot in page["Snapshots"]["Snapshot"]]
        token, pages = page["NextToken"], pages + 1
        assert "TotalCount" not in page
    assert (pages, seen) == (3, [f"s-{n:04}" for n in reversed(range(25))])


def test_a_snapshot_created_between_two_pages_shifts_nothing(api: Api, emulator: Emulator) -> None:
    _many(emulator, 15)
    first = api("DescribeSnapshots", RegionId=REGION, MaxResults=10)
    api.create_snapshot()
    second = api("DescribeSnapshots", RegionId=REGION, MaxResults=10, NextToken=first["NextToken"])
    pages = [[s["SnapshotId"] for s in page["Snapshots"]["Snapshot"]] for page in (first, second)]
    assert not set(pages[0]) & set(pages[1])


def test_numbered_pages_win_when_both_ways_are_asked_for(api: Api, emulator: Emulator) -> None:
    _many(emulator, 60)
    page = api("DescribeSnapshots", RegionId=REGION, DiskId="d-many", MaxResults=50, PageNumber=2, PageSize=50)
    assert len(page["Snapshots"]["Snapshot"]) == 10
    assert (page["TotalCount"], page["PageNumber"], page["PageSize"], page["NextToken"]) == (60, 2, 50, "")


def test_a_numbered_page_with_max_results_can_be_followed_by_token(api: Api, emulator: Emulator) -> None:
    _many(emulator, 20)
    page = api("DescribeSnapshots", RegionId=REGION, DiskId="d-many", MaxResults=10, PageNumber=1)
    rest = api("DescribeSnapshots", RegionId=REGION, DiskId="d-many", MaxResults=10, NextToken=page["NextToken"])
    assert rest["Snapshots"]["Snapshot"][0]["SnapshotId"] == "s-0009"


@pytest.mark.parametrize(("asked", "given"), [(5, 5), (1000, 100)])
def test_max_results_is_kept_within_its_limits(api: Api, emulator: Emulator, asked: int, given: int) -> None:
    _many(emulator, 120)
    page = api("DescribeSnapshots", RegionId=REGION, MaxResults=asked)
    assert len(page["Snapshots"]["Snapshot"]) == given


def test_a_hundred_ids_are_found_among_thousands_without_a_scan(
    api: Api, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    _many(emulator, 5000)

    def no_scan(table: Table[object]) -> object:
        if table is emulator.world.snapshots:
            raise AssertionError("scanned all snapshots")
        return iter(table._records.values())

    monkeypatch.setattr(Table, "__iter__", no_scan)
    ids = ", ".join(f'"s-{n:04}"' for n in range(0, 5000, 50))
    listed = api("DescribeSnapshots", RegionId=REGION, SnapshotIds=f"[{ids}]", MaxResults=100)
    assert len(listed["Snapshots"]["Snapshot"]) == 100
    assert api("DescribeSnapshots", {"Tag.1.Key": "team"}, RegionId=REGION)["TotalCount"] == 1


@pytest.mark.parametrize(("filters", "total"), [({"Tag.1.Key": "of"}, 1000), ({"DiskId": "d-many"}, 1001)])
def test_at_most_a_thousand_are_listed_by_tags(
    api: Api, emulator: Emulator, filters: dict[str, str], total: int
) -> None:
    tagged = [{"id": f"s-{n:04}", "disk_id": "d-many", "tags": {"of": "many"}} for n in range(1001)]
    emulator.add_seed({"snapshots": tagged})

    page = api("DescribeSnapshots", filters, RegionId=REGION, PageSize=100, PageNumber=10)

    assert page["TotalCount"] == total
    assert [each["SnapshotId"] for each in page["Snapshots"]["Snapshot"]] == [f"s-{n:04}" for n in range(100, 0, -1)]
