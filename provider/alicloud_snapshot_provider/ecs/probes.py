"""Harmless calls that show which ECS actions the account may use, for `doctor`.

A read asks for one record. Every other call names an id that does not exist, as a dry run if the action has one. RAM
judges a call before ECS looks the id up. So an error of RAM is a refusal, and every other error is none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..errors import PermissionDenied, SnapshotError, Throttled, Unavailable
from .client import EcsClient

_SNAPSHOT, _DISK, _INSTANCE = "s-000000doctor000000", "d-000000doctor000000", "i-000000doctor000000"
_GROUP, _RESOURCE_GROUP, _INVOCATION = "ssg-000000doctor000000", "rg-000000doctor000000", "t-000000doctor000000"
_BY_RAM = ("Forbidden", "NoPermission", "Unauthorized")
_ZONE = "cn-doctor-x"
_AT_ONCE = 4
_PASSED_DRY_RUN = "DryRunOperation"


class Verdict(Enum):
    """The result of a probe."""

    ALLOWED = "allowed"
    NOT_REFUSED = "not refused"
    REFUSED = "refused"
    NOT_PROBED = "not probed"


@dataclass(frozen=True, slots=True)
class Probe:
    """An action, its purpose, and the API's parameters of the probe; None if no harmless call exists."""

    action: str
    purpose: str
    parameters: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A probe and its result."""

    probe: Probe
    verdict: Verdict


SNAPSHOTS, COPIES, ROLLBACKS, RESTORES, LOCKS = "snapshots", "copies", "rollbacks", "restores and drills", "locks"
GROUPS, ARCHIVES, FREEZING, REPORTS = "groups", "archives", "freezing", "reports"
SCHEDULES, RESOURCE_GROUPS = "schedules", "resource groups"

PROBES = (
    Probe("DescribeSnapshots", SNAPSHOTS, {"PageSize": 1}),
    Probe("DescribeDisks", SNAPSHOTS, {"PageSize": 1}),
    Probe("DescribeInstances", SNAPSHOTS, {"PageSize": 1}),
    Probe("DescribeImages", SNAPSHOTS, {"PageSize": 1, "ImageOwnerAlias": "self"}),
    Probe("CreateSnapshot", SNAPSHOTS, {"DiskId": _DISK}),
    Probe("DeleteSnapshot", SNAPSHOTS, {"SnapshotId": _SNAPSHOT}),
    Probe("ModifySnapshotAttribute", SNAPSHOTS, {"SnapshotId": _SNAPSHOT, "SnapshotName": "doctor"}),
    Probe(
        "TagResources",
        SNAPSHOTS,
        {"ResourceType": "snapshot", "ResourceId": [_SNAPSHOT], "Tag": [{"Key": "doctor", "Value": "doctor"}]},
    ),
    Probe("UntagResources", SNAPSHOTS, {"ResourceType": "snapshot", "ResourceId": [_SNAPSHOT], "TagKey": ["doctor"]}),
    Probe(
        "JoinResourceGroup",
        RESOURCE_GROUPS,
        {"ResourceType": "snapshot", "ResourceId": _SNAPSHOT, "ResourceGroupId": _RESOURCE_GROUP},
    ),
    Probe(
        "CopySnapshot",
        COPIES,
        {
            "SnapshotId": _SNAPSHOT,
            "DestinationRegionId": "cn-hongkong",
            "DestinationSnapshotName": "doctor",
            "DestinationSnapshotDescription": "doctor",
        },
    ),
    Probe("ResetDisk", ROLLBACKS, {"DiskId": _DISK, "SnapshotId": _SNAPSHOT, "DryRun": True}),
    Probe("ResetDisks", ROLLBACKS, {"Disk": [{"DiskId": _DISK, "SnapshotId": _SNAPSHOT}], "DryRun": True}),
    Probe("StopInstance", ROLLBACKS, {"InstanceId": _INSTANCE, "DryRun": True}),
    Probe("StartInstance", ROLLBACKS, {"InstanceId": _INSTANCE, "DryRun": True}),
    Probe("CreateDisk", RESTORES, {"SnapshotId": _SNAPSHOT, "ZoneId": _ZONE, "DiskCategory": "cloud_essd"}),
    Probe("AttachDisk", RESTORES, {"DiskId": _DISK, "InstanceId": _INSTANCE}),
    Probe("DetachDisk", RESTORES, {"DiskId": _DISK, "InstanceId": _INSTANCE}),
    Probe("DeleteDisk", RESTORES, {"DiskId": _DISK}),
    Probe(
        "LockSnapshot",
        LOCKS,
        {"SnapshotId": _SNAPSHOT, "LockMode": "compliance", "LockDuration": 1, "CoolOffPeriod": 1, "DryRun": True},
    ),
    Probe("UnlockSnapshot", LOCKS, {"SnapshotId": _SNAPSHOT, "DryRun": True}),
    Probe("DescribeLockedSnapshots", LOCKS, {"MaxResults": 10}),
    Probe("CreateSnapshotGroup", GROUPS, {"DiskId": [_DISK], "Name": "doctor"}),
    Probe("DescribeSnapshotGroups", GROUPS, {"MaxResults": 1}),
    Probe("ModifySnapshotGroup", GROUPS, {"SnapshotGroupId": _GROUP, "Name": "doctor"}),
    Probe("DeleteSnapshotGroup", GROUPS, {"SnapshotGroupId": _GROUP}),
    Probe("ModifySnapshotCategory", ARCHIVES, {"SnapshotId": _SNAPSHOT, "Category": "Archive", "RetentionDays": 74}),
    Probe("DescribeTasks", ARCHIVES, {"PageSize": 1, "TaskAction": "ArchiveSnapshot"}),
    Probe("DescribeCloudAssistantStatus", FREEZING, {"InstanceId": [_INSTANCE]}),
    Probe("RunCommand", FREEZING, None),
    Probe("DescribeInvocationResults", FREEZING, {"InvokeId": _INVOCATION}),
    Probe("StopInvocation", FREEZING, {"InvokeId": _INVOCATION}),
    Probe("DescribeSnapshotLinks", REPORTS, {"PageSize": 1}),
    Probe("DescribeAutoSnapshotPolicyEx", SCHEDULES, {"PageSize": 1}),
    Probe("DescribeAutoSnapshotPolicyAssociations", SCHEDULES, {"DiskId": _DISK}),
)
"""Every action that the provider and the command line call. RunCommand has no dry run."""
PURPOSES = tuple(dict.fromkeys(probe.purpose for probe in PROBES))


async def ask_all(client: EcsClient) -> list[Answer]:
    """Make the call of every probe, four at a time."""
    free = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(probe: Probe) -> Answer:
        async with free:
            return await _ask(client, probe)

    return await asyncio.gather(*map(in_turn, PROBES))


async def _ask(client: EcsClient, probe: Probe) -> Answer:
    if probe.parameters is None:
        return Answer(probe, Verdict.NOT_PROBED)
    try:
        await _call(client, probe)
    except SnapshotError as error:
        return Answer(probe, _verdict(error))
    return Answer(probe, Verdict.ALLOWED)


async def _call(client: EcsClient, probe: Probe) -> None:
    """Make the call. Make it again if no usable answer comes."""
    try:
        await client.call_once(probe.action, "a probe", probe.parameters or {})
    except Unavailable:
        await client.call_once(probe.action, "a probe", probe.parameters or {})


async def first_error(client: EcsClient) -> SnapshotError | None:
    """Make one signed call, and return its error, if any."""
    try:
        await _call(client, PROBES[0])
    except SnapshotError as error:
        return error
    return None


def is_refused_by_ram(error: SnapshotError) -> bool:
    """Tell whether RAM refused the call: ECS knows the account, but does not allow the action."""
    return isinstance(error, PermissionDenied) and error.code.startswith(_BY_RAM)


def _verdict(error: SnapshotError) -> Verdict:
    if is_refused_by_ram(error):
        return Verdict.REFUSED
    if error.code == _PASSED_DRY_RUN:
        return Verdict.ALLOWED
    if isinstance(error, Throttled | Unavailable | PermissionDenied) or not error.code:
        return Verdict.NOT_PROBED
    return Verdict.NOT_REFUSED
