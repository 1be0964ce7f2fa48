"""CreateSnapshot, DescribeSnapshots, ModifySnapshotAttribute."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import partial
from heapq import nlargest

from ecs_emulator import refusals
from ecs_emulator.actions.fields import (
    has_tags,
    requested_group,
    requested_tags,
    tags_field,
    time_field,
)
from ecs_emulator.actions.formats import (
    MAXIMUM_RETENTION_DAYS,
    choice_format,
    description_format,
    name_format,
    range_format,
    tag_format,
)
from ecs_emulator.actions.paging import page_response
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.actions.snapshot_filters import check_filters, passes_time_filters
from ecs_emulator.lifecycle import snapshots
from ecs_emulator.lifecycle.snapshot_checks import check_snapshot_can_be_created
from ecs_emulator.records.snapshot import Snapshot
from ecs_emulator.refusals import Refusal
from ecs_emulator.world import World, tag_key

GIB = 2**30

NAME_MALFORMED = Refusal("InvalidSnapshotName.Malformed", 400, "The specified SnapshotName is wrongly formed.")
RETENTION_MALFORMED = Refusal("InvalidRetentionDays.Malformed", 400, "The specified RetentionDays is wrongly formed.")
INSTANT_RETENTION_MALFORMED = Refusal(
    "InvalidInstantAccessRetentionDays.Malformed",
    403,
    "The specified InstantAccessRetentionDays is wrongly formed.",
)
CATEGORY_MALFORMED = Refusal(
    "InvalidSnapshotCategory.Malformed", 403, "The specified snapshot category is wrongly formed."
)
RETENTION_DECREASED = Refusal(
    "InvalidOperation.DecreaseRetentionDaysUnsupported", 400, "The RetentionDays can only be extended."
)

_MOST_TAGGED = 1000
"""With a filter by tags, at most this many snapshots are listed in all."""
_CATEGORIES = frozenset({"standard", "flash", "archive"})
_SNAPSHOT_NAME = name_format("SnapshotName", NAME_MALFORMED, reserved_prefix="auto")
_RETENTION = range_format("RetentionDays", 1, MAXIMUM_RETENTION_DAYS, RETENTION_MALFORMED)


@action(
    "CreateSnapshot",
    _SNAPSHOT_NAME,
    description_format(),
    _RETENTION,
    range_format("InstantAccessRetentionDays", 1, 65535, INSTANT_RETENTION_MALFORMED),
    choice_format("Category", _CATEGORIES, CATEGORY_MALFORMED),
    tag_format,
    mutating=True,
)
def create_snapshot(call: Call) -> Response:
    """Begin to create a snapshot of a disk. The disk's id finds it in any region."""
    parameters = call.parameters
    disk = call.world.disks.get(parameters.text("DiskId"))
    if disk is None:
        raise refusals.DISK_NOT_FOUND.error()
    group_id = requested_group(call)
    check_snapshot_can_be_created(call.world, disk)
    snapshot_id, sequence = call.world.new_identity("s", disk.region_id)
    snapshot = Snapshot(
        id=snapshot_id,
        sequence=sequence,
        disk_id=disk.id,
        name=parameters.text("SnapshotName"),
        description=parameters.text("Description"),
        retention_days=parameters.number("RetentionDays"),
        resource_group_id=group_id,
        tags=requested_tags(parameters),
    )
    snapshots.start(call.world, disk, snapshot, call.now)
    return {"SnapshotId": snapshot_id}


@action("DescribeSnapshots", check_filters, choice_format("Category", _CATEGORIES, CATEGORY_MALFORMED))
def describe_snapshots(call: Call) -> Response:
    """List snapshots of a region, filtered."""
    call.end_of_checks()
    filters = _filters(call)
    found = [snapshot for snapshot in _candidates(call) if all(passes(snapshot) for passes in filters)]
    if call.parameters.objects("Tag"):
        found = nlargest(_MOST_TAGGED, found, key=lambda snapshot: snapshot.sequence)
    return page_response(call.parameters, found, lambda page: _list_field(call, page))


@action("ModifySnapshotAttribute", _SNAPSHOT_NAME, description_format(), _RETENTION, mutating=True)
def modify_snapshot_attribute(call: Call) -> Response:
    """Change name and description at any time. Raise the retention of an accomplished snapshot."""
    parameters = call.parameters
    if not {"SnapshotName", "Description", "RetentionDays", "DisableInstantAccess"} & set(parameters.values):
        raise refusals.NOTHING_TO_MODIFY.error()
    snapshot = call.world.snapshots.get(parameters.text("SnapshotId"))
    if snapshot is None:
        raise refusals.SNAPSHOT_NOT_FOUND.error()
    days = parameters.number("RetentionDays")
    if days is not None:
        _check_retention_change(snapshot, days)
        snapshot = snapshots.keep_until(snapshot, days)
    call.world.put(
        replace(
            snapshot,
            name=parameters.text("SnapshotName") or snapshot.name,
            description=parameters.text("Description") if "Description" in parameters else snapshot.description,
            last_modified_time=call.now,
        )
    )
    return {}


def usage_of(world: World, snapshot: Snapshot) -> str:
    """Return what was made from the snapshot: `image`, `disk`, `image_disk` or `none`."""
    made = []
    if world.images.by("snapshot", snapshot.id):
        made.append("image")
    if world.disks.by("snapshot", snapshot.id):
        made.append("disk")
    return "_".join(made) or "none"


def _check_retention_change(snapshot: Snapshot, days: int) -> None:
    if snapshot.status != "accomplished":
        raise refusals.SNAPSHOT_NOT_READY_400.error()
    if snapshot.retention_days is None or days < snapshot.retention_days:
        raise RETENTION_DECREASED.error()


def _candidates(call: Call) -> Iterable[Snapshot]:
    table, parameters = call.world.snapshots, call.parameters
    ids = parameters.texts("SnapshotIds")
    if ids is not None:
        return [snapshot for snapshot_id in dict.fromkeys(ids) if (snapshot := table.get(snapshot_id))]
    if disk_id := parameters.text("DiskId"):
        return table.by("disk", disk_id)
    if chain_id := parameters.text("SnapshotLinkId"):
        return table.by("chain", chain_id)
    if tags := parameters.objects("Tag"):
        return table.by("tag", tag_key(tags[0].text("Key"), tags[0].values.get("Value")))
    return table


def _filters(call: Call) -> list[Callable[[Snapshot], bool]]:
    """Return the filters of the given parameters only, because a region may have many thousands of snapshots."""
    parameters = call.parameters
    passes: list[Callable[[Snapshot], bool]] = [
        lambda snapshot: snapshot.region_id == call.region_id and snapshot.listed_from <= call.now
    ]
    for name, is_of in _FILTERS.items():
        if value := parameters.text(name):
            passes.append(partial(is_of, call.world, value))
    if (encrypted := parameters.flag("Encrypted")) is not None:
        passes.append(lambda snapshot: snapshot.encrypted is encrypted)
    if parameters.objects("Tag"):
        passes.append(lambda snapshot: has_tags(snapshot.tags, parameters))
    if parameters.objects("Filter"):
        passes.append(lambda snapshot: passes_time_filters(parameters, snapshot))
    return passes


_FILTERS: Mapping[str, Callable[[World, str, Snapshot], bool]] = {
    "SnapshotName": lambda _world, value, snapshot: fnmatchcase(snapshot.name, value),
    "SourceDiskType": lambda _world, value, snapshot: value.lower() == snapshot.disk_type,
    "Category": lambda _world, value, snapshot: value.lower() == snapshot.category,
    "Status": lambda _world, value, snapshot: value in {"all", snapshot.status},
    "SnapshotType": lambda _world, value, snapshot: value in {"all", snapshot.type},
    "DiskId": lambda _world, value, snapshot: value == snapshot.disk_id,
    "InstanceId": lambda _world, value, snapshot: value == snapshot.instance_id,
    "SnapshotLinkId": lambda _world, value, snapshot: value == snapshot.chain_id,
    "KMSKeyId": lambda _world, value, snapshot: value == snapshot.kms_key_id,
    "ResourceGroupId": lambda _world, value, snapshot: value == snapshot.resource_group_id,
    "Usage": lambda world, value, snapshot: value == usage_of(world, snapshot),
}


def _list_field(call: Call, page: Sequence[Snapshot]) -> dict[str, object]:
    return {"Snapshots": {"Snapshot": [_render(call, snapshot) for snapshot in page]}}


def _render(call: Call, snapshot: Snapshot) -> dict[str, object]:
    retention = {} if snapshot.retention_days is None else {"RetentionDays": snapshot.retention_days}
    return {
        **retention,
        "SnapshotId": snapshot.id,
        "SnapshotName": snapshot.name,
        "Description": snapshot.description,
        "RegionId": snapshot.region_id,
        "Status": snapshot.status,
        "Progress": f"{snapshot.progress_percent(call.now)}%",
        "RemainTime": snapshot.remaining_seconds(call.now),
        "Available": snapshot.available,
        "CreationTime": time_field(snapshot.creation_time),
        "LastModifiedTime": time_field(snapshot.last_modified_time),
        "SnapshotType": snapshot.type,
        "SnapshotLinkId": snapshot.chain_id,
        "SnapshotSN": snapshot.id,
        "Category": snapshot.category,
        "SourceStorageType": "disk",
        "InstantAccess": snapshot.instant_access,
        "SourceSnapshotId": snapshot.source_snapshot_id,
        "SourceRegionId": snapshot.source_region_id,
        "SourceDiskId": snapshot.disk_id,
        "SourceDiskType": snapshot.disk_type,
        "SourceDiskSize": str(snapshot.disk_size),
        "FullSnapshotSizeInBytes": int(snapshot.full_gib * GIB),
        "Encrypted": snapshot.encrypted,
        "KMSKeyId": snapshot.kms_key_id,
        "ProductCode": "",
        "ResourceGroupId": snapshot.resource_group_id,
        "Usage": usage_of(call.world, snapshot),
        "Tags": tags_field(snapshot.tags),
    }
