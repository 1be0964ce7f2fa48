"""How a disk looks in DescribeDisks."""

from __future__ import annotations

from ecs_emulator.actions.fields import tags_field, time_field
from ecs_emulator.identifiers import serial_number
from ecs_emulator.records.disk import Disk
from ecs_emulator.world import World


def render_disk(world: World, disk: Disk) -> dict[str, object]:
    """Return one entry of `Disks.Disk`."""
    return {
        "DiskId": disk.id,
        "DiskName": disk.name,
        "Description": disk.description,
        "RegionId": disk.region_id,
        "ZoneId": disk.zone_id,
        "Type": disk.type,
        "Category": disk.category,
        "PerformanceLevel": disk.performance_level,
        "Size": disk.size,
        "Status": disk.status,
        "Encrypted": disk.encrypted,
        "KMSKeyId": disk.kms_key_id,
        "MultiAttach": disk.multi_attach,
        "DiskChargeType": disk.charge_type,
        "ExpiredTime": "2999-09-08T16:00Z",
        "CreationTime": time_field(disk.creation_time),
        "ImageId": disk.image_id,
        "SourceSnapshotId": disk.source_snapshot_id,
        "SourceDiskId": "",
        "SerialNumber": serial_number(disk.id),
        "ProductCode": "",
        "ResourceGroupId": disk.resource_group_id,
        "OperationLocks": {"OperationLock": [{"LockReason": reason} for reason in disk.locks]},
        "Tags": tags_field(disk.tags),
        **_attachment_fields(disk),
        **_policy_fields(world, disk),
    }


def _attachment_fields(disk: Disk) -> dict[str, object]:
    attachments = [
        {
            "InstanceId": disk.instance_id,
            "Device": disk.device,
            "AttachedTime": time_field(disk.attached_time),
        }
        for _ in range(bool(disk.instance_id))
    ]
    return {
        "InstanceId": disk.instance_id,
        "Device": disk.device,
        "AttachedTime": time_field(disk.attached_time),
        "DetachedTime": time_field(disk.detached_time),
        "Portable": disk.type == "data",
        "MountInstanceNum": len(attachments),
        "MountInstances": {"MountInstance": attachments},
        "Attachments": {"Attachment": attachments},
    }


def _policy_fields(world: World, disk: Disk) -> dict[str, object]:
    applied = world.policy_associations.by("disk", disk.id)
    return {
        "DeleteWithInstance": disk.delete_with_instance,
        "DeleteAutoSnapshot": disk.delete_auto_snapshot,
        "EnableAutoSnapshot": disk.enable_auto_snapshot,
        "EnableAutomatedSnapshotPolicy": bool(applied),
        "AutoSnapshotPolicyId": applied[0].policy_id if applied else "",
        "BurstingEnabled": False,
    }
