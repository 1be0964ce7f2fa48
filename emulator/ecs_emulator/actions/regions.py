"""DescribeRegions and DescribeZones."""

from __future__ import annotations

from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.records.region import Region


@action("DescribeRegions")
def describe_regions(call: Call) -> Response:
    """List the regions of the world."""
    return {"Regions": {"Region": [_render_region(region) for region in call.world.regions]}}


@action("DescribeZones")
def describe_zones(call: Call) -> Response:
    """List the zones of a region, each with every disk category."""
    region = call.world.regions.get(call.region_id)
    categories = list(call.world.settings.lifecycle.categories)
    zones = region.zones if region else ()
    return {"Zones": {"Zone": [_render_zone(zone_id, categories) for zone_id in zones]}}


def _render_region(region: Region) -> dict[str, object]:
    return {
        "RegionId": region.id,
        "RegionEndpoint": region.endpoint,
        "LocalName": region.local_name or region.id,
        "Status": "available",
    }


def _render_zone(zone_id: str, categories: list[str]) -> dict[str, object]:
    return {
        "ZoneId": zone_id,
        "LocalName": zone_id,
        "ZoneType": "AvailabilityZone",
        "AvailableDiskCategories": {"DiskCategories": categories},
        "AvailableVolumeCategories": {"VolumeCategories": []},
        "AvailableResourceCreation": {"ResourceTypes": ["VSwitch", "IoOptimized", "Instance", "Disk"]},
        "AvailableInstanceTypes": {"InstanceTypes": ["ecs.g7.large"]},
        "AvailableDedicatedHostTypes": {"DedicatedHostType": []},
        "DedicatedHostGenerations": {"DedicatedHostGeneration": []},
        "AvailableResources": {"ResourcesInfo": []},
    }
