"""The requests and answers of ECS as values, for `client.py` and everything above it.

A field has the API's name in snake_case. If it does not, or if its value needs a reader of its own, `wire` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .wire_format import flag, items_of, moment, percent, text, whole, wire


def _texts(name: str, key: str) -> Callable[[Any], tuple[str, ...]]:
    return lambda wrapper: tuple(text(each[key]) for each in items_of(wrapper, name) if each.get(key))


def _pairs(name: str, key: str, value: str) -> Callable[[Any], dict[str, str]]:
    return lambda wrapper: {text(each[key]): text(each.get(value)) for each in items_of(wrapper, name) if each.get(key)}


def _slowest(members: Any) -> str:
    return min((text(each.get("Progress")) for each in items_of(members, "Snapshot")), key=percent, default="")


def _all_available(members: Any) -> bool:
    listed = items_of(members, "Snapshot")
    return bool(listed) and all(flag(each.get("Available")) for each in listed)


def _members(members: Any) -> dict[str, str]:
    listed = items_of(members, "Snapshot")
    return {text(each.get("SourceDiskId")): text(each["SnapshotId"]) for each in listed if each.get("SnapshotId")}


_tags = _pairs("Tag", "TagKey", "TagValue")
_group_tags = _pairs("Tag", "Key", "Value")
_disk_locks = _texts("OperationLock", "LockReason")
_instance_locks = _texts("LockReason", "LockReason")
_image_snapshots = _texts("DiskDeviceMapping", "SnapshotId")


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """One snapshot of DescribeSnapshots. Sizes are in GiB, unless the name says bytes. Times are ISO 8601, UTC."""

    snapshot_id: str
    snapshot_name: str = ""
    description: str = ""
    status: str = ""
    progress: str = ""
    remain_time: int | None = None
    available: bool = False
    creation_time: str = ""
    last_modified_time: str = ""
    source_disk_id: str = ""
    source_disk_size: int = 0
    source_disk_type: str = ""
    source_snapshot_id: str = ""
    source_region_id: str = ""
    snapshot_type: str = ""
    snapshot_link_id: str = ""
    snapshot_sn: str = field(default="", metadata=wire("SnapshotSN"))
    category: str = ""
    encrypted: bool = False
    kms_key_id: str = field(default="", metadata=wire("KMSKeyId"))
    usage: str = ""
    region_id: str = ""
    product_code: str = ""
    resource_group_id: str = ""
    retention_days: int | None = field(default=None, metadata=wire("RetentionDays", lambda days: whole(days) or None))
    instant_access: bool = False
    full_snapshot_size_in_bytes: int | None = None
    tags: Mapping[str, str] = field(default_factory=dict, metadata=wire("Tags", _tags))

    @property
    def accomplished(self) -> bool:
        return self.status == "accomplished"

    @property
    def failed(self) -> bool:
        return self.status == "failed"

    @property
    def automatic(self) -> bool:
        """Whether an automatic snapshot policy took it."""
        return self.snapshot_type in {"auto", "timer"}

    @property
    def archived(self) -> bool:
        return self.category.lower() == "archive"

    @property
    def record_id(self) -> str:
        return self.snapshot_id

    @property
    def record_name(self) -> str:
        return self.snapshot_name

    @property
    def source_disks(self) -> Collection[str]:
        """The disk of the snapshot. A copy has none: its disk is in another region."""
        return (self.source_disk_id,) if self.source_disk_id and not self.source_snapshot_id else ()

    @property
    def percent(self) -> int:
        """The progress from 0 to 100. It is 0 if ECS does not state it."""
        return percent(self.progress)

    @property
    def cut_at(self) -> datetime | None:
        """The point in time whose data the snapshot has. None until ECS has made the cut."""
        return moment(self.creation_time)

    @property
    def ended_at(self) -> datetime | None:
        """When it last changed: at its end or later. None until ECS has made the cut."""
        return max(filter(None, (self.cut_at, moment(self.last_modified_time))), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRequest:
    """The parameters of CreateSnapshot."""

    disk_id: str
    client_token: str
    snapshot_name: str | None = None
    description: str | None = None
    retention_days: int | None = None
    resource_group_id: str | None = None
    tags: Mapping[str, str] = field(metadata=wire("Tag"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRequest:
    """The parameters of CopySnapshot."""

    snapshot_id: str
    destination_region_id: str
    client_token: str
    snapshot_name: str | None = field(metadata=wire("DestinationSnapshotName"))
    description: str | None = field(metadata=wire("DestinationSnapshotDescription"))
    retention_days: int | None
    resource_group_id: str | None
    encrypted: bool
    kms_key_id: str | None = field(metadata=wire("KMSKeyId"))
    tags: Mapping[str, str] = field(metadata=wire("Tag"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotGroupRequest:
    """The parameters of CreateSnapshotGroup: some disks, or the disks of an instance without the excluded ones."""

    instance_id: str | None
    disk_ids: Sequence[str] = field(metadata=wire("DiskId"))
    exclude_disk_ids: Sequence[str] = field(metadata=wire("ExcludeDiskId"))
    client_token: str
    name: str | None
    description: str | None
    resource_group_id: str | None
    tags: Mapping[str, str] = field(metadata=wire("Tag"))

    @property
    def subject(self) -> str:
        """The disks or the instance, in words."""
        return f"instance {self.instance_id}" if self.instance_id else f"disks {', '.join(self.disk_ids)}"


@dataclass(frozen=True, slots=True)
class SnapshotGroupInfo:
    """One snapshot-consistent group of DescribeSnapshotGroups.

    `snapshot_ids` are the members by disk. `progress` is that of the slowest member. `available`: every member is.
    """

    snapshot_group_id: str
    snapshot_group_name: str = field(default="", metadata=wire("Name"))
    description: str = ""
    status: str = ""
    progress: str = field(default="", metadata=wire("Snapshots", _slowest))
    available: bool = field(default=False, metadata=wire("Snapshots", _all_available))
    creation_time: str = ""
    source_instance_id: str = field(default="", metadata=wire("InstanceId"))
    resource_group_id: str = ""
    snapshot_ids: Mapping[str, str] = field(default_factory=dict, metadata=wire("Snapshots", _members))
    tags: Mapping[str, str] = field(default_factory=dict, metadata=wire("Tags", _group_tags))

    @property
    def accomplished(self) -> bool:
        return self.status == "accomplished"

    @property
    def failed(self) -> bool:
        return self.status == "failed"

    @property
    def record_id(self) -> str:
        return self.snapshot_group_id

    @property
    def record_name(self) -> str:
        return self.snapshot_group_name

    @property
    def source_disks(self) -> Collection[str]:
        """The disks of its members."""
        return self.snapshot_ids.keys()

    @property
    def cut_at(self) -> datetime | None:
        """The point in time whose data all members have. None if ECS does not state it."""
        return moment(self.creation_time)

    @property
    def ended_at(self) -> datetime | None:
        """The time of the cut: ECS states no later one."""
        return self.cut_at


@dataclass(frozen=True, slots=True)
class DiskInfo:
    """One disk of DescribeDisks. `size` is in GiB.

    ECS takes automatic snapshots if a policy is applied to the disk (`enable_automated_snapshot_policy`) and the disk
    allows them (`enable_auto_snapshot`).
    """

    disk_id: str
    disk_name: str = ""
    status: str = ""
    category: str = ""
    performance_level: str = ""
    disk_type: str = field(default="", metadata=wire("Type"))
    size: int = 0
    zone_id: str = ""
    instance_id: str = ""
    attached_time: str = ""
    detached_time: str = ""
    encrypted: bool = False
    kms_key_id: str = field(default="", metadata=wire("KMSKeyId"))
    multi_attach: str = ""
    resource_group_id: str = ""
    source_snapshot_id: str = ""
    serial_number: str = ""
    enable_auto_snapshot: bool = True
    enable_automated_snapshot_policy: bool = False
    locks: tuple[str, ...] = field(default=(), metadata=wire("OperationLocks", _disk_locks))
    tags: Mapping[str, str] = field(default_factory=dict, metadata=wire("Tags", _tags))


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskRequest:
    """The parameters of CreateDisk, for a disk made from a snapshot. `size` is in GiB, None for the snapshot's."""

    snapshot_id: str
    zone_id: str
    category: str = field(metadata=wire("DiskCategory"))
    performance_level: str | None
    name: str = field(metadata=wire("DiskName"))
    client_token: str
    tags: Mapping[str, str] = field(metadata=wire("Tag"))
    size: int | None = None
    encrypted: bool = False
    kms_key_id: str | None = field(default=None, metadata=wire("KMSKeyId"))
    description: str | None = None


@dataclass(frozen=True, slots=True)
class InstanceInfo:
    """One instance of DescribeInstances. `start_time` is exact to the minute."""

    instance_id: str
    instance_name: str = ""
    status: str = ""
    zone_id: str = ""
    locks: tuple[str, ...] = field(default=(), metadata=wire("OperationLocks", _instance_locks))
    start_time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRequest:
    """The parameters of RunCommand: a script for at most 100 instances. `timeout` is in seconds."""

    name: str
    script: str = field(metadata=wire("CommandContent"))
    kind: str = field(metadata=wire("Type"))
    instance_ids: Sequence[str] = field(metadata=wire("InstanceId"))
    client_token: str
    timeout: int
    username: str | None
    working_dir: str | None
    tags: Mapping[str, str] = field(metadata=wire("Tag"))


@dataclass(frozen=True, slots=True)
class InvocationInfo:
    """The result of a command on one instance. `exit_code` is None if the command did not end by itself.

    `finished_time` is ISO 8601, UTC, exact to the second. It is empty until the end.
    """

    invoke_id: str
    instance_id: str
    status: str = field(default="", metadata=wire("InvocationStatus"))
    finished_time: str = ""
    exit_code: int | None = None
    output: str = ""
    error_code: str = ""
    error_info: str = ""
    tags: Mapping[str, str] = field(default_factory=dict, metadata=wire("Tags", _tags))

    @property
    def finished(self) -> bool:
        return self.status not in {"", "Pending", "Scheduled", "Running", "Stopping"}

    @property
    def succeeded(self) -> bool:
        return self.status == "Success"

    @property
    def never_ran(self) -> bool:
        return self.status in {"Aborted", "Cancelled", "Invalid"}


@dataclass(frozen=True, slots=True)
class AgentInfo:
    """The agent of Cloud Assistant on one instance. `os_type` is Linux or Windows."""

    instance_id: str
    online: bool = field(default=False, metadata=wire("CloudAssistantStatus"))
    os_type: str = field(default="", metadata=wire("OSType"))
    last_invoked_time: str = ""


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """One image of DescribeImages."""

    image_id: str
    image_name: str = ""
    status: str = ""
    snapshot_ids: tuple[str, ...] = field(default=(), metadata=wire("DiskDeviceMappings", _image_snapshots))


@dataclass(frozen=True, slots=True)
class ChainInfo:
    """One snapshot chain of DescribeSnapshotLinks. `stored_bytes` is the size of all its snapshots together."""

    snapshot_link_id: str
    source_disk_id: str = ""
    snapshot_count: int = field(default=0, metadata=wire("TotalCount"))
    stored_bytes: int = field(default=0, metadata=wire("TotalSize"))


@dataclass(frozen=True, slots=True)
class LockInfo:
    """One lock of DescribeLockedSnapshots: `lock_duration` in days, `cool_off_period` in hours."""

    snapshot_id: str
    lock_mode: str = ""
    lock_status: str = ""
    lock_duration: int = 0
    cool_off_period: int = 0
    lock_creation_time: str = ""
    cool_off_period_expired_time: str = ""
    lock_duration_start_time: str = ""
    lock_expired_time: str = ""

    @property
    def can_be_undone(self) -> bool:
        return self.lock_status == "compliance-cooloff"

    @property
    def holds(self) -> bool:
        """Whether nobody can remove the lock any more."""
        return self.lock_status == "compliance"


@dataclass(frozen=True, slots=True)
class TaskInfo:
    """One task of DescribeTasks. It works on the resource `resource_id`."""

    task_id: str
    resource_id: str
    status: str = field(default="", metadata=wire("TaskStatus"))
    creation_time: str = ""

    @property
    def failed(self) -> bool:
        return self.status in {"Failed", "Cancelled"}
