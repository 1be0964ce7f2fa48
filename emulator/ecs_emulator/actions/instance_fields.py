"""How an instance looks in DescribeInstances."""

from __future__ import annotations

from ecs_emulator.actions.fields import minute_field, tags_field
from ecs_emulator.identifiers import serial_number
from ecs_emulator.records.instance import Instance


def render_instance(instance: Instance) -> dict[str, object]:
    """Return one entry of `Instances.Instance`."""
    return {
        "InstanceId": instance.id,
        "InstanceName": instance.name,
        "Description": instance.description,
        "HostName": instance.host_name or instance.name,
        "RegionId": instance.region_id,
        "ZoneId": instance.zone_id,
        "Status": instance.status,
        "InstanceType": instance.instance_type,
        "InstanceTypeFamily": instance.instance_type.rpartition(".")[0],
        "Cpu": instance.cpu,
        "Memory": instance.memory,
        "ImageId": instance.image_id,
        "OSType": instance.os_type,
        "OSName": instance.os_name,
        "OSNameEn": instance.os_name,
        "InstanceChargeType": instance.charge_type,
        "ExpiredTime": "2099-12-31T15:59Z",
        "CreationTime": minute_field(instance.creation_time),
        "StartTime": minute_field(instance.start_time),
        "StoppedMode": instance.stopped_mode,
        "DeletionProtection": instance.deletion_protection,
        "DeviceAvailable": True,
        "IoOptimized": True,
        "SerialNumber": serial_number(instance.id),
        "ResourceGroupId": instance.resource_group_id,
        "OperationLocks": {"LockReason": [{"LockReason": reason} for reason in instance.locks]},
        "Tags": tags_field(instance.tags),
        **_network_fields(instance),
    }


def _network_fields(instance: Instance) -> dict[str, object]:
    private = {"IpAddress": [instance.private_ip]}
    nothing: dict[str, object] = {"IpAddress": []}
    return {
        "InstanceNetworkType": "classic" if instance.is_classic else "vpc",
        "SecurityGroupIds": {"SecurityGroupId": list(instance.security_group_ids)},
        "PublicIpAddress": {"IpAddress": []},
        "InnerIpAddress": private if instance.is_classic else nothing,
        "InternetChargeType": "PayByTraffic",
        "InternetMaxBandwidthIn": 0,
        "InternetMaxBandwidthOut": 0,
        "VpcAttributes": {
            "VpcId": "" if instance.is_classic else instance.vpc_id,
            "VSwitchId": instance.vswitch_id,
            "NatIpAddress": "",
            "PrivateIpAddress": nothing if instance.is_classic else private,
        },
        "NetworkInterfaces": {"NetworkInterface": []},
    }
