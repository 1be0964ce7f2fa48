"""Automatic snapshot policies: what they say, which disks they are applied to, and what the clock does by them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.emulator.conftest import REGION, Api

from ecs_emulator import Emulator

HOUR = 3600
DAY = 24 * HOUR
_TEAM: dict[str, Any] = {"Tag.1.Key": "team"}
_BY_TAG: dict[str, Any] = {"TargetTags.1.Key": "backup"}
EVERY_DAY = '["1","2","3","4","5","6","7"]'


def _create(api: Api, hours: str = '["9"]', days: str = EVERY_DAY, kept_for: int = 7, **more: Any) -> str:
    """Create a policy; the clock of the tests begins on a Thursday at 08:00 in UTC+8."""
    created = api(
        "CreateAutoSnapshotPolicy",
        regionId=REGION,
        timePoints=hours,
        repeatWeekdays=days,
        retentionDays=kept_for,
        **more,
    )
    return str(created["AutoSnapshotPolicyId"])


def _apply(api: Api, policy_id: str, *disk_ids: str) -> None:
    api("ApplyAutoSnapshotPolicy", regionId=REGION, autoSnapshotPolicyId=policy_id, diskIds=json.dumps(disk_ids))


def _applied(api: Api, hours: str = '["9"]', disk_id: str = "d-demo-data", **more: Any) -> str:
    policy_id = _create(api, hours, **more)
    _apply(api, policy_id, disk_id)
    return policy_id


def _policies(api: Api, **filters: Any) -> list[dict[str, Any]]:
    listed = api("DescribeAutoSnapshotPolicyEx", RegionId=REGION, **filters)
    return list(listed["AutoSnapshotPolicies"]["AutoSnapshotPolicy"])


def _associations(api: Api, **named: Any) -> list[tuple[str, str]]:
    listed = api("DescribeAutoSnapshotPolicyAssociations", RegionId=REGION, **named)
    rows = listed["AutoSnapshotPolicyAssociations"]["AutoSnapshotPolicyAssociation"]
    return [(row["AutoSnapshotPolicyId"], row["DiskId"]) for row in rows]


def _automatic(api: Api, region: str = REGION) -> list[dict[str, Any]]:
    """Return the automatic snapshots, the oldest first."""
    listed = api("DescribeSnapshots", RegionId=region, SnapshotType="auto", PageSize=100)["Snapshots"]["Snapshot"]
    return list(reversed(listed))


def test_a_snapshot_is_taken_at_each_hour_of_the_policy(api: Api, emulator: Emulator) -> None:
    _applied(api, '["9","13"]')
    emulator.advance(DAY)
    assert [each["CreationTime"] for each in _automatic(api)] == ["2026-01-01T01:00:01Z", "2026-01-01T05:00:01Z"]


def test_a_snapshot_is_taken_only_on_the_weekdays_of_the_policy(api: Api, emulator: Emulator) -> None:
    _applied(api, '["9"]', days='["1","6"]')
    emulator.advance(6 * DAY)
    assert [each["CreationTime"][:10] for each in _automatic(api)] == ["2026-01-03", "2026-01-05"]


def test_an_automatic_snapshot_is_named_by_its_day_and_policy(api: Api, emulator: Emulator) -> None:
    policy_id = _applied(api, '["1"]')
    emulator.advance(DAY)
    (taken,) = _automatic(api)
    assert (taken["SnapshotName"], taken["SnapshotType"]) == (f"auto2.0_20260102_{policy_id}", "auto")


def test_an_automatic_snapshot_goes_after_its_days(api: Api, emulator: Emulator) -> None:
    _applied(api, kept_for=3)
    emulator.advance(10 * DAY)
    assert [each["RetentionDays"] for each in _automatic(api)] == [3, 3, 3]


def test_an_automatic_snapshot_without_days_stays(api: Api, emulator: Emulator) -> None:
    _applied(api, kept_for=-1)
    emulator.advance(10 * DAY)
    taken = _automatic(api)
    assert len(taken) == 10
    assert "RetentionDays" not in taken[0]


def test_an_hour_is_skipped_while_an_automatic_snapshot_is_being_created(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"lifecycle": {"snapshot_seconds": 80 * 60}})
    policy_id = _applied(api, '["9","10","11","12"]')
    emulator.advance(5 * HOUR)
    assert [each["CreationTime"][11:13] for each in _automatic(api)] == ["01", "03"]
    skipped = emulator.events("auto_snapshot_policy.skipped")
    assert [(each.id, each.details["disk_id"], each.details["code"]) for each in skipped] == [
        (policy_id, "d-demo-data", "IncorrectDiskStatus.CreatingSnapshot")
    ] * 2


def test_an_hour_is_skipped_while_the_instance_stops(api: Api, emulator: Emulator) -> None:
    _applied(api)
    emulator.change_instance("i-demo", status="Stopping")
    emulator.advance(2 * HOUR)
    assert _automatic(api) == []
    assert emulator.events("auto_snapshot_policy.skipped")


def test_a_disk_with_automatic_snapshots_switched_off_is_skipped(api: Api, emulator: Emulator) -> None:
    _applied(api)
    api("ModifyDiskAttribute", DiskId="d-demo-data", EnableAutoSnapshot=False)
    emulator.advance(2 * HOUR)
    assert _automatic(api) == []


def test_the_oldest_automatic_snapshot_goes_where_a_disk_has_its_fill(api: Api, emulator: Emulator) -> None:
    emulator.add_seed({"rules": {"automatic_snapshots_per_disk": 2}})
    by_hand = api.create_snapshot("d-demo-data")
    _applied(api, kept_for=-1)
    emulator.advance(4 * DAY)
    assert [each["CreationTime"][:10] for each in _automatic(api)] == ["2026-01-03", "2026-01-04"]
    assert api.snapshot(by_hand)["Status"] == "accomplished"


def test_a_disk_keeps_a_thousand_automatic_snapshots(emulator: Emulator) -> None:
    assert emulator.world.settings.rules.automatic_snapshots_per_disk == 1000


def test_an_automatic_snapshot_is_copied_to_the_other_region(api: Api, emulator: Emulator) -> None:
    more: dict[str, Any] = {
        "EnableCrossRegionCopy": True,
        "TargetCopyRegions": '["cn-beijing"]',
        "CopiedSnapshotsRetentionDays": 30,
    }
    _applied(api, **more)
    emulator.advance(DAY)
    (taken,), (copy,) = _automatic(api), _automatic(api, "cn-beijing")
    assert (copy["SourceSnapshotId"], copy["RetentionDays"]) == (taken["SnapshotId"], 30)


def test_copies_go_to_one_other_region_that_there_is(api: Api) -> None:
    for regions in ('["cn-beijing","cn-hangzhou"]', REGION, "cn-nowhere"):
        with pytest.raises(AssertionError, match=r"InvalidParameter\.TargetCopyRegions"):
            _create(api, EnableCrossRegionCopy=True, TargetCopyRegions=regions)


def test_a_policy_is_shown_as_it_was_created(api: Api) -> None:
    policy_id = _create(api, '["13","9"]', '["5"]', autoSnapshotPolicyName="nightly", **_TEAM)
    (shown,) = _policies(api, AutoSnapshotPolicyId=policy_id)
    assert (shown["AutoSnapshotPolicyName"], shown["TimePoints"], shown["RepeatWeekdays"]) == (
        "nightly", '["9", "13"]', '["5"]',
    )  # fmt: skip
    assert (shown["RetentionDays"], shown["EnableCrossRegionCopy"], shown["DiskNums"]) == (7, False, 0)
    assert [tag["TagKey"] for tag in shown["Tags"]["Tag"]] == ["team"]


def test_a_modified_policy_runs_at_its_new_hours(api: Api, emulator: Emulator) -> None:
    policy_id = _applied(api)
    api("ModifyAutoSnapshotPolicyEx", regionId=REGION, autoSnapshotPolicyId=policy_id, timePoints='["20"]')
    emulator.advance(DAY)
    assert [each["CreationTime"][11:13] for each in _automatic(api)] == ["12"]


@pytest.mark.parametrize(
    "wrong", [{"hours": '["24"]'}, {"hours": "[]"}, {"days": '["0"]'}, {"days": "monday"}, {"kept_for": 0}], ids=str
)
def test_hours_weekdays_and_days_must_be_such(api: Api, wrong: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="ParameterInvalid"):
        _create(api, **wrong)


def test_a_policy_that_is_not_there_is_refused(api: Api) -> None:
    named = {"regionId": REGION, "autoSnapshotPolicyId": "sp-none"}
    assert api.refused("DeleteAutoSnapshotPolicy", named) == ("ParameterInvalid", 404)
    assert api.refused("ApplyAutoSnapshotPolicy", {**named, "diskIds": '["d-demo-data"]'}) == ("ParameterInvalid", 404)


def test_a_region_has_at_most_a_hundred_policies(api: Api, emulator: Emulator) -> None:
    assert emulator.world.settings.rules.auto_snapshot_policies == 100
    emulator.add_seed({"rules": {"auto_snapshot_policies": 1}})
    _create(api)
    with pytest.raises(AssertionError, match=r"QuotaExceed\.AutoSnapshotPolicy"):
        _create(api)


def test_policies_by_the_tags_of_instances_are_not_served(api: Api) -> None:
    with pytest.raises(AssertionError, match="to disks, not to the tags of instances"):
        _create(api, AssociationType="AssociatedWithInstanceTag", **_BY_TAG)


def test_a_disk_takes_further_policies_and_at_most_ten(api: Api, emulator: Emulator) -> None:
    assert emulator.world.settings.rules.auto_snapshot_policies_per_disk == 10
    emulator.add_seed({"rules": {"auto_snapshot_policies_per_disk": 2}})
    first, second, third = (_create(api) for _ in range(3))
    _apply(api, first, "d-demo-data")
    _apply(api, second, "d-demo-data", "d-demo-system")
    _apply(api, second, "d-demo-data")
    assert set(_associations(api, DiskId="d-demo-data")) == {(first, "d-demo-data"), (second, "d-demo-data")}
    with pytest.raises(AssertionError, match=r"QuotaExceed\.AppliedAutoSnapshotPolicyQuota"):
        _apply(api, third, "d-demo-data")


def test_the_disks_of_a_policy_are_listed(api: Api) -> None:
    policy_id = _create(api)
    _apply(api, policy_id, "d-demo-data", "d-demo-system")
    listed = _associations(api, AutoSnapshotPolicyId=policy_id)
    assert sorted(disk_id for _, disk_id in listed) == ["d-demo-data", "d-demo-system"]


def test_associations_are_asked_for_by_policy_or_by_disk(api: Api) -> None:
    neither = api.refused("DescribeAutoSnapshotPolicyAssociations", RegionId=REGION)
    both = api.refused(
        "DescribeAutoSnapshotPolicyAssociations", RegionId=REGION, DiskId="d-demo-data", AutoSnapshotPolicyId="sp-1"
    )
    unknown = api.refused("DescribeAutoSnapshotPolicyAssociations", RegionId=REGION, AutoSnapshotPolicyId="sp-1")
    assert neither == ("MissingParameter.AutoSnapshotPolicyIdOrDiskId", 403)
    assert both == ("ParameterConflict.AutoSnapshotPolicyIdAndDiskId", 403)
    assert unknown == ("InvalidAutoSnapshotPolicyId.NotFound", 404)


def test_disks_without_snapshots_take_no_policy(api: Api) -> None:
    policy_id = _create(api)
    parameters = {"regionId": REGION, "autoSnapshotPolicyId": policy_id}
    local = api.refused("ApplyAutoSnapshotPolicy", {**parameters, "diskIds": '["d-demo-local"]'})
    some = api.refused("ApplyAutoSnapshotPolicy", {**parameters, "diskIds": '["d-demo-local","d-demo-data"]'})
    assert local == ("DiskCategory.OperationNotSupported", 400)
    assert some == ("PartofDiskCategory.OperationNotSupported", 400)
    assert _associations(api, AutoSnapshotPolicyId=policy_id) == []


def test_a_cancelled_policy_takes_no_more_snapshots(api: Api, emulator: Emulator) -> None:
    policy_id = _applied(api)
    api("CancelAutoSnapshotPolicy", regionId=REGION, diskIds='["d-demo-data"]')
    emulator.advance(2 * DAY)
    assert (_automatic(api), _associations(api, AutoSnapshotPolicyId=policy_id)) == ([], [])


def test_the_policy_to_cancel_is_named_where_a_disk_has_several(api: Api) -> None:
    first, second = _applied(api), _applied(api)
    everything = {"regionId": REGION, "diskIds": '["d-demo-data"]'}
    assert api.refused("CancelAutoSnapshotPolicy", everything) == ("OperationDenied.TooManyAutoSnapshotPolicies", 403)
    api("CancelAutoSnapshotPolicy", {**everything, "autoSnapshotPolicyId": first})
    assert _associations(api, DiskId="d-demo-data") == [(second, "d-demo-data")]


def test_a_deleted_policy_leaves_its_disks_and_its_snapshots(api: Api, emulator: Emulator) -> None:
    policy_id = _applied(api)
    emulator.advance(DAY)
    api("DeleteAutoSnapshotPolicy", regionId=REGION, autoSnapshotPolicyId=policy_id)
    emulator.advance(2 * DAY)
    assert len(_automatic(api)) == 1
    assert _associations(api, DiskId="d-demo-data") == []


def test_a_deleted_disk_leaves_its_policies(api: Api, emulator: Emulator) -> None:
    policy_id = _applied(api, disk_id="d-demo-never-attached")
    api("DeleteDisk", DiskId="d-demo-never-attached")
    emulator.advance(DAY)
    assert _associations(api, AutoSnapshotPolicyId=policy_id) == []


def test_a_disk_says_that_policies_are_applied_to_it(api: Api) -> None:
    assert api.disk("d-demo-data")["AutoSnapshotPolicyId"] == ""
    policy_id = _applied(api)
    assert api.disk("d-demo-data")["AutoSnapshotPolicyId"] == policy_id
    found = api("DescribeDisks", RegionId=REGION, AutoSnapshotPolicyId=policy_id)["Disks"]["Disk"]
    assert [disk["DiskId"] for disk in found] == ["d-demo-data"]


def test_a_seed_plants_policies_and_their_disks(api: Api, emulator: Emulator) -> None:
    emulator.add_seed(
        {
            "auto_snapshot_policies": [{"id": "sp-nightly", "time_points": [9], "retention_days": 3}],
            "policy_associations": [{"policy_id": "sp-nightly", "disk_id": "d-demo-data"}],
        }
    )
    emulator.advance(DAY)
    assert len(_automatic(api)) == 1
    with pytest.raises(ValueError, match="the policy or the disk that it names is not there"):
        emulator.add_seed({"policy_associations": [{"policy_id": "sp-none", "disk_id": "d-demo-data"}]})
