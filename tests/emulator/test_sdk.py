"""Every action, called with the unmodified official SDK, synchronously and asynchronously."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from functools import reduce
from typing import Any, get_type_hints

import pytest
from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from tests.emulator.conftest import Api

from ecs_emulator import Emulator, ManualClock
from ecs_emulator.actions import ACTIONS
from ecs_emulator.gateway.parameters import Shape, table_of
from ecs_emulator.records.invocation_result import InvocationResult
from ecs_emulator.records.task import Task

REGION = "cn-hangzhou"
LINUX = "aliyun_3_x64_20G_alibase_20240819.vhd"
CALLS: dict[str, dict[str, Any]] = {
    "ApplyAutoSnapshotPolicy": {"regionId": REGION, "autoSnapshotPolicyId": "sp-sdk", "diskIds": '["d-demo-data"]'},
    "AttachDisk": {"DiskId": "d-demo-never-attached", "InstanceId": "i-demo"},
    "CancelAutoSnapshotPolicy": {"regionId": REGION, "autoSnapshotPolicyId": "sp-sdk", "diskIds": '["d-demo-system"]'},
    "CopySnapshot": {"RegionId": REGION, "SnapshotId": "s-sdk", "DestinationRegionId": "cn-beijing"},
    "CreateAutoSnapshotPolicy": {
        "regionId": REGION, "timePoints": '["1"]', "repeatWeekdays": '["1"]', "retentionDays": 7,
        "CopyEncryptionConfiguration": {"Encrypted": True}, "Tag": [{"Key": "a", "Value": "b"}],
    },
    "CreateDisk": {"RegionId": REGION, "ZoneId": "cn-hangzhou-h", "Size": 20, "Tag": [{"Key": "a", "Value": ""}]},
    "CreateImage": {"RegionId": REGION, "ImageName": "golden", "DiskDeviceMapping": [{"SnapshotId": "s-sdk"}]},
    "CreateSnapshot": {"DiskId": "d-demo-data", "SnapshotName": "before-change", "InstantAccess": True},
    "CreateSnapshotGroup": {"RegionId": REGION, "InstanceId": "i-demo", "ExcludeDiskId": ["d-demo-system"]},
    "DeleteAutoSnapshotPolicy": {"regionId": REGION, "autoSnapshotPolicyId": "sp-sdk"},
    "DeleteDisk": {"DiskId": "d-demo-never-attached"},
    "DeleteImage": {"RegionId": REGION, "ImageId": "m-sdk", "Force": True},
    "DeleteInstance": {"InstanceId": "i-demo", "Force": True},
    "DeleteSnapshot": {"SnapshotId": "s-sdk", "Force": True},
    "DeleteSnapshotGroup": {"RegionId": REGION, "SnapshotGroupId": "ssg-sdk"},
    "DescribeAutoSnapshotPolicyAssociations": {"RegionId": REGION, "AutoSnapshotPolicyId": "sp-sdk"},
    "DescribeAutoSnapshotPolicyEx": {"RegionId": REGION, "AutoSnapshotPolicyId": "sp-sdk"},
    "DescribeCloudAssistantStatus": {"RegionId": REGION, "InstanceId": ["i-demo"]},
    "DescribeDisks": {"RegionId": REGION, "DiskIds": '["d-demo-data"]'},
    "DescribeImages": {"RegionId": REGION, "ImageOwnerAlias": "self"},
    "DescribeInstances": {"RegionId": REGION, "InstanceIds": '["i-demo"]'},
    "DescribeInvocationResults": {"RegionId": REGION, "InvokeId": "t-sdk-run", "ContentEncoding": "PlainText"},
    "DescribeLockedSnapshots": {"RegionId": REGION, "SnapshotIds": ["s-sdk-locked"]},
    "DescribeRegions": {},
    "DescribeSnapshotGroups": {"RegionId": REGION, "SnapshotGroupId": ["ssg-sdk"]},
    "DescribeSnapshotLinks": {"RegionId": REGION, "DiskIds": '["d-demo-system"]'},
    "DescribeSnapshots": {"RegionId": REGION, "SnapshotIds": '["s-sdk"]', "MaxResults": 100},
    "DescribeSnapshotsUsage": {"RegionId": REGION},
    "DescribeTaskAttribute": {"RegionId": REGION, "TaskId": "t-sdk"},
    "DescribeTasks": {"RegionId": REGION, "ResourceIds": ["s-sdk"]},
    "DescribeZones": {"RegionId": REGION},
    "DetachDisk": {"DiskId": "d-demo-data", "InstanceId": "i-demo"},
    "JoinResourceGroup": {
        "RegionId": REGION, "ResourceType": "snapshot", "ResourceId": "s-sdk", "ResourceGroupId": "rg-demo",
    },
    "ListTagResources": {"RegionId": REGION, "ResourceType": "snapshot", "ResourceId": ["s-sdk"]},
    "LockSnapshot": {
        "RegionId": REGION, "SnapshotId": "s-sdk", "LockMode": "compliance", "LockDuration": 1, "CoolOffPeriod": 0,
    },
    "ModifyAutoSnapshotPolicyEx": {"regionId": REGION, "autoSnapshotPolicyId": "sp-sdk", "timePoints": '["2"]'},
    "ModifyDiskAttribute": {"DiskIds": ["d-demo-data"], "DiskName": "renamed"},
    "ModifyImageAttribute": {"RegionId": REGION, "ImageId": "m-sdk", "ImageName": "renamed"},
    "ModifyInstanceAttribute": {"InstanceId": "i-demo", "InstanceName": "renamed"},
    "ModifySnapshotAttribute": {"SnapshotId": "s-sdk", "Description": ""},
    "ModifySnapshotCategory": {"SnapshotId": "s-sdk-old", "Category": "Archive"},
    "ModifySnapshotGroup": {"RegionId": REGION, "SnapshotGroupId": "ssg-sdk", "Name": "renamed"},
    "ReplaceSystemDisk": {"InstanceId": "i-demo-stopped", "ImageId": LINUX},
    "ResetDisk": {"DiskId": "d-sdk", "SnapshotId": "s-sdk-member"},
    "ResetDisks": {"RegionId": REGION, "Disk": [{"DiskId": "d-sdk", "SnapshotId": "s-sdk-member"}]},
    "ResizeDisk": {"DiskId": "d-demo-data", "NewSize": 200},
    "RunCommand": {
        "RegionId": REGION, "InstanceId": ["i-demo"], "Type": "RunShellScript", "CommandContent": "sync",
        "Parameters": {"unused": "yes"},
    },
    "RunInstances": {"RegionId": REGION, "ImageId": LINUX, "InstanceType": "ecs.g7.large"},
    "StartInstance": {"InstanceId": "i-demo-stopped"},
    "StopInstance": {"InstanceId": "i-demo"},
    "StopInvocation": {"RegionId": REGION, "InvokeId": "t-sdk-run", "InstanceId": ["i-demo"]},
    "TagResources": {
        "RegionId": REGION, "ResourceType": "snapshot", "ResourceId": ["s-sdk"], "Tag": [{"Key": "a", "Value": "b"}],
    },
    "UnlockSnapshot": {"RegionId": REGION, "SnapshotId": "s-sdk-locked"},
    "UntagResources": {"RegionId": REGION, "ResourceType": "snapshot", "ResourceId": ["s-sdk"], "All": True},
}  # fmt: skip
ANSWER_PARTS: dict[str, tuple[str, ...]] = {
    "DeleteSnapshotGroup": ("operation_progress_set", "operation_progress"),
    "CreateAutoSnapshotPolicy": ("auto_snapshot_policy_id",),
    "DescribeAutoSnapshotPolicyAssociations": ("auto_snapshot_policy_associations", "auto_snapshot_policy_association"),
    "DescribeAutoSnapshotPolicyEx": ("auto_snapshot_policies", "auto_snapshot_policy"),
    "DescribeCloudAssistantStatus": ("instance_cloud_assistant_status_set", "instance_cloud_assistant_status"),
    "DescribeDisks": ("disks", "disk"),
    "DescribeImages": ("images", "image"),
    "DescribeInstances": ("instances", "instance"),
    "DescribeInvocationResults": ("invocation", "invocation_results", "invocation_result"),
    "DescribeLockedSnapshots": ("locked_snapshots_info",),
    "DescribeRegions": ("regions", "region"),
    "DescribeSnapshotGroups": ("snapshot_groups", "snapshot_group"),
    "DescribeSnapshotLinks": ("snapshot_links", "snapshot_link"),
    "DescribeSnapshots": ("snapshots", "snapshot"),
    "DescribeTaskAttribute": ("task_id",),
    "DescribeTasks": ("task_set", "task"),
    "DescribeZones": ("zones", "zone"),
    "LockSnapshot": ("locked_snapshot_info", "snapshot_id"),
    "ListTagResources": ("tag_resources", "tag_resource"),
    "ResetDisks": ("operation_progress_set", "operation_progress"),
    "RunInstances": ("instance_id_sets", "instance_id_set"),
}
KINDS = {str: "s", int: "i", bool: "b", float: "f"}
SEED = {
    "disks": [{"id": "d-sdk", "instance_id": "i-demo-stopped"}],
    "snapshot_groups": [{"id": "ssg-sdk", "tags": {"stage": "test"}}],
    "snapshots": [
        {"id": "s-sdk", "disk_id": "d-demo-system", "tags": {"stage": "test"}},
        {"id": "s-sdk-old", "disk_id": "d-sdk", "creation_time": "2025-12-01T00:00:00Z"},
        {"id": "s-sdk-locked", "disk_id": "d-sdk", "lock": {"duration_days": 3, "cool_off_hours": 1}},
        {"id": "s-sdk-member", "disk_id": "d-sdk", "group_id": "ssg-sdk", "tags": {"stage": "test"}},
    ],
    "auto_snapshot_policies": [{"id": "sp-sdk", "copy_region": "cn-beijing", "tags": {"stage": "test"}}],
    "policy_associations": [{"policy_id": "sp-sdk", "disk_id": "d-demo-system"}],
    "images": [{"id": "m-sdk", "name": "own"}],
}

RECORDS = [
    Task(id="t-sdk", resource_id="s-sdk", region_id=REGION),
    InvocationResult(
        id="t-sdk-run.i-demo",
        invoke_id="t-sdk-run",
        command_id="c-sdk",
        instance_id="i-demo",
        content="sync",
        region_id=REGION,
        status="Failed",
        exit_code=1,
    ),
]


@pytest.fixture(autouse=True)
def _planted(emulator: Emulator) -> None:
    emulator.add_seed(SEED)
    for record in RECORDS:
        emulator.world.put(record)


def test_every_action_is_called_here() -> None:
    assert set(CALLS) == set(ACTIONS)


@pytest.mark.parametrize("action", sorted(CALLS))
def test_the_sdk_calls_the_action(sdk: Client, action: str) -> None:
    _check(action, getattr(sdk, _python_name(action))(_request(action)))


@pytest.mark.parametrize("action", sorted(CALLS))
async def test_the_asynchronous_sdk_calls_the_action(sdk: Client, action: str) -> None:
    _check(action, await getattr(sdk, f"{_python_name(action)}_async")(_request(action)))


@pytest.mark.parametrize("action", sorted(ANSWER_PARTS))
def test_the_sdk_knows_every_field_of_the_answer(api: Api, action: str) -> None:
    body = api(action, _flattened(CALLS[action]))
    model = getattr(models, f"{action}ResponseBody")().from_map(body)
    assert model.to_map() == body


def test_every_field_of_a_snapshot_reaches_the_sdk_with_its_type(sdk: Client, clock: ManualClock) -> None:
    request = models.CreateSnapshotRequest(
        disk_id="d-demo-data",
        snapshot_name="before-change",
        description="as it was",
        retention_days=7,
        resource_group_id="rg-demo",
        tag=[models.CreateSnapshotRequestTag(key="stage", value="test")],
    )
    created = sdk.create_snapshot(request).body.snapshot_id
    clock.advance(3600)
    listed = sdk.describe_snapshots(models.DescribeSnapshotsRequest(region_id=REGION, snapshot_ids=f'["{created}"]'))
    (snapshot,) = listed.body.snapshots.snapshot
    assert {name: getattr(snapshot, name) for name in SNAPSHOT} == SNAPSHOT
    assert snapshot.tags.tag[0].to_map() == {"TagKey": "stage", "TagValue": "test"}


SNAPSHOT = {
    "available": True,
    "category": "standard",
    "creation_time": "2026-01-01T00:00:01Z",
    "description": "as it was",
    "encrypted": False,
    "full_snapshot_size_in_bytes": 30 * 2**30,
    "instant_access": True,
    "progress": "100%",
    "region_id": REGION,
    "remain_time": 0,
    "resource_group_id": "rg-demo",
    "retention_days": 7,
    "snapshot_name": "before-change",
    "snapshot_type": "user",
    "source_disk_id": "d-demo-data",
    "source_disk_size": "100",
    "source_disk_type": "data",
    "status": "accomplished",
    "usage": "none",
}


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_the_parameter_table_is_that_of_the_sdk(action: str) -> None:
    owner_fields = {"OwnerAccount", "OwnerId", "ResourceOwnerAccount", "ResourceOwnerId"}
    request = getattr(models, f"{action}ShrinkRequest", None) or getattr(models, f"{action}Request")
    expected = _sdk_shapes(request) | {"RegionId": "s"}
    actual = {name: _notation(shape) for name, shape in table_of(action).items() if name not in owner_fields}
    assert actual == {name: kind for name, kind in expected.items() if name not in owner_fields}


def _flattened(parameters: Mapping[str, Any]) -> dict[str, str]:
    flat = {}
    for name, value in parameters.items():
        if isinstance(value, Mapping):
            flat.update({f"{name}.{key}": text for key, text in _flattened(value).items()})
        elif isinstance(value, list):
            flat.update(_flattened({f"{name}.{index}": item for index, item in enumerate(value, start=1)}))
        else:
            flat[name] = str(value)
    return flat


def _check(action: str, response: Any) -> None:
    assert response.status_code == 200
    assert response.body.request_id
    if action in ANSWER_PARTS:
        assert len(reduce(getattr, ANSWER_PARTS[action], response.body)) > 0


def _request(action: str) -> Any:
    return getattr(models, f"{action}Request")().from_map(CALLS[action])


def _python_name(action: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower()


def _names(model: type) -> dict[str, str]:
    """Return the attribute of each wire name of a model, as its `from_map` assigns them."""
    source = inspect.getsource(model.from_map)  # type: ignore[attr-defined]
    single = re.findall(r"m\.get\('(\w+)'\) is not None:\s+(?:temp_model = \S+\s+)?self\.(\w+) =", source)
    lists = re.findall(r"self\.(\w+) = \[\]\s+if m\.get\('(\w+)'\)", source)
    return dict(single) | {wire: name for name, wire in lists}


def _sdk_shapes(model: type) -> dict[str, Any]:
    namespace = {"List": list, "Dict": dict, "Any": Any, "main_models": models}
    hints = get_type_hints(model.__init__, namespace)
    return {wire: _sdk_shape(hints[name]) for wire, name in _names(model).items()}


def _sdk_shape(hint: Any) -> Any:
    if hint in KINDS:
        return KINDS[hint]
    inner = getattr(hint, "__args__", None)
    return [_sdk_shape(inner[0])] if inner else _sdk_shapes(hint)


def _notation(shape: Shape) -> Any:
    fields: Mapping[str, Shape] | None = shape.fields
    kind = {"j": "s"}.get(shape.kind, shape.kind)
    inner = kind if fields is None else {name: _notation(field) for name, field in fields.items()}
    return [inner] if shape.repeated else inner
