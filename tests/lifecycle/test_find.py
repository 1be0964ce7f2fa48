from __future__ import annotations

from typing import Any

import pytest
from cloud import Cloud

from alicloud_snapshot_provider.snapshots.query import Query, find_snapshots

GUARDED = "project/stack/web:d-demo-data#0123456789"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"series": "nightly"}, [1, 0]),
        ({"series": "nightly", "disk_id": "d-demo-data"}, []),
        ({"disk_id": "d-demo-system"}, [1, 0]),
        ({"tags": {"team": "web"}}, [2, 0]),
        ({"tags": {"team": "web"}, "disk_id": "d-demo-system"}, [0]),
        ({"scope": "project/stack", "guarded": "web"}, [2]),
        ({"scope": "project/stack", "guarded": "db"}, []),
        ({"series": "nightly", "status": "accomplished"}, [1, 0]),
        ({"series": "nightly", "status": "failed"}, []),
        ({"series": "elsewhere"}, []),
    ],
)
async def test_snapshots_are_found_by_every_filter_newest_first(
    cloud: Cloud, query: dict[str, Any], expected: list[int]
) -> None:
    taken = [
        await cloud.take(series="nightly", tags={"team": "web"}),
        await cloud.take(series="nightly", triggers=1),
        await cloud.take(disk_id="d-demo-data", series=GUARDED, tags={"team": "web"}),
    ]

    found = await find_snapshots(cloud.region, Query(**query))

    assert [info.snapshot_id for info in found] == [taken[number]["snapshot_id"] for number in expected]


async def test_many_ids_are_looked_up_by_one_call(cloud: Cloud) -> None:
    taken = [(await cloud.take(triggers=number))["snapshot_id"] for number in range(3)]
    cloud.emulator.clear_log()

    found = await find_snapshots(cloud.region, Query(ids=[*taken, "s-nowhere"]))

    assert [info.snapshot_id for info in found] == taken[::-1]
    assert cloud.called() == ["DescribeSnapshots"]


async def test_a_query_without_any_filter_is_refused(cloud: Cloud) -> None:
    with pytest.raises(ValueError, match="no filter") as caught:
        await find_snapshots(cloud.region, Query(status="accomplished"))

    assert str(caught.value) == "no filter is given: give ids, disk_id, series, guarded or tags"
