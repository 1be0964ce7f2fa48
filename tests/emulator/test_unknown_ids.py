"""What ECS gave no id to is refused by each call that would change it, with the code of its kind."""

from __future__ import annotations

import pytest
from tests.emulator.conftest import REGION, Api

SNAPSHOT, DISK, INSTANCE = "s-none", "d-none", "i-none"


@pytest.mark.parametrize(
    ("action", "parameters", "code"),
    [
        ("CreateSnapshot", {"DiskId": DISK}, "InvalidDiskId.NotFound"),
        ("DeleteSnapshot", {"SnapshotId": SNAPSHOT}, "InvalidSnapshotId.NotFound"),
        ("ModifySnapshotAttribute", {"SnapshotId": SNAPSHOT, "SnapshotName": "x-1"}, "InvalidSnapshotId.NotFound"),
        (
            "TagResources",
            {"ResourceType": "snapshot", "ResourceId.1": SNAPSHOT, "Tag.1.Key": "a", "Tag.1.Value": "b"},
            "InvalidResourceId.NotFound",
        ),
        ("ModifySnapshotCategory", {"SnapshotId": SNAPSHOT, "Category": "Archive"}, "InvalidSnapshotId.NotFound"),
        ("UnlockSnapshot", {"SnapshotId": SNAPSHOT}, "InvalidSnapshotId.NotFound"),
        ("ResetDisk", {"DiskId": DISK, "SnapshotId": SNAPSHOT}, "InvalidDiskId.NotFound"),
        ("CreateDisk", {"SnapshotId": SNAPSHOT, "ZoneId": "cn-hangzhou-h"}, "InvalidSnapshotId.NotFound"),
        ("AttachDisk", {"DiskId": DISK, "InstanceId": "i-demo"}, "InvalidDiskId.NotFound"),
        ("DetachDisk", {"DiskId": DISK, "InstanceId": "i-demo"}, "InvalidDiskId.NotFound"),
        ("DeleteDisk", {"DiskId": DISK}, "InvalidDiskId.NotFound"),
        ("StopInstance", {"InstanceId": INSTANCE}, "InvalidInstanceId.NotFound"),
        ("DeleteSnapshotGroup", {"SnapshotGroupId": "ssg-none"}, "InvalidSnapshotGroup.NotFound"),
        ("DeleteImage", {"ImageId": "m-none"}, "InvalidImageId.NotFound"),
    ],
)
def test_what_is_not_there_is_not_found(api: Api, action: str, parameters: dict[str, str], code: str) -> None:
    region = {"RegionId": REGION}
    if action in {"DeleteSnapshot", "ModifySnapshotAttribute", "ModifySnapshotCategory", "DeleteDisk"}:
        region = {}
    assert api.refused(action, {**region, **parameters})[0] == code
