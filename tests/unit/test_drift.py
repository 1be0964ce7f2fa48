from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from alicloud_snapshot_provider.ecs.models import SnapshotInfo
from alicloud_snapshot_provider.ledger.intent import SERIES_TAG
from alicloud_snapshot_provider.snapshots.drift import drift_notes

BEFORE: dict[str, Any] = {
    "snapshot_name": "nightly",
    "description": "before the upgrade",
    "tags": {"team": "web"},
    "retention_days": 7.0,
    "status": "accomplished",
}
NOW = SnapshotInfo(
    "s-1",
    snapshot_name="nightly",
    description="before the upgrade",
    tags={"team": "web", SERIES_TAG: "nightly", "acs:ecs:createFrom": "i-1"},
    retention_days=7,
    status="accomplished",
)
EXTENDED = "ECS cannot shrink it, so raise retention_days to match"


def test_nothing_changed_is_no_drift() -> None:
    assert drift_notes(BEFORE, NOW) == []


def test_what_was_not_recorded_before_cannot_have_drifted() -> None:
    assert drift_notes({}, NOW) == []


@pytest.mark.parametrize(
    ("now", "note"),
    [
        (
            {"snapshot_name": "renamed"},
            "snapshot_name was changed outside Pulumi from 'nightly' to 'renamed': "
            "the next `pulumi up` changes it back",
        ),
        (
            {"description": ""},
            "description was changed outside Pulumi from 'before the upgrade' to '': "
            "the next `pulumi up` changes it back",
        ),
        (
            {"tags": {"team": "db", SERIES_TAG: "nightly"}},
            "tags were changed outside Pulumi from {'team': 'web'} to {'team': 'db'}: "
            "the next `pulumi up` changes them back",
        ),
        ({"retention_days": 30}, f"retention was extended outside Pulumi from 7 days to 30 days: {EXTENDED}"),
        ({"retention_days": None}, f"retention was extended outside Pulumi from 7 days to for ever: {EXTENDED}"),
        ({"status": "failed"}, "snapshot s-1 has failed and holds nothing: the next `pulumi up` takes a new one"),
    ],
)
def test_what_changed_is_told_with_what_follows(now: dict[str, Any], note: str) -> None:
    assert drift_notes(BEFORE, replace(NOW, **now)) == [note]


def test_a_failure_is_told_once() -> None:
    assert drift_notes({**BEFORE, "status": "failed"}, replace(NOW, status="failed")) == []
