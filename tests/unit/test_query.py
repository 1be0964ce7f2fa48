from __future__ import annotations

from typing import Any

import pytest

from alicloud_snapshot_provider.ecs.models import SnapshotInfo
from alicloud_snapshot_provider.ledger.intent import SERIES_TAG
from alicloud_snapshot_provider.snapshots.query import Query

GUARDED = "project/stack/web:d-1#0123456789"
INFO = SnapshotInfo("s-1", status="accomplished", source_disk_id="d-1", tags={"team": "web", SERIES_TAG: GUARDED})


@pytest.mark.parametrize(
    ("filters", "matches"),
    [
        ({}, True),
        ({"ids": ["s-1", "s-2"]}, True),
        ({"ids": ["s-2"]}, False),
        ({"disk_id": "d-1"}, True),
        ({"disk_id": "d-2"}, False),
        ({"series": GUARDED}, True),
        ({"series": "project/stack/web"}, False),
        ({"scope": "project/stack", "guarded": "web"}, True),
        ({"scope": "project/stack", "guarded": "we"}, False),
        ({"scope": "project/other", "guarded": "web"}, False),
        ({"tags": {"team": "web"}}, True),
        ({"tags": {"team": "web", "stage": "live"}}, False),
        ({"status": "accomplished"}, True),
        ({"status": "failed"}, False),
        ({"disk_id": "d-1", "status": "failed"}, False),
    ],
)
def test_a_snapshot_matches_where_every_filter_holds(filters: dict[str, Any], matches: bool) -> None:
    assert Query(**filters).matches(INFO) is matches
