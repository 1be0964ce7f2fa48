from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alicloud_snapshot_provider.ecs.settings import Settings
from alicloud_snapshot_provider.ledger.ownership import OWNER_KEY
from alicloud_snapshot_provider.nouns.noun import Checked
from alicloud_snapshot_provider.nouns.property_values import UNKNOWN
from alicloud_snapshot_provider.nouns.rules import snapshot_name
from alicloud_snapshot_provider.region import Region, Regions
from alicloud_snapshot_provider.snapshots.resource import SnapshotResource
from virtual_clock import VirtualClock

SERIES = "project/stack/web#0123456789"
DECLARED: dict[str, Any] = {"disk_id": "d-1", "series": SERIES, "preflight": "off"}
DEFAULTS = {
    "snapshot_name": "project-stack-web",
    "wait_until": "accomplished",
    "region": "cn-hangzhou",
    "keep_last": 1,
    "deletion_policy": "delete",
    "force_delete": False,
}
NO_SHRINKING = "ECS only lets retention grow, so set"


class NoCloud(Regions):
    def of(self, settings: Settings) -> Region:
        raise AssertionError("the check asked the cloud")


async def check(news: dict[str, Any], olds: dict[str, Any] | None = None, region: str = "cn-hangzhou") -> Checked:
    checked = await SnapshotResource(NoCloud(VirtualClock()), Settings(region)).check(olds or {}, news)
    owner = checked.inputs.pop(OWNER_KEY, None)
    assert (owner is None) == bool(olds), "a new snapshot gets an owner, and nothing else does"
    return checked


async def test_defaults_are_filled_in() -> None:
    checked = await check(DECLARED)

    assert checked == Checked({**DECLARED, **DEFAULTS}, {})


async def test_what_is_none_or_empty_counts_as_not_declared() -> None:
    checked = await check({**DECLARED, "description": "", "retention_days": None, "region": None, "keep_last": None})

    assert checked.inputs == {**DECLARED, **DEFAULTS}


@pytest.mark.parametrize(
    ("news", "name", "reason"),
    [
        ({"disk_id": None}, "disk_id", "is required: set it"),
        ({"series": None, "snapshot_name": "web"}, "series", "is required: set it"),
        ({"disk": "d-1"}, "disk", "is not an argument: did you mean disk_id?"),
        ({"keep_last": "3"}, "keep_last", "must be a whole number, got '3': give it as one"),
        ({"resource_group_id": 7}, "resource_group_id", "must be a string, got 7: give it as one"),
    ],
)
async def test_what_cannot_work_fails_on_its_property(news: dict[str, Any], name: str, reason: str) -> None:
    assert (await check({**DECLARED, **news})).failures == {name: reason}


async def test_without_any_region_the_failure_says_where_to_set_one() -> None:
    assert (await check(DECLARED, region="")).failures == {
        "region": "is required: run `pulumi config set alicloud:region <region>`, set ALICLOUD_REGION, or give region"
    }


@pytest.mark.parametrize("name", ["disk_id", "series", "region", "triggers"])
async def test_what_is_not_known_yet_is_neither_judged_nor_looked_up(name: str) -> None:
    checked = await check({**DECLARED, "preflight": "error", name: UNKNOWN})

    assert checked.failures == {}
    assert checked.inputs[name] is UNKNOWN


async def test_an_existing_snapshot_is_not_looked_ahead_for() -> None:
    olds = {**DECLARED, **DEFAULTS}

    assert (await check({**DECLARED, "preflight": "error"}, olds)).failures == {}


@pytest.mark.parametrize(
    ("old", "declared", "region"),
    [
        ("cn-beijing", None, "cn-beijing"),
        ("cn-beijing", "cn-shanghai", "cn-shanghai"),
        (None, None, "cn-hangzhou"),
        (None, "cn-shanghai", "cn-shanghai"),
    ],
)
async def test_a_snapshot_stays_where_it_was_taken_unless_the_program_names_a_region(
    old: str | None, declared: str | None, region: str
) -> None:
    olds = {**DECLARED, "region": old} if old else {}

    assert (await check({**DECLARED, "region": declared}, olds)).inputs["region"] == region


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        (SERIES, "project/stack/renamed#9876543210", SERIES),
        (SERIES, "nightly", "nightly"),
        ("nightly", SERIES, SERIES),
        ("nightly", "weekly", "weekly"),
    ],
)
async def test_a_derived_series_survives_an_alias_and_a_named_one_is_taken_as_it_is(
    old: str, new: str, kept: str
) -> None:
    assert (await check({**DECLARED, "series": new}, {**DECLARED, "series": old})).inputs["series"] == kept


@pytest.mark.parametrize(
    ("series", "name"),
    [
        (SERIES, "project-stack-web"),
        ("nightly", "nightly"),
        ("project/stack/a b  c#0123456789", "project-stack-a-b-c"),
        ("autoscaling/stack/web#0123456789", "snapshot-autoscaling-stack-web"),
        ("42/stack/web#0123456789", "snapshot-42-stack-web"),
        ("x", "snapshot-x"),
        ("快照/stack/größe²#0123456789", "快照-stack-größe"),
        ("p" * 128, "p" * 128),
    ],
)
async def test_the_name_is_derived_from_the_series(series: str, name: str) -> None:
    assert (await check({**DECLARED, "series": series})).inputs["snapshot_name"] == name


@given(st.text(min_size=1, max_size=128))
async def test_a_derived_name_is_always_one_that_ecs_takes(series: str) -> None:
    checked = await check({**DECLARED, "series": series})

    assert snapshot_name(checked.inputs["snapshot_name"]) is None


async def test_the_name_of_an_unknown_series_is_unknown() -> None:
    assert (await check({**DECLARED, "series": UNKNOWN})).inputs["snapshot_name"] is UNKNOWN


@pytest.mark.parametrize(
    ("news", "reason"),
    [
        ({"retention_days": 3}, f"cannot shrink from 7 to 3: {NO_SHRINKING} at least 7"),
        ({"retention_days": 6.0}, f"cannot shrink from 7 to 6: {NO_SHRINKING} at least 7"),
        ({}, f"cannot be removed, it was 7: {NO_SHRINKING} it higher or change triggers"),
        ({"retention_days": 0}, "must be 1 to 65536 days, got 0: remove it to keep the snapshot until it is deleted"),
    ],
)
async def test_retention_that_would_shrink_is_refused(news: dict[str, Any], reason: str) -> None:
    checked = await check({**DECLARED, **news}, {**DECLARED, **DEFAULTS, "retention_days": 7.0})

    assert checked.failures == {"retention_days": reason}


async def test_retention_cannot_be_given_to_what_is_kept_until_it_is_deleted() -> None:
    checked = await check({**DECLARED, "retention_days": 7}, {**DECLARED, **DEFAULTS})

    assert checked.failures == {
        "retention_days": "cannot be set to 7 afterwards: ECS keeps it until it is deleted and shortens no retention, "
        "so remove it, or change triggers to take a new snapshot with it"
    }


@pytest.mark.parametrize(
    "news",
    [
        {"retention_days": 7},
        {"retention_days": 8},
        {"retention_days": UNKNOWN},
        {"retention_days": 3, "triggers": "new"},
        {"triggers": "new"},
        {"disk_id": "d-2"},
    ],
)
async def test_retention_may_grow_and_anything_goes_for_a_new_snapshot(news: dict[str, Any]) -> None:
    checked = await check({**DECLARED, **news}, {**DECLARED, **DEFAULTS, "retention_days": 7})

    assert checked.failures == {}
