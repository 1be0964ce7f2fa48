from __future__ import annotations

from typing import Any

import pytest

from alicloud_snapshot_provider.ecs.settings import Settings
from alicloud_snapshot_provider.nouns.noun import Difference
from alicloud_snapshot_provider.region import Regions
from alicloud_snapshot_provider.snapshots.resource import SnapshotResource
from virtual_clock import VirtualClock

INPUTS: dict[str, Any] = {
    "disk_id": "d-1",
    "series": "nightly",
    "region": "cn-hangzhou",
    "snapshot_name": "nightly",
    "description": "before the upgrade",
    "tags": {"team": "web"},
    "retention_days": 7,
    "archive_after": 14,
    "resource_group_id": "rg-demo",
    "triggers": {"version": 1},
    "wait_until": "accomplished",
    "preflight": "error",
    "window": "01:00-05:00 UTC",
    "min_age": "12h",
    "keep_last": 3,
    "deletion_policy": "retain",
    "force_delete": True,
}
OUTPUTS = {
    **INPUTS,
    "retention_days": 7.0,
    "keep_last": 3.0,
    "triggers": {"version": 1.0},
    "snapshot_id": "s-1",
    "status": "accomplished",
    "generation": 1.0,
}

REPLACING = {"disk_id": "d-2", "region": "cn-beijing", "triggers": {"version": 2}}
UPDATING = {
    "series": "weekly",
    "snapshot_name": "weekly",
    "description": "another",
    "tags": {"team": "db"},
    "retention_days": 8,
    "archive_after": 15,
    "resource_group_id": "rg-production",
    "wait_until": "available",
    "preflight": "off",
    "window": "02:00-05:00 UTC",
    "min_age": "1d",
    "keep_last": 4,
    "deletion_policy": "delete",
    "force_delete": False,
}


def difference(olds: dict[str, Any], news: dict[str, Any]) -> Difference:
    return SnapshotResource(Regions(VirtualClock()), Settings()).diff(olds, news)


def without(properties: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name not in names}


def test_the_same_inputs_change_nothing_though_pulumi_carries_numbers_as_floats() -> None:
    assert not difference(OUTPUTS, INPUTS).any


@pytest.mark.parametrize("name", REPLACING)
def test_another_disk_region_or_trigger_replaces(name: str) -> None:
    assert difference(OUTPUTS, {**INPUTS, name: REPLACING[name]}) == Difference([name], [])


@pytest.mark.parametrize("name", UPDATING)
def test_everything_else_updates_in_place(name: str) -> None:
    assert difference(OUTPUTS, {**INPUTS, name: UPDATING[name]}) == Difference([], [name])


def test_every_input_is_either_replacing_or_updating() -> None:
    assert REPLACING.keys() | UPDATING.keys() == INPUTS.keys()


@pytest.mark.parametrize("name", ["description", "tags", "window", "min_age"])
def test_an_input_that_is_removed_updates(name: str) -> None:
    assert difference(OUTPUTS, without(INPUTS, name)) == Difference([], [name])


@pytest.mark.parametrize(
    ("before", "after"),
    [(1.0, True), (True, 1), (0, False), ({"deep": [1.0]}, {"deep": [True]}), ([False], [0.0])],
)
def test_triggers_that_python_alone_holds_for_equal_replace(before: object, after: object) -> None:
    found = difference({**OUTPUTS, "triggers": before}, {**INPUTS, "triggers": after})

    assert found == Difference(["triggers"], [])


def test_removed_triggers_replace_and_a_removed_resource_group_stays() -> None:
    assert difference(OUTPUTS, without(INPUTS, "triggers", "resource_group_id")) == Difference(["triggers"], [])


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("wait_until", "accomplished"),
        ("preflight", "error"),
        ("keep_last", 1),
        ("deletion_policy", "delete"),
        ("force_delete", False),
    ],
)
def test_outputs_of_an_earlier_release_that_lack_a_property_show_no_change_to_its_default(
    name: str, default: object
) -> None:
    assert not difference(without(OUTPUTS, name), {**INPUTS, name: default}).any


def test_a_failed_snapshot_is_replaced_whatever_the_inputs() -> None:
    assert difference({**OUTPUTS, "status": "failed"}, INPUTS).replaces == ["status"]
