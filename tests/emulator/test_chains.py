"""Snapshot chains and what they add up to."""

from __future__ import annotations

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import Emulator
from ecs_emulator.records.snapshot import chain_id_of

GIB = 2**30


@pytest.fixture(autouse=True)
def _planted(emulator: Emulator) -> None:
    emulator.add_seed(
        {
            "snapshots": [
                {"id": "s-1", "disk_id": "d-demo-system"},
                {"id": "s-2", "disk_id": "d-demo-system", "stored_gib": 3},
                {"id": "s-3", "disk_id": "d-demo-system", "stored_gib": 9, "status": "failed"},
                {"id": "s-4", "disk_id": "d-gone", "region_id": REGION, "stored_gib": 1},
                {"id": "s-5", "disk_id": "d-demo-beijing"},
            ]
        }
    )


def test_a_disk_has_one_chain_with_its_totals(api: Api) -> None:
    listed = api("DescribeSnapshotLinks", RegionId=REGION, DiskIds='["d-demo-system"]')
    (chain,) = listed["SnapshotLinks"]["SnapshotLink"]
    assert (chain["TotalCount"], chain["TotalSize"], chain["SourceDiskSize"]) == (3, 15 * GIB, 40)
    assert (chain["InstanceId"], chain["InstanceName"]) == ("i-demo", "web-server")
    assert chain["SnapshotLinkId"] == api.snapshot("s-1")["SnapshotLinkId"]


def test_a_chain_outlives_its_disk(api: Api) -> None:
    listed = api("DescribeSnapshotLinks", RegionId=REGION, DiskIds='["d-gone"]')
    (chain,) = listed["SnapshotLinks"]["SnapshotLink"]
    assert (chain["InstanceId"], chain["SourceDiskName"]) == ("", "")


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 2),
        ({"DiskIds": "[]"}, 0),
        ({"SnapshotLinkIds": "[]"}, 0),
        ({"SnapshotLinkIds": f'["{chain_id_of("d-gone")}"]'}, 1),
        ({"InstanceId": "i-demo"}, 1),
        ({"RegionId": "cn-beijing"}, 1),
    ],
)
def test_chains_are_filtered_and_an_empty_list_finds_nothing(api: Api, filters: dict[str, str], count: int) -> None:
    assert api("DescribeSnapshotLinks", {"RegionId": REGION} | filters)["TotalCount"] == count


def test_the_usage_of_a_region_leaves_failed_snapshots_unpaid(api: Api) -> None:
    usage = api("DescribeSnapshotsUsage", RegionId=REGION)
    assert (usage["SnapshotCount"], usage["SnapshotSize"]) == (4, 16 * GIB)


def test_max_results_of_chains_is_at_least_ten(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"snapshots": [{"id": f"s-x{n}", "disk_id": f"d-x{n}", "region_id": REGION} for n in range(20)]})
    page = api("DescribeSnapshotLinks", RegionId=REGION, MaxResults=1)
    assert len(page["SnapshotLinks"]["SnapshotLink"]) == 10
