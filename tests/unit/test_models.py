from __future__ import annotations

import inspect
import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as sdk
from hypothesis import given, settings
from hypothesis import strategies as st

from alicloud_snapshot_provider.ecs import models, transport, wire_format
from alicloud_snapshot_provider.ecs.models import DiskInfo, InstanceInfo, SnapshotInfo
from alicloud_snapshot_provider.ecs.probes import PROBES
from alicloud_snapshot_provider.ecs.wire_format import flag, moment, read, text, whole

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**400),
    st.floats(),
    st.text(),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(), st.integers(), max_size=2),
)
SHOWN: dict[Any, Any] = {
    SnapshotInfo: sdk.DescribeSnapshotsResponseBodySnapshotsSnapshot,
    models.SnapshotGroupInfo: sdk.DescribeSnapshotGroupsResponseBodySnapshotGroupsSnapshotGroup,
    models.DiskInfo: sdk.DescribeDisksResponseBodyDisksDisk,
    models.InstanceInfo: sdk.DescribeInstancesResponseBodyInstancesInstance,
    models.InvocationInfo: sdk.DescribeInvocationResultsResponseBodyInvocationInvocationResultsInvocationResult,
    models.AgentInfo: (
        sdk.DescribeCloudAssistantStatusResponseBodyInstanceCloudAssistantStatusSetInstanceCloudAssistantStatus
    ),
    models.ImageInfo: sdk.DescribeImagesResponseBodyImagesImage,
    models.ChainInfo: sdk.DescribeSnapshotLinksResponseBodySnapshotLinksSnapshotLink,
    models.LockInfo: sdk.DescribeLockedSnapshotsResponseBodyLockedSnapshotsInfo,
    models.TaskInfo: sdk.DescribeTasksResponseBodyTaskSetTask,
}
ASKED: dict[Any, Any] = {
    models.CopyRequest: sdk.CopySnapshotRequest,
    models.SnapshotGroupRequest: sdk.CreateSnapshotGroupRequest,
    models.DiskRequest: sdk.CreateDiskRequest,
    models.CommandRequest: sdk.RunCommandRequest,
}
FULL = {
    "SnapshotId": "s-1",
    "SnapshotName": "before",
    "Description": "nightly",
    "Status": "progressing",
    "Progress": "45%",
    "RemainTime": 38,
    "Available": True,
    "CreationTime": "2026-01-01T00:00:01Z",
    "LastModifiedTime": "2026-01-01T00:01:00Z",
    "SourceDiskId": "d-1",
    "SourceDiskSize": "40",
    "SourceDiskType": "system",
    "SourceSnapshotId": "s-0",
    "SourceRegionId": "cn-beijing",
    "SnapshotType": "user",
    "SnapshotLinkId": "sl-1",
    "SnapshotSN": "sn-1",
    "Category": "standard",
    "Encrypted": True,
    "KMSKeyId": "key-1",
    "Usage": "image",
    "RegionId": "cn-hangzhou",
    "ProductCode": "p-1",
    "ResourceGroupId": "rg-1",
    "RetentionDays": 7,
    "InstantAccess": True,
    "FullSnapshotSizeInBytes": 2**33,
    "Tags": {"Tag": [{"TagKey": "team", "TagValue": "web"}]},
}


def wire_names(kind: Any) -> set[str]:
    return {wire_format._wired(each) for each in fields(kind)}


def sdk_names(model: Any) -> set[str]:
    """Return the names of the API that one of the SDK's models reads or writes."""
    return set(re.findall(r"m\.get\('(\w+)'\)", inspect.getsource(model.from_map)))


def test_every_field_of_a_full_record_is_read() -> None:
    assert read(SnapshotInfo, FULL) == SnapshotInfo(
        snapshot_id="s-1",
        snapshot_name="before",
        description="nightly",
        status="progressing",
        progress="45%",
        remain_time=38,
        available=True,
        creation_time="2026-01-01T00:00:01Z",
        last_modified_time="2026-01-01T00:01:00Z",
        source_disk_id="d-1",
        source_disk_size=40,
        source_disk_type="system",
        source_snapshot_id="s-0",
        source_region_id="cn-beijing",
        snapshot_type="user",
        snapshot_link_id="sl-1",
        snapshot_sn="sn-1",
        category="standard",
        encrypted=True,
        kms_key_id="key-1",
        usage="image",
        region_id="cn-hangzhou",
        product_code="p-1",
        resource_group_id="rg-1",
        retention_days=7,
        instant_access=True,
        full_snapshot_size_in_bytes=2**33,
        tags={"team": "web"},
    )


def test_a_record_of_nothing_but_its_id_reads_as_empty_values() -> None:
    assert read(SnapshotInfo, {"SnapshotId": "s-1"}) == SnapshotInfo("s-1")


@pytest.mark.parametrize("kind", SHOWN)
@settings(max_examples=25)
@given(data=st.data())
def test_no_record_raises_whatever_its_fields_hold(kind: Any, data: st.DataObject) -> None:
    record = {name: data.draw(ANYTHING, label=name) for name in sorted(wire_names(kind))}

    assert read(kind, record) is not None


@pytest.mark.parametrize("kind", SHOWN)
def test_every_field_has_a_name_that_the_sdk_reads(kind: Any) -> None:
    assert wire_names(kind) <= sdk_names(SHOWN[kind])


@pytest.mark.parametrize("kind", ASKED)
def test_every_field_that_is_asked_for_has_a_name_that_the_sdk_sends(kind: Any) -> None:
    assert wire_names(kind) <= sdk_names(ASKED[kind])


def test_every_action_that_the_sdk_sends_with_a_region_has_one() -> None:
    without = [each.action for each in PROBES if "RegionId" not in sdk_names(getattr(sdk, f"{each.action}Request"))]

    assert sorted(without) == sorted(transport._WITHOUT_REGION)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("retention_days", 0, None),
        ("retention_days", "7", 7),
        ("remain_time", -1, -1),
        ("source_disk_size", None, 0),
        ("source_disk_size", "many", 0),
        ("source_disk_size", 40.0, 40),
    ],
)
def test_a_number_is_read_as_what_it_means(field: str, value: object, expected: int | None) -> None:
    record = {"SnapshotId": "s-1", field.title().replace("_", ""): value}

    assert getattr(read(SnapshotInfo, record), field) == expected


@pytest.mark.parametrize(
    ("value", "number"),
    [
        *((12, 12), ("12", 12), ("12.9", 12), (12.0, 12), (-1, -1)),
        *((value, None) for value in (None, "", "45%", "nan", "inf", 10**400, [])),
    ],
)
def test_whole_reads_numbers_and_nothing_else(value: object, number: int | None) -> None:
    assert whole(value) == number


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), ("true", True), ("True", True), (False, False), ("false", False), (None, False), (1, False)],
)
def test_flag_is_true_for_true_in_any_spelling(value: object, expected: bool) -> None:
    assert flag(value) is expected


@pytest.mark.parametrize(("value", "expected"), [(None, ""), ("x", "x"), (0, "0"), (40, "40")])
def test_text_is_empty_only_for_nothing(value: object, expected: str) -> None:
    assert text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-01-01T00:00:01Z", datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)),
        ("2026-01-01T00:00Z", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01T08:00:00+08:00", datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))),
        ("2026-01-01T00:00:01", datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)),
        ("", None),
        ("soon", None),
    ],
)
def test_a_moment_is_read_with_or_without_seconds_and_zone(value: str, expected: datetime | None) -> None:
    assert moment(value) == expected
    assert SnapshotInfo("s-1", creation_time=value).cut_at == expected


@pytest.mark.parametrize(
    ("progress", "percent"), [("45%", 45), ("100%", 100), ("", 0), ("12", 12), ("250%", 100), ("-3%", 0), ("x%", 0)]
)
def test_percent_stays_between_0_and_100(progress: str, percent: int) -> None:
    assert SnapshotInfo("s-1", progress=progress).percent == percent


@pytest.mark.parametrize(
    ("status", "accomplished", "failed"),
    [
        ("accomplished", True, False),
        ("failed", False, True),
        ("progressing", False, False),
        ("", False, False),
        ("new", False, False),
    ],
)
def test_only_the_two_final_statuses_are_final(status: str, accomplished: bool, failed: bool) -> None:
    info = SnapshotInfo("s-1", status=status)

    assert (info.accomplished, info.failed) == (accomplished, failed)


@pytest.mark.parametrize(
    "wrapper", [None, {}, *({"Tag": each} for each in (None, "x", [], [None], [{}], [{"TagKey": None}]))]
)
def test_tags_in_another_shape_count_as_none(wrapper: object) -> None:
    assert read(SnapshotInfo, {"SnapshotId": "s-1", "Tags": wrapper}).tags == {}


@pytest.mark.parametrize(("kind", "name"), [(DiskInfo, "OperationLock"), (InstanceInfo, "LockReason")])
def test_locks_are_read_from_both_wrappers(kind: Any, name: str) -> None:
    assert read(kind, {"OperationLocks": {name: [{"LockReason": "security"}, {}]}}).locks == ("security",)
