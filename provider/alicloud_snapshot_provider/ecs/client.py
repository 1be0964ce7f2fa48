"""The ECS actions that the provider uses, as typed coroutines over the official SDK.

The SDK (0.8 s, 74 MB) is imported by the first call, never by a preview that makes none.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from ..clock import Clock
from ..errors import InvalidInput, NotFound, SnapshotError, Unavailable
from .caller import Caller
from .codes import Answer, error_of
from .connections import replace_sending, shared_connections
from .credentials import Credentials
from .models import (
    CopyRequest,
    DiskInfo,
    ImageInfo,
    InstanceInfo,
    LockInfo,
    SnapshotGroupInfo,
    SnapshotGroupRequest,
    SnapshotInfo,
    TaskInfo,
    disk_info,
    image_info,
    instance_info,
    items_of,
    lock_info,
    snapshot_group_info,
    snapshot_info,
    task_info,
    text,
    whole,
)
from .settings import Settings

if TYPE_CHECKING:
    from alibabacloud_ecs20140526.client import Client

T = TypeVar("T")

TaggedKind = Literal["snapshot", "snapshotgroup", "disk"]
"""The ResourceType of a tag call; it takes "snapshotgroup" too, although its page does not list it."""

PAGE_SIZE = 100
"""The most records that one Describe answers, and the most ids that it takes."""
DISK_PAGE_SIZE = 500
"""The most disks that one DescribeDisks answers where it pages by token."""
TAGGED_LIMIT = 1_000
"""The most records that DescribeSnapshots answers in all where it filters by tag."""
_MOST_TASKS = 10_000
_CLOCK_PRECISION = 2.0
"""Seconds by which an answer's date and the time of its arrival differ without either clock being wrong."""
_BEING_ARCHIVED = "InvalidStatus.SnapshotInArchive"


class EcsClient:
    """ECS in one region, as one account."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        if not settings.region:
            raise InvalidInput(
                "region",
                "no region is configured",
                remedy="Run `pulumi config set alicloud:region <region>`, set ALICLOUD_REGION, or give region=….",
            )
        self.settings = settings
        self.region = settings.region
        self.requests_in_flight = 0
        self._caller = Caller(clock)
        self._clock = clock
        self._cloud_ahead = 0.0

    def cloud_now(self) -> float:
        """Return the time of ECS, in seconds since the epoch, as far as its answers have told it."""
        return self._clock.now() + self._cloud_ahead

    async def create_snapshot(
        self,
        *,
        disk_id: str,
        client_token: str,
        snapshot_name: str | None,
        description: str | None,
        retention_days: int | None,
        resource_group_id: str | None,
        tags: Mapping[str, str],
    ) -> str:
        """Create a snapshot and return its id. A repeated `client_token` answers with the first call's snapshot."""
        models = self.models
        request = models.CreateSnapshotRequest(
            disk_id=disk_id,
            client_token=client_token,
            snapshot_name=snapshot_name,
            description=description,
            retention_days=retention_days,
            resource_group_id=resource_group_id,
            tag=[models.CreateSnapshotRequestTag(key=key, value=value) for key, value in tags.items()],
        )
        body = await self.call("CreateSnapshot", f"disk {disk_id}", request)
        return _created_id("CreateSnapshot", body)

    async def copy_snapshot(self, wanted: CopyRequest) -> str:
        """Begin to copy a snapshot of this region to another one, and return the copy's id.

        A repeated `client_token` answers with the first call's copy.
        """
        models = self.models
        request = models.CopySnapshotRequest(
            region_id=self.region,
            snapshot_id=wanted.snapshot_id,
            destination_region_id=wanted.destination_region_id,
            client_token=wanted.client_token,
            destination_snapshot_name=wanted.snapshot_name,
            destination_snapshot_description=wanted.description,
            retention_days=wanted.retention_days,
            resource_group_id=wanted.resource_group_id,
            encrypted=wanted.encrypted,
            kmskey_id=wanted.kms_key_id,
            tag=[models.CopySnapshotRequestTag(key=key, value=value) for key, value in wanted.tags.items()],
        )
        body = await self.call("CopySnapshot", wanted.snapshot_id, request)
        return _created_id("CopySnapshot", body)

    async def lock_snapshot(self, snapshot_id: str, *, lock_duration: int, cool_off_period: int) -> None:
        """Lock a snapshot for days, or change its lock; the hours of cool-off start again with each call."""
        request = self.models.LockSnapshotRequest(
            region_id=self.region,
            snapshot_id=snapshot_id,
            lock_mode="compliance",
            lock_duration=lock_duration,
            cool_off_period=cool_off_period,
        )
        await self.call("LockSnapshot", snapshot_id, request)

    async def unlock_snapshot(self, snapshot_id: str) -> None:
        """Take a lock off that is still in its cool-off. One that does not exist counts as taken off."""
        request = self.models.UnlockSnapshotRequest(region_id=self.region, snapshot_id=snapshot_id)
        try:
            await self.call("UnlockSnapshot", snapshot_id, request)
        except NotFound:
            return

    async def lock_of(self, snapshot_id: str) -> LockInfo | None:
        """Return the snapshot's lock, also an expired one; None where it has none."""
        locks = await self.locks_of([snapshot_id])
        return next((lock for lock in locks if lock.snapshot_id == snapshot_id), None)

    async def locks_of(self, snapshot_ids: Sequence[str]) -> list[LockInfo]:
        """Return the locks of the snapshots, also expired ones, where they have any."""
        found: list[LockInfo] = []
        for start in range(0, len(snapshot_ids), PAGE_SIZE):
            page = list(snapshot_ids[start : start + PAGE_SIZE])
            request = self.models.DescribeLockedSnapshotsRequest(region_id=self.region, snapshot_ids=page)
            body = await self.call("DescribeLockedSnapshots", ", ".join(page[:3]), request)
            found += [lock_info(record) for record in items_of(body, "locked_snapshots_info")]
        return found

    async def snapshots_by_id(self, snapshot_ids: Sequence[str]) -> list[SnapshotInfo]:
        """Return those of the snapshots, at most 100, that exist."""
        request = self.models.DescribeSnapshotsRequest(
            region_id=self.region, snapshot_ids=json.dumps(list(snapshot_ids)), max_results=PAGE_SIZE
        )
        return await self._snapshots(request, ", ".join(snapshot_ids[:3]))

    async def snapshots_by_tags(self, tags: Mapping[str, str]) -> list[SnapshotInfo]:
        """Return the snapshots with all of `tags`; ECS stops at 1,000. An empty value matches any."""
        wanted = [self.models.DescribeSnapshotsRequestTag(key=key, value=value or None) for key, value in tags.items()]
        request = self.models.DescribeSnapshotsRequest(region_id=self.region, tag=wanted, max_results=PAGE_SIZE)
        return await self._snapshots(request, "the series")

    async def snapshots_of_disk(self, disk_id: str) -> list[SnapshotInfo]:
        """Return all snapshots of the disk, automatic ones included."""
        request = self.models.DescribeSnapshotsRequest(region_id=self.region, disk_id=disk_id, max_results=PAGE_SIZE)
        return await self._snapshots(request, f"disk {disk_id}")

    async def snapshots_in_progress(self) -> list[SnapshotInfo]:
        """Return the snapshots of the region that are being created, copies included."""
        request = self.models.DescribeSnapshotsRequest(
            region_id=self.region, status="progressing", max_results=PAGE_SIZE
        )
        return await self._snapshots(request, f"region {self.region}")

    async def all_snapshots(self, at_most: int) -> list[SnapshotInfo] | None:
        """Return all snapshots of the region, None where there are more than `at_most`."""
        first = self.models.DescribeSnapshotsRequest(region_id=self.region, page_size=PAGE_SIZE, page_number=1)
        request = self.models.DescribeSnapshotsRequest(region_id=self.region, max_results=PAGE_SIZE)
        nesting = ("snapshots", "snapshot")
        found = await self.whole_region("DescribeSnapshots", first, request, nesting, snapshot_info, at_most)
        return found and [snapshot for snapshot in found if snapshot.snapshot_id]

    async def delete_snapshot(self, snapshot_id: str, *, force: bool = False) -> None:
        """Delete a snapshot. One that does not exist counts as deleted."""
        request = self.models.DeleteSnapshotRequest(snapshot_id=snapshot_id, force=force)
        try:
            await self.call("DeleteSnapshot", snapshot_id, request)
        except NotFound:
            return

    async def modify_snapshot(
        self,
        snapshot_id: str,
        *,
        snapshot_name: str | None = None,
        description: str | None = None,
        retention_days: int | None = None,
    ) -> None:
        """Change the attributes that are not None."""
        request = self.models.ModifySnapshotAttributeRequest(
            snapshot_id=snapshot_id,
            snapshot_name=snapshot_name,
            description=description,
            retention_days=retention_days,
        )
        await self.call("ModifySnapshotAttribute", snapshot_id, request)

    async def archive_snapshot(self, snapshot_id: str, *, retention_days: int | None) -> str:
        """Begin to move a snapshot to the archive, and return the task's id; empty where that had begun before.

        Without `retention_days`, which count from its creation, ECS keeps the archive until it is deleted.
        """
        request = self.models.ModifySnapshotCategoryRequest(
            snapshot_id=snapshot_id, category="Archive", retention_days=retention_days
        )
        try:
            body = await self.call("ModifySnapshotCategory", snapshot_id, request)
        except SnapshotError as error:
            if error.code != _BEING_ARCHIVED:
                raise
            return ""
        return text(body.task_id)

    async def archive_tasks(self, snapshot_ids: Sequence[str]) -> list[TaskInfo]:
        """Return the tasks that archive any of the snapshots, at most 100, or did so, oldest first."""
        request = self.models.DescribeTasksRequest(
            region_id=self.region,
            resource_ids=list(snapshot_ids),
            task_action="ArchiveSnapshot",
            page_size=PAGE_SIZE,
            page_number=1,
        )
        found = await self.numbered_pages("DescribeTasks", request, ("task_set", "task"), task_info, _MOST_TASKS)
        return sorted(found or (), key=lambda task: task.creation_time)

    async def join_resource_group(self, snapshot_id: str, resource_group_id: str) -> None:
        """Move a snapshot into a resource group."""
        request = self.models.JoinResourceGroupRequest(
            region_id=self.region,
            resource_type="snapshot",
            resource_id=snapshot_id,
            resource_group_id=resource_group_id,
        )
        await self.call("JoinResourceGroup", snapshot_id, request)

    async def tag(self, kind: TaggedKind, record_ids: Sequence[str], tags: Mapping[str, str]) -> None:
        """Set tags of at most 50 records; existing ones with the same key are overwritten."""
        request = self.models.TagResourcesRequest(
            region_id=self.region,
            resource_type=kind,
            resource_id=list(record_ids),
            tag=[self.models.TagResourcesRequestTag(key=key, value=value) for key, value in tags.items()],
        )
        await self.call("TagResources", ", ".join(record_ids[:3]), request)

    async def untag(self, kind: TaggedKind, record_ids: Sequence[str], keys: Sequence[str]) -> None:
        """Remove tags of at most 50 records; a missing one is no error."""
        request = self.models.UntagResourcesRequest(
            region_id=self.region, resource_type=kind, resource_id=list(record_ids), tag_key=list(keys)
        )
        await self.call("UntagResources", ", ".join(record_ids[:3]), request)

    async def create_snapshot_group(self, wanted: SnapshotGroupRequest) -> str:
        """Create a group and return its id. A repeated `client_token` answers with the first call's group."""
        models = self.models
        request = models.CreateSnapshotGroupRequest(
            region_id=self.region,
            instance_id=wanted.instance_id,
            disk_id=list(wanted.disk_ids) or None,
            exclude_disk_id=list(wanted.exclude_disk_ids) or None,
            client_token=wanted.client_token,
            name=wanted.name,
            description=wanted.description,
            resource_group_id=wanted.resource_group_id,
            tag=[models.CreateSnapshotGroupRequestTag(key=key, value=value) for key, value in wanted.tags.items()],
        )
        body = await self.call("CreateSnapshotGroup", wanted.subject, request)
        if not text(body.snapshot_group_id):
            raise Unavailable("CreateSnapshotGroup answered without a SnapshotGroupId", remedy="Run `pulumi up` again.")
        return text(body.snapshot_group_id)

    async def snapshot_groups_by_id(self, group_ids: Sequence[str]) -> list[SnapshotGroupInfo]:
        """Return those of the groups, at most 10, that exist."""
        request = self.models.DescribeSnapshotGroupsRequest(
            region_id=self.region, snapshot_group_id=list(group_ids), max_results=PAGE_SIZE
        )
        return await self._snapshot_groups(request, ", ".join(group_ids[:3]))

    async def snapshot_groups_by_tags(self, tags: Mapping[str, str]) -> list[SnapshotGroupInfo]:
        """Return the groups with all of `tags`."""
        wanted = [self.models.DescribeSnapshotGroupsRequestTag(key=key, value=value) for key, value in tags.items()]
        request = self.models.DescribeSnapshotGroupsRequest(region_id=self.region, tag=wanted, max_results=PAGE_SIZE)
        return await self._snapshot_groups(request, "the series")

    async def all_snapshot_groups(self) -> list[SnapshotGroupInfo]:
        """Return all groups of the region."""
        request = self.models.DescribeSnapshotGroupsRequest(region_id=self.region, max_results=PAGE_SIZE)
        return await self._snapshot_groups(request, f"region {self.region}")

    async def modify_snapshot_group(self, group_id: str, *, name: str | None, description: str | None) -> None:
        """Change the attributes that are not None."""
        request = self.models.ModifySnapshotGroupRequest(
            region_id=self.region, snapshot_group_id=group_id, name=name, description=description
        )
        await self.call("ModifySnapshotGroup", group_id, request)

    async def delete_snapshot_group(self, group_id: str) -> dict[str, SnapshotError]:
        """Delete a group with its members, and return why members stayed, by snapshot.

        ECS answers HTTP 200 also where members could not be deleted; those live on as snapshots of their own. A group
        that does not exist counts as deleted.
        """
        request = self.models.DeleteSnapshotGroupRequest(region_id=self.region, snapshot_group_id=group_id)
        try:
            body = await self.call("DeleteSnapshotGroup", group_id, request)
        except NotFound:
            return {}
        return _failed_parts("DeleteSnapshotGroup", body, "SnapshotId")

    async def disks_by_id(self, disk_ids: Sequence[str]) -> list[DiskInfo]:
        """Return those of the disks, at most 100, that exist."""
        request = self.models.DescribeDisksRequest(
            region_id=self.region, disk_ids=json.dumps(list(disk_ids)), max_results=PAGE_SIZE
        )
        return await self._disks(request, ", ".join(disk_ids[:3]))

    async def all_disks(self, at_most: int) -> list[DiskInfo] | None:
        """Return all disks of the region, None where there are more than `at_most`."""
        first = self.models.DescribeDisksRequest(region_id=self.region, page_size=PAGE_SIZE, page_number=1)
        request = self.models.DescribeDisksRequest(region_id=self.region, max_results=DISK_PAGE_SIZE)
        found = await self.whole_region("DescribeDisks", first, request, ("disks", "disk"), disk_info, at_most)
        return found and [disk for disk in found if disk.disk_id]

    async def disks_by_tags(self, tags: Mapping[str, str]) -> list[DiskInfo]:
        """Return the disks with all of `tags`; ECS stops at 1,000. An empty value matches any."""
        wanted = [self.models.DescribeDisksRequestTag(key=key, value=value or None) for key, value in tags.items()]
        request = self.models.DescribeDisksRequest(region_id=self.region, tag=wanted, max_results=PAGE_SIZE)
        return await self._disks(request, "the selected tags")

    async def disks_of_instance(self, instance_id: str) -> list[DiskInfo]:
        """Return the disks that are attached to the instance."""
        request = self.models.DescribeDisksRequest(
            region_id=self.region, instance_id=instance_id, max_results=PAGE_SIZE
        )
        return await self._disks(request, instance_id)

    async def disks_of_snapshot(self, snapshot_id: str) -> list[DiskInfo]:
        """Return the disks that were created from the snapshot."""
        request = self.models.DescribeDisksRequest(
            region_id=self.region, snapshot_id=snapshot_id, max_results=PAGE_SIZE
        )
        return await self._disks(request, snapshot_id)

    async def reset_disk(self, disk_id: str, snapshot_id: str) -> None:
        """Begin to roll a disk back to a snapshot of it; its instance must be stopped. Made once: see `Caller`."""
        request = self.models.ResetDiskRequest(disk_id=disk_id, snapshot_id=snapshot_id)
        await self.call("ResetDisk", f"disk {disk_id}", request, repeated=False)

    async def reset_disks(self, snapshot_ids: Mapping[str, str]) -> dict[str, SnapshotError]:
        """Begin to roll at most 10 disks back to snapshots of one group, and return why some are not, by disk.

        ECS answers HTTP 200 also where it refuses disks. Made once: see `Caller`.
        """
        models = self.models
        wishes = [models.ResetDisksRequestDisk(disk_id=disk, snapshot_id=each) for disk, each in snapshot_ids.items()]
        request = models.ResetDisksRequest(region_id=self.region, disk=wishes)
        body = await self.call("ResetDisks", f"disks {', '.join(snapshot_ids)}", request, repeated=False)
        return _failed_parts("ResetDisks", body, "DiskId")

    async def instances_by_id(self, instance_ids: Sequence[str]) -> list[InstanceInfo]:
        """Return those of the instances, at most 100, that exist."""
        request = self.models.DescribeInstancesRequest(
            region_id=self.region, instance_ids=json.dumps(list(instance_ids)), max_results=PAGE_SIZE
        )
        return await self.all_pages(
            "DescribeInstances",
            ", ".join(instance_ids[:3]),
            request,
            ("instances", "instance"),
            instance_info,
        )

    async def all_instances(self, at_most: int) -> list[InstanceInfo] | None:
        """Return all instances of the region, None where there are more than `at_most`."""
        request = self.models.DescribeInstancesRequest(region_id=self.region, page_size=PAGE_SIZE, page_number=1)
        return await self.numbered_pages(
            "DescribeInstances", request, ("instances", "instance"), instance_info, at_most
        )

    async def stop_instance(self, instance_id: str) -> None:
        """Begin to stop a running instance. It goes on being billed, so that it can be started again."""
        request = self.models.StopInstanceRequest(instance_id=instance_id, stopped_mode="KeepCharging")
        await self.call("StopInstance", instance_id, request)

    async def start_instance(self, instance_id: str) -> None:
        """Begin to start a stopped instance."""
        await self.call("StartInstance", instance_id, self.models.StartInstanceRequest(instance_id=instance_id))

    async def images_of_snapshot(self, snapshot_id: str) -> list[ImageInfo]:
        """Return the images that were created from the snapshot, in whatever state."""
        request = self.models.DescribeImagesRequest(
            region_id=self.region,
            snapshot_id=snapshot_id,
            image_owner_alias="self",
            status="Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated",
            page_size=PAGE_SIZE,
        )
        body = await self.call("DescribeImages", snapshot_id, request)
        return [image_info(record) for record in items_of(body.images, "image") if text(record.image_id)]

    async def _snapshots(self, request: Any, subject: str) -> list[SnapshotInfo]:
        found = await self.all_pages("DescribeSnapshots", subject, request, ("snapshots", "snapshot"), snapshot_info)
        if not all(snapshot.snapshot_id for snapshot in found):
            raise unreadable("DescribeSnapshots", subject, "a record has no SnapshotId")
        return found

    async def _snapshot_groups(self, request: Any, subject: str) -> list[SnapshotGroupInfo]:
        nesting = ("snapshot_groups", "snapshot_group")
        found = await self.all_pages("DescribeSnapshotGroups", subject, request, nesting, snapshot_group_info)
        return [group for group in found if group.snapshot_group_id]

    async def _disks(self, request: Any, subject: str) -> list[DiskInfo]:
        found = await self.all_pages("DescribeDisks", subject, request, ("disks", "disk"), disk_info)
        return [disk for disk in found if disk.disk_id]

    async def all_pages(
        self, action: str, subject: str, request: Any, nesting: tuple[str, ...], read: Callable[[Any], T]
    ) -> list[T]:
        """Return every record of a Describe that pages by token; `nesting` is the way to the list in its answer."""
        found: list[T] = []
        seen: set[str] = set()
        while True:
            body = await self.call(action, subject, request)
            found += [read(record) for record in _records(action, subject, body, nesting)]
            token = text(body.next_token)
            if not token or token in seen:
                return found
            seen.add(token)
            request.next_token = token

    async def whole_region(
        self,
        action: str,
        first: Any,
        request: Any,
        nesting: tuple[str, ...],
        read: Callable[[Any], T],
        at_most: int,
    ) -> list[T] | None:
        """Return every record of the region, None where there are more than `at_most`.

        Only a numbered page, the `first`, tells how many there are; only tokens, with `request`, miss none where
        others are deleted meanwhile.
        """
        subject = f"region {self.region}"
        body = await self.call(action, subject, first)
        page = _records(action, subject, body, nesting)
        total = whole(body.total_count) or 0
        if total > at_most:
            return None
        if len(page) < PAGE_SIZE or total <= len(page):
            return [read(record) for record in page]
        return await self.all_pages(action, subject, request, nesting, read)

    async def numbered_pages(
        self, action: str, request: Any, nesting: tuple[str, ...], read: Callable[[Any], T], at_most: int
    ) -> list[T] | None:
        """Return every record of a Describe that pages by number, None where there are more than `at_most`."""
        found: list[T] = []
        while True:
            body = await self.call(action, f"region {self.region}", request)
            if (whole(body.total_count) or 0) > at_most:
                return None
            page = _records(action, f"region {self.region}", body, nesting)
            found += [read(record) for record in page]
            if len(page) < PAGE_SIZE or len(found) >= (whole(body.total_count) or 0):
                return found
            request.page_number += 1

    async def once(self, action: str, subject: str, request: Any) -> Any:
        """Make one call without repeating it, and return its answer. Raises the provider's error."""
        return await self._attempt(action, subject, request)

    async def call(self, action: str, subject: str, request: Any, *, repeated: bool = True) -> Any:
        """Make one call of an SDK request about `subject`, and return the answer's body. Raises the provider's errors.

        Without `repeated`, a call without usable answer is not made again.
        """
        return await self._caller.call(action, lambda: self._attempt(action, subject, request), repeated=repeated)

    async def _attempt(self, action: str, subject: str, request: Any) -> Any:
        self.requests_in_flight += 1
        try:
            with shared_connections():
                response = await self._method(action)(request, self._options)
        except Exception as error:
            raise _translated(action, subject, error) from error
        finally:
            self.requests_in_flight -= 1
        self._set_by(response.headers or {})
        if response.body is None:
            raise unreadable(action, subject, "its nesting is not the API's")
        return response.body

    def _set_by(self, headers: Mapping[str, str]) -> None:
        """Learn from an answer how far the clock of ECS is ahead of this machine's, whatever the speed of time is."""
        try:
            ahead = parsedate_to_datetime(headers["date"]).timestamp() - time.time()
        except (KeyError, TypeError, ValueError):
            return
        self._cloud_ahead = ahead if abs(ahead) > _CLOCK_PRECISION else 0.0

    def _method(self, action: str) -> Callable[..., Awaitable[Any]]:
        return _bound_method(self._client, action)

    @cached_property
    def _client(self) -> Client:
        from alibabacloud_ecs20140526.client import Client  # noqa: PLC0415
        from alibabacloud_tea_openapi.utils_models import Config  # noqa: PLC0415

        replace_sending()
        settings = self.settings
        return Client(
            Config(
                credential=Credentials(settings.credentials),
                region_id=settings.region,
                endpoint=settings.endpoint or None,
                protocol=settings.protocol,
                connect_timeout=settings.connect_timeout_ms,
                read_timeout=settings.read_timeout_ms,
                user_agent="pulumi-alicloud-snapshot",
            )
        )

    @cached_property
    def models(self) -> Any:
        """The SDK's requests, imported when first needed."""
        from alibabacloud_ecs20140526 import models  # noqa: PLC0415

        return models

    @cached_property
    def _options(self) -> Any:
        from darabonba.runtime import RuntimeOptions  # noqa: PLC0415

        return RuntimeOptions()


def _records(action: str, subject: str, body: Any, nesting: tuple[str, ...]) -> list[Any]:
    """Return the records of one page. Raises Unavailable where the answer does not say that there are none."""
    *wrapper, listed = nesting
    holder = getattr(body, wrapper[0], None) if wrapper else body
    if holder is None and whole(body.total_count) != 0:
        raise unreadable(action, subject, "it lists nothing, not even that there is nothing")
    return items_of(holder, listed)


def _bound_method(client: Client, action: str) -> Callable[..., Awaitable[Any]]:
    snake = "".join("_" + letter.lower() if letter.isupper() else letter for letter in action).lstrip("_")
    method: Callable[..., Awaitable[Any]] = getattr(client, f"{snake}_with_options_async")
    return method


def _created_id(action: str, body: Any) -> str:
    if not text(body.snapshot_id):
        raise Unavailable(f"{action} answered without a SnapshotId", remedy="Run `pulumi up` again.")
    return text(body.snapshot_id)


def _failed_parts(action: str, body: Any, named: str) -> dict[str, SnapshotError]:
    """Return the failures that an HTTP 200 answer tells of, by the id that the related item `named` gives."""
    failed = [each for each in items_of(body.operation_progress_set, "operation_progress") if text(each.error_code)]
    return {_related(each, named): error_of(_part_answer(action, body, each, named)) for each in failed}


def _related(part: Any, named: str) -> str:
    related = items_of(part.related_item_set, "related_item")
    return next((text(item.value) for item in related if item.name == named), "")


def _part_answer(action: str, body: Any, part: Any, named: str) -> Answer:
    return Answer(
        action=action,
        subject=_related(part, named),
        code=text(part.error_code),
        message=text(part.error_msg),
        request_id=text(body.request_id),
    )


def _translated(action: str, subject: str, error: Exception) -> SnapshotError:
    """Turn what the SDK raised into the provider's error. The SDK's own text can quote the request: it is not kept."""
    if isinstance(error, SnapshotError):
        return error
    code = getattr(error, "code", None)
    if code and code != "None" and hasattr(error, "status_code"):
        return error_of(_answer(action, subject, error))
    cause = getattr(error, "inner_exception", None)
    if isinstance(cause, SnapshotError):
        return cause
    from .network_failures import failure_of  # noqa: PLC0415

    return unreadable(action, subject, failure_of(error))


def _answer(action: str, subject: str, error: Any) -> Answer:
    data = error.data if isinstance(getattr(error, "data", None), dict) else {}
    retry_after = getattr(error, "retry_after", None)
    return Answer(
        action=action,
        subject=subject,
        code=text(error.code),
        message=_without_string_to_sign(text(data.get("Message") or error.message)),
        request_id=text(data.get("RequestId") or getattr(error, "request_id", "")),
        retry_after=retry_after / 1000 if isinstance(retry_after, int | float) else None,
    )


def unreadable(action: str, subject: str, reason: str) -> Unavailable:
    """Return the error for an answer that is none, or not the API's."""
    return Unavailable(
        f"{action} of {subject} got no usable answer ({reason})",
        remedy="Check the network, the proxy, the region and the endpoint, then run it again: `pulumi up` resumes, and "
        "nothing is taken twice.",
    )


def _without_string_to_sign(message: str) -> str:
    """Cut what a signature error quotes: the string to sign holds the access key."""
    return message.partition("server string to sign")[0].strip()
