"""CopySnapshot."""

from __future__ import annotations

from ecs_emulator import refusals
from ecs_emulator.actions.fields import requested_group, requested_tags
from ecs_emulator.actions.formats import (
    MAXIMUM_RETENTION_DAYS,
    description_format,
    name_format,
    range_format,
    tag_format,
)
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.actions.snapshots import NAME_MALFORMED, RETENTION_MALFORMED
from ecs_emulator.lifecycle import copies
from ecs_emulator.records.snapshot import Snapshot
from ecs_emulator.refusals import Refusal

UNKNOWN_DESTINATION = Refusal("InvalidRegionId.NotExists", 403, "The specified destination region does not exist.")
SAME_REGION = Refusal(
    "InvalidOperation.NotSupportCopyInSameRegion", 403, "A snapshot cannot be copied within its region."
)
UNFINISHED = Refusal(
    "InvalidOperation.UnfinishedCrossRegionCopy", 403, "A copy of the snapshot to this region has not finished."
)
CATEGORY_NOT_SUPPORTED = Refusal(
    "OperationDenied.SnapshotCategoryNotSupportCopy", 403, "Snapshots of this category cannot be copied."
)
KEY_WITHOUT_ENCRYPTION = Refusal(
    "InvalidEncrypted.NotMatchKmsKeyId", 403, "KMSKeyId can be given only when Encrypted is true."
)
DECRYPTION = Refusal(
    "InvalidEncrypted.NotSupportDecrypt", 403, "A copy of an encrypted snapshot must be encrypted too."
)


@action(
    "CopySnapshot",
    name_format("DestinationSnapshotName", NAME_MALFORMED.with_status(403), reserved_prefix="auto"),
    description_format(refusals.DESCRIPTION_MALFORMED.with_status(403), "DestinationSnapshotDescription"),
    range_format("RetentionDays", 1, MAXIMUM_RETENTION_DAYS, RETENTION_MALFORMED.with_status(403)),
    tag_format,
    mutating=True,
)
def copy_snapshot(call: Call) -> Response:
    """Begin to copy an accomplished snapshot to another region, encrypted or not. The copy gets no tags."""
    parameters = call.parameters
    source = _source(call)
    destination = _destination(call, source)
    resource_group_id = requested_group(call)
    _check_encryption(call, source)
    snapshot_id, sequence = call.world.new_identity("s", destination)
    copy = Snapshot(
        id=snapshot_id,
        sequence=sequence,
        disk_id=source.disk_id,
        region_id=destination,
        name=parameters.text("DestinationSnapshotName"),
        description=parameters.text("DestinationSnapshotDescription"),
        retention_days=parameters.number("RetentionDays"),
        encrypted=bool(parameters.flag("Encrypted")),
        kms_key_id=parameters.text("KMSKeyId"),
        resource_group_id=resource_group_id,
        tags=requested_tags(parameters),
    )
    copies.start(call.world, source, copy, call.now)
    return {"SnapshotId": snapshot_id}


def _source(call: Call) -> Snapshot:
    source = call.world.snapshots.get(call.parameters.text("SnapshotId"))
    if source is None or source.region_id != call.region_id:
        raise refusals.SNAPSHOT_NOT_FOUND.with_status(403).error()
    if source.status != "accomplished":
        raise refusals.SNAPSHOT_NOT_READY.error()
    if source.category != "standard":
        raise CATEGORY_NOT_SUPPORTED.error()
    return source


def _destination(call: Call, source: Snapshot) -> str:
    region_id = call.parameters.text("DestinationRegionId")
    if region_id not in call.world.regions:
        raise UNKNOWN_DESTINATION.error()
    if region_id == source.region_id:
        raise SAME_REGION.error()
    begun = call.world.snapshots.by("source", source.id)
    if any(copy.is_progressing and copy.region_id == region_id for copy in begun):
        raise UNFINISHED.error()
    return region_id


def _check_encryption(call: Call, source: Snapshot) -> None:
    encrypted = call.parameters.flag("Encrypted")
    if source.encrypted and not encrypted:
        raise DECRYPTION.error()
    if call.parameters.text("KMSKeyId") and not encrypted:
        raise KEY_WITHOUT_ENCRYPTION.error()
