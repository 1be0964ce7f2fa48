"""What ECS refuses: unknown ids in each call, and which refusal comes first if several fit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .bench import NAME, Bench
from .life import life
from .outcome import Seen

SNAPSHOT, DISK, INSTANCE = "s-000000verify000000", "d-000000verify000000", "i-000000verify000000"
GROUP, IMAGE = "ssg-000000verify000000", "m-000000verify000000"
"""Ids that name nothing."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A call with an id that names nothing, and the code with which ECS refuses it."""

    action: str
    code: str
    parameters: Mapping[str, Any]

    @property
    def row(self) -> str:
        return f"not-found-{self.action}"

    @property
    def behaviour(self) -> str:
        return f"{self.action} of an id that does not exist answers {self.code}"


_TAG = [{"Key": "verify", "Value": "verify"}]
UNKNOWN = (
    Unknown("CreateSnapshot", "InvalidDiskId.NotFound", {"DiskId": DISK}),
    Unknown("DeleteSnapshot", "InvalidSnapshotId.NotFound", {"SnapshotId": SNAPSHOT}),
    Unknown("ModifySnapshotAttribute", "InvalidSnapshotId.NotFound", {"SnapshotId": SNAPSHOT, "SnapshotName": NAME}),
    Unknown(
        "TagResources",
        "InvalidResourceId.NotFound",
        {"ResourceType": "snapshot", "ResourceId": [SNAPSHOT], "Tag": _TAG},
    ),
    Unknown("ModifySnapshotCategory", "InvalidSnapshotId.NotFound", {"SnapshotId": SNAPSHOT, "Category": "Archive"}),
    Unknown("UnlockSnapshot", "InvalidSnapshotId.NotFound", {"SnapshotId": SNAPSHOT}),
    Unknown("ResetDisk", "InvalidDiskId.NotFound", {"DiskId": DISK, "SnapshotId": SNAPSHOT, "DryRun": True}),
    Unknown("CreateDisk", "InvalidSnapshotId.NotFound", {"SnapshotId": SNAPSHOT, "DiskName": NAME}),
    Unknown("AttachDisk", "InvalidDiskId.NotFound", {"DiskId": DISK}),
    Unknown("DetachDisk", "InvalidDiskId.NotFound", {"DiskId": DISK}),
    Unknown("DeleteDisk", "InvalidDiskId.NotFound", {"DiskId": DISK}),
    Unknown("StopInstance", "InvalidInstanceId.NotFound", {"InstanceId": INSTANCE, "DryRun": True}),
    Unknown("DeleteSnapshotGroup", "InvalidSnapshotGroup.NotFound", {"SnapshotGroupId": GROUP}),
    Unknown("DeleteImage", "InvalidImageId.NotFound", {"ImageId": IMAGE}),
)
"""The calls of the provider that change something. With these ids they change nothing."""


def not_found(unknown: Unknown) -> Callable[[Bench], Awaitable[Seen]]:
    """Return the probe of one call."""

    async def probe(bench: Bench) -> Seen:
        parameters = dict(unknown.parameters)
        if unknown.action == "CreateDisk":
            parameters["ZoneId"] = bench.subject.disk.zone_id
        if unknown.action in {"AttachDisk", "DetachDisk"}:
            parameters["InstanceId"] = bench.subject.disk.instance_id or INSTANCE
        answer = await bench.ask(unknown.action, **parameters)
        return Seen(answer.code == unknown.code, answer.text)

    return probe


async def unknown_ids_find_nothing(bench: Bench) -> Seen:
    """DescribeSnapshots and DescribeDisks answer unknown ids with an empty list. A read relies on that."""
    for action, name, wrapper, listed, unknown in (
        ("DescribeSnapshots", "SnapshotIds", "Snapshots", "Snapshot", SNAPSHOT),
        ("DescribeDisks", "DiskIds", "Disks", "Disk", DISK),
    ):
        asked: dict[str, Any] = {name: f'["{unknown}"]'}
        answer = await bench.ask(action, **asked)
        if answer.code or answer.records(wrapper, listed):
            return Seen(False, f"{action} {answer.text}")
    return Seen(True, "DescribeSnapshots and DescribeDisks listed nothing")


async def refusals_in_order(bench: Bench) -> Seen:
    """ECS checks the format first, then the token, then whether the disk exists."""
    watched = await bench.shared(life)
    malformed = {"SnapshotName": "auto-x"}
    for parameters in ({"DiskId": DISK, **malformed}, {**watched.asked, **malformed}):
        answer = await bench.ask("CreateSnapshot", **parameters)
        if answer.code != "InvalidSnapshotName.Malformed":
            return Seen(False, f"a malformed name {answer.text}")
    answer = await bench.ask("CreateSnapshot", DiskId=DISK, ClientToken=watched.asked["ClientToken"])
    told = f"a used token with an unknown disk {answer.text}"
    return Seen(answer.code not in {"", "InvalidDiskId.NotFound"}, told)
