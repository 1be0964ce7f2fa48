"""What ECS says about snapshots, disks, instances and images, as frozen values.

The SDK does not coerce types and fills nothing in, so each reader accepts a missing, null or mistyped field and
answers with the type's empty value. An id is the one field without which a record is unusable.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """One snapshot as DescribeSnapshots shows it. Sizes are GiB unless the name says bytes; times are ISO 8601, UTC."""

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
    snapshot_sn: str = ""
    category: str = ""
    encrypted: bool = False
    kms_key_id: str = ""
    usage: str = ""
    region_id: str = ""
    product_code: str = ""
    resource_group_id: str = ""
    retention_days: int | None = None
    instant_access: bool = False
    full_snapshot_size_in_bytes: int | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def accomplished(self) -> bool:
        return self.status == "accomplished"

    @property
    def failed(self) -> bool:
        return self.status == "failed"

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
    def kept_disks(self) -> Collection[str]:
        """The disk that it keeps; none of a copy, whose disk is in another region."""
        return (self.source_disk_id,) if self.source_disk_id and not self.source_snapshot_id else ()

    @property
    def percent(self) -> int:
        """Progress as a number from 0 to 100; 0 where ECS does not state it."""
        return percent(self.progress)

    @property
    def cut_at(self) -> datetime | None:
        """The point in time that the snapshot keeps; None until ECS has made the cut."""
        return moment(self.creation_time)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRequest:
    """What CopySnapshot is asked for."""

    snapshot_id: str
    destination_region_id: str
    client_token: str
    snapshot_name: str | None
    description: str | None
    retention_days: int | None
    resource_group_id: str | None
    encrypted: bool
    kms_key_id: str | None
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotGroupRequest:
    """What CreateSnapshotGroup is asked for: an instance's disks, less the excluded ones, or the named disks."""

    instance_id: str | None
    disk_ids: Sequence[str]
    exclude_disk_ids: Sequence[str]
    client_token: str
    name: str | None
    description: str | None
    resource_group_id: str | None
    tags: Mapping[str, str]

    @property
    def subject(self) -> str:
        """What the group is to be of, in words."""
        return f"instance {self.instance_id}" if self.instance_id else f"disks {', '.join(self.disk_ids)}"


@dataclass(frozen=True, slots=True)
class SnapshotGroupInfo:
    """One snapshot-consistent group as DescribeSnapshotGroups shows it.

    `snapshot_ids` are its members by disk; `progress` is that of the slowest, and it is `available` where all are.
    """

    snapshot_group_id: str
    snapshot_group_name: str = ""
    description: str = ""
    status: str = ""
    progress: str = ""
    available: bool = False
    creation_time: str = ""
    source_instance_id: str = ""
    resource_group_id: str = ""
    snapshot_ids: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)

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
    def kept_disks(self) -> Collection[str]:
        """The disks that it keeps."""
        return self.snapshot_ids.keys()

    @property
    def cut_at(self) -> datetime | None:
        """The point in time that all members keep; None where ECS does not state it."""
        return moment(self.creation_time)


@dataclass(frozen=True, slots=True)
class DiskInfo:
    """One disk as DescribeDisks shows it. `size` is in GiB."""

    disk_id: str
    disk_name: str = ""
    status: str = ""
    category: str = ""
    performance_level: str = ""
    disk_type: str = ""
    size: int = 0
    zone_id: str = ""
    instance_id: str = ""
    attached_time: str = ""
    detached_time: str = ""
    encrypted: bool = False
    kms_key_id: str = ""
    multi_attach: str = ""
    resource_group_id: str = ""
    source_snapshot_id: str = ""
    serial_number: str = ""
    locks: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskRequest:
    """What CreateDisk is asked for: a disk with the content of a snapshot, at least as large. `size` is in GiB."""

    snapshot_id: str
    zone_id: str
    category: str
    performance_level: str | None
    name: str
    client_token: str
    tags: Mapping[str, str]
    size: int | None = None
    encrypted: bool = False
    kms_key_id: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class InstanceInfo:
    """One instance as DescribeInstances shows it; `start_time` is to the minute."""

    instance_id: str
    instance_name: str = ""
    status: str = ""
    zone_id: str = ""
    locks: tuple[str, ...] = ()
    start_time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRequest:
    """What RunCommand is asked for: a script of a `kind` on at most 100 instances, for at most `timeout` seconds."""

    name: str
    script: str
    kind: str
    instance_ids: Sequence[str]
    client_token: str
    timeout: int
    username: str | None
    working_dir: str | None
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class InvocationInfo:
    """What became of a command on one instance. `exit_code` is None unless the command came to its own end.

    `finished_time` is ISO 8601, UTC, to the second; empty until then.
    """

    invoke_id: str
    instance_id: str
    status: str = ""
    finished_time: str = ""
    exit_code: int | None = None
    output: str = ""
    error_code: str = ""
    error_info: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

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
    """The agent of Cloud Assistant on one instance; `os_type` is Linux or Windows."""

    instance_id: str
    online: bool = False
    os_type: str = ""
    last_invoked_time: str = ""


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """One image as DescribeImages shows it."""

    image_id: str
    image_name: str = ""
    status: str = ""
    snapshot_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChainInfo:
    """One chain as DescribeSnapshotLinks shows it: `stored_bytes` is what its snapshots hold together."""

    snapshot_link_id: str
    source_disk_id: str = ""
    snapshot_count: int = 0
    stored_bytes: int = 0


@dataclass(frozen=True, slots=True)
class LockInfo:
    """One snapshot's lock as DescribeLockedSnapshots shows it: `lock_duration` in days, `cool_off_period` in hours."""

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
        """Whether nobody can take the lock off."""
        return self.lock_status == "compliance"


@dataclass(frozen=True, slots=True)
class TaskInfo:
    """One task as DescribeTasks shows it; it works on the resource `resource_id`."""

    task_id: str
    resource_id: str
    status: str = ""
    creation_time: str = ""

    @property
    def failed(self) -> bool:
        return self.status in {"Failed", "Cancelled"}


def snapshot_info(record: Any) -> SnapshotInfo:
    """Read one record of DescribeSnapshots."""
    days = whole(record.retention_days) or None
    return _read(SnapshotInfo, record, kms_key_id=text(record.kmskey_id), retention_days=days, tags=tags_of(record))


def disk_info(record: Any) -> DiskInfo:
    """Read one record of DescribeDisks."""
    locks, key = locks_of(record, "operation_lock"), text(record.kmskey_id)
    return _read(DiskInfo, record, disk_type=text(record.type), kms_key_id=key, locks=locks, tags=tags_of(record))


def snapshot_group_info(record: Any) -> SnapshotGroupInfo:
    """Read one record of DescribeSnapshotGroups, whose tags have other names than those of DescribeSnapshots."""
    members = items_of(record.snapshots, "snapshot")
    return _read(
        SnapshotGroupInfo,
        record,
        snapshot_group_name=text(record.name),
        progress=min((text(each.progress) for each in members), key=percent, default=""),
        available=bool(members) and all(flag(each.available) for each in members),
        source_instance_id=text(record.instance_id),
        snapshot_ids={text(each.source_disk_id): text(each.snapshot_id) for each in members if each.snapshot_id},
        tags={text(tag.key): text(tag.value) for tag in items_of(record.tags, "tag") if tag.key},
    )


def instance_info(record: Any) -> InstanceInfo:
    """Read one record of DescribeInstances."""
    return _read(InstanceInfo, record, locks=locks_of(record, "lock_reason"))


def lock_info(record: Any) -> LockInfo:
    """Read one record of DescribeLockedSnapshots."""
    return _read(LockInfo, record)


def task_info(record: Any) -> TaskInfo:
    """Read one record of DescribeTasks."""
    return _read(TaskInfo, record, status=text(record.task_status))


def invocation_info(record: Any) -> InvocationInfo:
    """Read one record of DescribeInvocationResults, asked for plain text."""
    return _read(InvocationInfo, record, status=text(record.invocation_status), tags=tags_of(record))


def agent_info(record: Any) -> AgentInfo:
    """Read one record of DescribeCloudAssistantStatus."""
    return _read(AgentInfo, record, online=flag(record.cloud_assistant_status), os_type=text(record.ostype))


def image_info(record: Any) -> ImageInfo:
    """Read one record of DescribeImages."""
    mappings = items_of(getattr(record, "disk_device_mappings", None), "disk_device_mapping")
    return _read(
        ImageInfo,
        record,
        snapshot_ids=tuple(text(disk.snapshot_id) for disk in mappings if text(disk.snapshot_id)),
    )


def chain_info(record: Any) -> ChainInfo:
    """Read one record of DescribeSnapshotLinks."""
    count, stored = whole(record.total_count) or 0, whole(record.total_size) or 0
    return _read(ChainInfo, record, snapshot_count=count, stored_bytes=stored)


def _read(kind: type[T], record: Any, **other: Any) -> T:
    """Read the fields of a value by their own names and types; `other` are those that ECS names or nests otherwise."""
    known: Any = kind
    plain = {name: convert(getattr(record, name)) for name, convert in _readers(known) if name not in other}
    return kind(**plain, **other)


@cache
def _readers(kind: Any) -> list[tuple[str, Callable[[Any], Any]]]:
    return [(each.name, _CONVERTERS[str(each.type)]) for each in fields(kind) if str(each.type) in _CONVERTERS]


def text(value: Any) -> str:
    """Return text, empty for None."""
    return "" if value is None else str(value)


def whole(value: Any) -> int | None:
    """Return a whole number, also from text; None for anything else."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return int(number) if math.isfinite(number) else None


def percent(progress: str) -> int:
    """Return ECS's progress, such as "45%", as a number from 0 to 100; 0 where it states none."""
    return min(100, max(0, whole(progress.rstrip("%")) or 0))


def flag(value: Any) -> bool:
    """Return True for true in any spelling."""
    return value is True or text(value).lower() == "true"


def moment(value: str) -> datetime | None:
    """Return the time that ECS wrote, with or without seconds; None where it is no time."""
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def written_moment(seconds: float) -> str:
    """Return a time in seconds since the epoch as ECS writes it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def tags_of(record: Any) -> dict[str, str]:
    """Return a record's tags."""
    listed = items_of(getattr(record, "tags", None), "tag")
    return {text(tag.tag_key): text(tag.tag_value) for tag in listed if getattr(tag, "tag_key", None)}


def locks_of(record: Any, name: str) -> tuple[str, ...]:
    """Return why a record is locked; the wrapper's `name` differs between disks and instances."""
    listed = items_of(getattr(record, "operation_locks", None), name)
    return tuple(text(lock.lock_reason) for lock in listed if getattr(lock, "lock_reason", None))


def items_of(container: Any, name: str) -> list[Any]:
    """Return the list inside one of the API's wrapper objects; empty where the wrapper or the list is missing."""
    listed = getattr(container, name, None)
    return [item for item in listed if item is not None] if isinstance(listed, list) else []


_CONVERTERS: Mapping[str, Callable[[Any], Any]] = {
    "str": text,
    "bool": flag,
    "int": lambda value: whole(value) or 0,
    "int | None": whole,
}
"""How a value of each annotated type is read; what has another type is nested, and read by its own reader."""
