from __future__ import annotations

import pytest

from alicloud_snapshot_provider.ecs.zones import region_of_zone


@pytest.mark.parametrize(
    ("zone", "region"),
    [
        ("cn-hangzhou-i", "cn-hangzhou"),
        ("cn-wulanchabu-a", "cn-wulanchabu"),
        ("ap-southeast-1a", "ap-southeast-1"),
        ("us-west-1b", "us-west-1"),
        ("cn-hangzhou-finance-1a", "cn-hangzhou-finance-1"),
        ("cn-hangzhou", ""),
        ("cn-hangzhou-MAZ10(h,i)", ""),
        ("", ""),
    ],
)
def test_the_region_is_read_from_the_zone(zone: str, region: str) -> None:
    assert region_of_zone(zone) == region
