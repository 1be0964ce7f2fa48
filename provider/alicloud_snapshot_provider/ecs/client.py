"""The calls of ECS for snapshots, groups, locks, disks, instances and images, as typed coroutines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ..errors import NotFound, SnapshotError, Unavailable
from .codes import Answer, error_of
from .models import (
    ChainInfo,
    CopyRequest,
    DiskInfo,
    DiskRequest,
    ImageInfo,
    InstanceInfo,
    LockInfo,
    SnapshotGroupInfo,
    SnapshotGroupRequest,
    SnapshotInfo,
    SnapshotRequest,
    TaskInfo,
)
from .transport import PAGE_SIZE, Listing, Transport, pages_of, unreadable
from .wire_format import items_of, parameters, tag_list, text

TaggedKind = Literal["snapshot", "snapshotgroup", "disk"]
"""The ResourceType of a tag call. The page of the API does not list "snapshotgroup", but ECS takes it."""

DISK_PAGE_SIZE = 500
"""The most disks on one page of DescribeDisks, if it pages by token."""
TAGGED_LIMIT = 1_000
"""The most records that DescribeSnapshots returns in all, if it filters by tag."""
_MOST_TASKS = 10_000
_BEING_ARCHIVED = "InvalidStatus.SnapshotInArchive"
_OWN_IMAGES = {
    "ImageOwnerAlias": "self",
    "Status": "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated",
}
"""The filter for the account's own images, in every state."""

_SNAPSHOTS = Listing("DescribeSnapshots", ("Snapshots", "Snapshot"), SnapshotInfo)
_GROUPS = Listing("DescribeSnapshotGroups", ("SnapshotGroups", "SnapshotGroup"), SnapshotGroupInfo)
_LOCKS = Listing("DescribeLockedSnapshots", ("LockedSnapshotsInfo",), LockInfo)
_CHAINS = Listing("DescribeSnapshotLinks", ("SnapshotLinks", "SnapshotLink"), ChainInfo)
_TASKS = Listing("DescribeTasks", ("TaskSet", "Task"), TaskInfo)
_DISKS = Listing("DescribeDisks", ("Disks", "Disk"), DiskInfo)
_INSTANCES = Listing("DescribeInstances", ("Instances", "Instance"), InstanceInfo)
_IMAGES = Listing("DescribeImages", ("Images", "Image"), ImageInfo)


class EcsClient(Transport):
    """ECS in one region, as one account."""

    async def create_snapshot(self, request: SnapshotRequest) -> str:
        """Create a snapshot and return its id. The same `client_token` returns the same snapshot again."""
        body = await self.call("CreateSnapshot", f"disk {request.disk_id}", parameters(request))
        return created_id("CreateSnapshot", body, "SnapshotId")

    async def copy_snapshot(self, request: CopyRequest) -> str:
        """Begin to copy a snapshot to another region. Return the copy's id; the same token returns the same copy."""
        body = await self.call("CopySnapshot", request.snapshot_id, parameters(request))
        return created_id("CopySnapshot", body, "SnapshotId")

    async def lock_snapshot(self, snapshot_id: str, *, lock_duration: int, cool_off_period: int) -> None:
        """Lock a snapshot, or change its lock. Each call restarts the cool-off. The units are days and hours."""
        days, hours = {"LockDuration": lock_duration}, {"CoolOffPeriod": cool_off_period}
        given = {"SnapshotId": snapshot_id, "LockMode": "compliance", **days, **hours}
        await self.call("LockSnapshot", snapshot_id, given)

    async def unlock_snapshot(self, snapshot_id: str) -> None:
        """Remove a lock during its cool-off. A lock that does not exist counts as removed."""
        await self.remove("UnlockSnapshot", snapshot_id, {"SnapshotId": snapshot_id})

    async def lock_of(self, snapshot_id: str) -> LockInfo | None:
        """Return the snapshot's lock, even an expired one, or None if it has none."""
        locks = await self.locks_of([snapshot_id])
        return next((lock for lock in locks if lock.snapshot_id == snapshot_id), None)

    async def locks_of(self, snapshot_ids: Sequence[str]) -> list[LockInfo]:
        """Return the locks of the snapshots, even expired ones."""
        found: list[LockInfo] = []
        for ids in pages_of(snapshot_ids):
            found += (await self.page(_LOCKS, some_of(ids), {"SnapshotIds": list(ids)})).records
        return found

    async def all_locks(self) -> list[LockInfo]:
        """Return the locks of all snapshots in the region, even expired ones."""
        return await self.all_pages(_LOCKS, f"region {self.region}")

    async def all_chains(self) -> list[ChainInfo]:
        """Return the snapshot chains of the region: one for each disk that has snapshots, with the bytes it stores."""
        return await self.numbered_pages(_CHAINS, f"region {self.region}") or []

    async def snapshots_by_id(self, snapshot_ids: Sequence[str]) -> list[SnapshotInfo]:
        """Return the snapshots that exist. It takes at most 100 ids."""
        return await self._snapshots(some_of(snapshot_ids), {"SnapshotIds": json.dumps(list(snapshot_ids))})

    async def snapshots_by_tags(self, tags: Mapping[str, str]) -> list[SnapshotInfo]:
        """Return the snapshots that have all `tags`, at most 1,000. An empty value matches every value."""
        return await self._snapshots("the series", {"Tag": _tag_filter(tags)})

    async def snapshots_of_disk(self, disk_id: str) -> list[SnapshotInfo]:
        """Return all snapshots of the disk, including automatic ones."""
        return await self._snapshots(f"disk {disk_id}", {"DiskId": disk_id})

    async def snapshots_in_progress(self) -> list[SnapshotInfo]:
        """Return the snapshots in progress in the region, including copies."""
        return await self._snapshots(f"region {self.region}", {"Status": "progressing"})

    async def all_snapshots(self, at_most: float = float("inf")) -> list[SnapshotInfo] | None:
        """Return all snapshots of the region, or None if there are more than `at_most`."""
        found = await self.whole_region(_SNAPSHOTS, at_most, by_token=PAGE_SIZE)
        return found and [snapshot for snapshot in found if snapshot.snapshot_id]

    async def delete_snapshot(self, snapshot_id: str, *, force: bool = False) -> None:
        """Delete a snapshot. If it does not exist, it counts as deleted."""
        await self.remove("DeleteSnapshot", snapshot_id, {"SnapshotId": snapshot_id, "Force": force})

    async def modify_snapshot(
        self,
        snapshot_id: str,
        *,
        snapshot_name: str | None = None,
        description: str | None = None,
        retention_days: int | None = None,
    ) -> None:
        """Change the attributes that are not None."""
        changes = {"SnapshotName": snapshot_name, "Description": description, "RetentionDays": retention_days}
        await self.call("ModifySnapshotAttribute", snapshot_id, {"SnapshotId": snapshot_id, **changes})

    async def archive_snapshot(self, snapshot_id: str, *, retention_days: int | None) -> str:
        """Begin to archive a snapshot. Return the id of the task, or "" if it is already being archived.

        `retention_days` count from the snapshot's creation. Without them, ECS keeps the archive until it is deleted.
        """
        given = {"SnapshotId": snapshot_id, "Category": "Archive", "RetentionDays": retention_days}
        try:
            body = await self.call("ModifySnapshotCategory", snapshot_id, given)
        except SnapshotError as error:
            if error.code != _BEING_ARCHIVED:
                raise
            return ""
        return text(body.get("TaskId"))

    async def archive_tasks(self, snapshot_ids: Sequence[str]) -> list[TaskInfo]:
        """Return the archiving tasks of the snapshots, even ended ones, oldest first. It takes at most 100 ids."""
        which = {"ResourceIds": snapshot_ids, "TaskAction": "ArchiveSnapshot"}
        found = await self.numbered_pages(_TASKS, f"region {self.region}", which, at_most=_MOST_TASKS)
        return sorted(found or (), key=lambda task: task.creation_time)

    async def join_resource_group(self, snapshot_id: str, resource_group_id: str) -> None:
        """Move a snapshot into a resource group."""
        which = {"ResourceType": "snapshot", "ResourceId": snapshot_id, "ResourceGroupId": resource_group_id}
        await self.call("JoinResourceGroup", snapshot_id, which)

    async def tag(self, kind: TaggedKind, record_ids: Sequence[str], tags: Mapping[str, str]) -> None:
        """Set tags on at most 50 records. A tag with the same key gets the new value."""
        which = {"ResourceType": kind, "ResourceId": record_ids}
        await self.call("TagResources", some_of(record_ids), {**which, "Tag": tag_list(tags)})

    async def untag(self, kind: TaggedKind, record_ids: Sequence[str], keys: Sequence[str]) -> None:
        """Remove tags from at most 50 records. A missing tag is no error."""
        which = {"ResourceType": kind, "ResourceId": record_ids}
        await self.call("UntagResources", some_of(record_ids), {**which, "TagKey": keys})

    async def create_snapshot_group(self, request: SnapshotGroupRequest) -> str:
        """Create a group and return its id. The same `client_token` returns the same group again."""
        body = await self.call("CreateSnapshotGroup", request.subject, parameters(request))
        return created_id("CreateSnapshotGroup", body, "SnapshotGroupId")

    async def snapshot_groups_by_id(self, group_ids: Sequence[str]) -> list[SnapshotGroupInfo]:
        """Return the groups that exist. It takes at most 10 ids."""
        return await self._snapshot_groups(some_of(group_ids), {"SnapshotGroupId": group_ids})

    async def snapshot_groups_by_tags(self, tags: Mapping[str, str]) -> list[SnapshotGroupInfo]:
        """Return the groups that have all `tags`."""
        return await self._snapshot_groups("the series", {"Tag": _tag_filter(tags)})

    async def all_snapshot_groups(self) -> list[SnapshotGroupInfo]:
        """Return all groups of the region."""
        return await self._snapshot_groups(f"region {self.region}", {})

    async def modify_snapshot_group(self, group_id: str, *, name: str | None, description: str | None) -> None:
        """Change the attributes that are not None."""
        given = {"SnapshotGroupId": group_id, "Name": name, "Description": description}
        await self.call("ModifySnapshotGroup", group_id, given)

    async def delete_snapshot_group(self, group_id: str) -> dict[str, SnapshotError]:
        """Delete a group with its members. Return the errors of the members that stay, by snapshot id.

        ECS answers HTTP 200 even if members stay; they become single snapshots. If the group does not exist, it counts
        as deleted.
        """
        body = await self.remove("DeleteSnapshotGroup", group_id, {"SnapshotGroupId": group_id})
        return _failed_parts("DeleteSnapshotGroup", body, "SnapshotId")

    async def disks_by_id(self, disk_ids: Sequence[str]) -> list[DiskInfo]:
        """Return the disks that exist. It takes at most 100 ids."""
        return await self._disks(some_of(disk_ids), {"DiskIds": json.dumps(list(disk_ids))})

    async def all_disks(self, at_most: float = float("inf")) -> list[DiskInfo] | None:
        """Return all disks of the region, or None if there are more than `at_most`."""
        found = await self.whole_region(_DISKS, at_most, by_token=DISK_PAGE_SIZE)
        return found and [disk for disk in found if disk.disk_id]

    async def disks_by_tags(self, tags: Mapping[str, str]) -> list[DiskInfo]:
        """Return the disks that have all `tags`, at most 1,000. An empty value matches every value."""
        return await self._disks("the selected tags", {"Tag": _tag_filter(tags)})

    async def disks_of_instance(self, instance_id: str) -> list[DiskInfo]:
        """Return the disks that are attached to the instance."""
        return await self._disks(instance_id, {"InstanceId": instance_id})

    async def disks_of_snapshot(self, snapshot_id: str) -> list[DiskInfo]:
        """Return the disks that were created from the snapshot."""
        return await self._disks(snapshot_id, {"SnapshotId": snapshot_id})

    async def create_disk(self, request: DiskRequest) -> str:
        """Begin to create a disk and return its id. The same `client_token` returns the same disk again."""
        given = {name: None if value in ("", False) else value for name, value in parameters(request).items()}
        body = await self.call("CreateDisk", f"snapshot {request.snapshot_id}", given)
        return created_id("CreateDisk", body, "DiskId")

    async def attach_disk(self, disk_id: str, instance_id: str, *, with_instance: bool) -> None:
        """Begin to attach a disk. With `with_instance`, ECS deletes the disk when it releases the instance."""
        given = {"DiskId": disk_id, "InstanceId": instance_id, "DeleteWithInstance": with_instance}
        await self.call("AttachDisk", f"disk {disk_id}", given)

    async def detach_disk(self, disk_id: str, instance_id: str) -> None:
        """Begin to detach a disk from an instance."""
        given = {"DiskId": disk_id, "InstanceId": instance_id}
        await self.call("DetachDisk", f"disk {disk_id}", given)

    async def delete_disk(self, disk_id: str) -> None:
        """Delete a detached disk. If it does not exist, it counts as deleted."""
        await self.remove("DeleteDisk", f"disk {disk_id}", {"DiskId": disk_id})

    async def reset_disk(self, disk_id: str, snapshot_id: str) -> None:
        """Begin to roll a disk back to its snapshot. Its instance must be stopped. There is no retry: see `caller`."""
        which = {"DiskId": disk_id, "SnapshotId": snapshot_id}
        await self.call("ResetDisk", f"disk {disk_id}", which, repeated=False)

    async def reset_disks(self, snapshot_ids: Mapping[str, str]) -> dict[str, SnapshotError]:
        """Begin to roll at most 10 disks back to snapshots of one group. Return ECS's refusals by disk.

        ECS answers HTTP 200 even if it refuses disks. There is no retry: see `caller`.
        """
        pairs = [{"DiskId": disk_id, "SnapshotId": snapshot_id} for disk_id, snapshot_id in snapshot_ids.items()]
        body = await self.call("ResetDisks", f"disks {', '.join(snapshot_ids)}", {"Disk": pairs}, repeated=False)
        return _failed_parts("ResetDisks", body, "DiskId")

    async def instances_by_id(self, instance_ids: Sequence[str]) -> list[InstanceInfo]:
        """Return the instances that exist. It takes at most 100 ids."""
        ids = json.dumps(list(instance_ids))
        return await self.all_pages(_INSTANCES, some_of(instance_ids), {"InstanceIds": ids})

    async def all_instances(self, at_most: float = float("inf")) -> list[InstanceInfo] | None:
        """Return all instances of the region, or None if there are more than `at_most`."""
        return await self.numbered_pages(_INSTANCES, f"region {self.region}", at_most=at_most)

    async def stop_instance(self, instance_id: str) -> None:
        """Begin to stop an instance. ECS keeps its resources and its bill, so that it can start again."""
        await self.call("StopInstance", instance_id, {"InstanceId": instance_id, "StoppedMode": "KeepCharging"})

    async def start_instance(self, instance_id: str) -> None:
        """Begin to start a stopped instance."""
        await self.call("StartInstance", instance_id, {"InstanceId": instance_id})

    async def images_of_snapshot(self, snapshot_id: str) -> list[ImageInfo]:
        """Return the images that were created from the snapshot, in every state."""
        found = await self.numbered_pages(_IMAGES, snapshot_id, {"SnapshotId": snapshot_id, **_OWN_IMAGES})
        return [image for image in found or () if image.image_id]

    async def all_images(self) -> list[ImageInfo]:
        """Return the account's own images in the region, in every state."""
        found = await self.numbered_pages(_IMAGES, f"region {self.region}", _OWN_IMAGES)
        return [image for image in found or () if image.image_id]

    async def remove(self, action: str, subject: str, which: Mapping[str, Any]) -> Mapping[str, Any]:
        """Make a call that removes something. If that does not exist, it counts as removed: the answer is empty."""
        try:
            return await self.call(action, subject, which)
        except NotFound:
            return {}

    async def _snapshots(self, subject: str, filters: Mapping[str, Any]) -> list[SnapshotInfo]:
        found = await self.all_pages(_SNAPSHOTS, subject, filters)
        if not all(snapshot.snapshot_id for snapshot in found):
            raise unreadable("DescribeSnapshots", subject, "a record has no SnapshotId")
        return found

    async def _snapshot_groups(self, subject: str, filters: Mapping[str, Any]) -> list[SnapshotGroupInfo]:
        found = await self.all_pages(_GROUPS, subject, filters)
        return [group for group in found if group.snapshot_group_id]

    async def _disks(self, subject: str, filters: Mapping[str, Any]) -> list[DiskInfo]:
        found = await self.all_pages(_DISKS, subject, filters)
        return [disk for disk in found if disk.disk_id]


def created_id(action: str, body: Mapping[str, Any], name: str) -> str:
    """Return the id in the answer of a call. Raises Unavailable if it has none."""
    if not text(body.get(name)):
        article = "an" if name[0] in "AEIOU" else "a"
        raise Unavailable(f"{action} answered without {article} {name}", remedy="Run `pulumi up` again.")
    return text(body[name])


def some_of(ids: Sequence[str]) -> str:
    """Return the first ids, to say in an error what the call is about."""
    return ", ".join(ids[:3])


def _tag_filter(tags: Mapping[str, str]) -> list[dict[str, str | None]]:
    return [{"Key": key, "Value": value or None} for key, value in tags.items()]


def _failed_parts(action: str, body: Mapping[str, Any], named: str) -> dict[str, SnapshotError]:
    """Return the errors inside an HTTP 200 answer, by the id in the related item `named`."""
    failed: dict[str, SnapshotError] = {}
    for part in items_of(body.get("OperationProgressSet"), "OperationProgress"):
        related = items_of(part.get("RelatedItemSet"), "RelatedItem")
        subject = next((text(item.get("Value")) for item in related if item.get("Name") == named), "")
        code, message = text(part.get("ErrorCode")), text(part.get("ErrorMsg"))
        if code:
            failed[subject] = error_of(Answer(action, subject, code, message, text(body.get("RequestId"))))
    return failed
