from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models
from hypothesis import given, settings
from hypothesis import strategies as st

from alicloud_snapshot_provider.ecs.models import (
    SnapshotInfo,
    disk_info,
    flag,
    image_info,
    instance_info,
    moment,
    snapshot_info,
    tags_of,
    task_info,
    text,
    whole,
)

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
SNAPSHOT = models.DescribeSnapshotsResponseBodySnapshotsSnapshot
READERS: list[tuple[Any, Any]] = [
    (snapshot_info, SNAPSHOT),
    (disk_info, models.DescribeDisksResponseBodyDisksDisk),
    (instance_info, models.DescribeInstancesResponseBodyInstancesInstance),
    (image_info, models.DescribeImagesResponseBodyImagesImage),
    (task_info, models.DescribeTasksResponseBodyTaskSetTask),
]
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


def read(**fields: object) -> SnapshotInfo:
    return snapshot_info(SNAPSHOT().from_map({"SnapshotId": "s-1", **fields}))


def test_every_field_of_a_full_record_is_read() -> None:
    assert snapshot_info(SNAPSHOT().from_map(FULL)) == SnapshotInfo(
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
    assert read() == SnapshotInfo("s-1")


@pytest.mark.parametrize(("reader", "record"), READERS)
@settings(max_examples=25)
@given(data=st.data())
def test_no_reader_ever_raises_whatever_the_fields_hold(reader: Any, record: Any, data: st.DataObject) -> None:
    fields = record()
    for name in vars(fields):
        setattr(fields, name, data.draw(ANYTHING, label=name))

    assert reader(fields) is not None


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
    record = SNAPSHOT().from_map({"SnapshotId": "s-1"})
    setattr(record, field, value)

    assert getattr(snapshot_info(record), field) == expected


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


@pytest.mark.parametrize("container", [None, SimpleNamespace()])
def test_tags_without_their_wrapper_or_list_count_as_none(container: object) -> None:
    assert tags_of(SimpleNamespace(tags=container)) == {}


@pytest.mark.parametrize("listed", [None, "x", [], [None], [SimpleNamespace()], [SimpleNamespace(tag_key=None)]])
def test_a_list_of_tags_in_another_shape_counts_as_none(listed: object) -> None:
    assert tags_of(SimpleNamespace(tags=SimpleNamespace(tag=listed))) == {}


@pytest.mark.parametrize(
    ("reader", "record", "wrapper"),
    [
        (disk_info, READERS[1][1], {"OperationLock": [{"LockReason": "security"}, {}]}),
        (instance_info, READERS[2][1], {"LockReason": [{"LockReason": "security"}, {}]}),
    ],
)
def test_locks_are_read_from_both_wrappers(reader: Any, record: Any, wrapper: dict[str, object]) -> None:
    assert reader(record().from_map({"OperationLocks": wrapper})).locks == ("security",)
