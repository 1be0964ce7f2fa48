"""A verification of a disk of an emulated cloud."""

from __future__ import annotations

from typing import Any

from cloud import Cloud

from alicloud_snapshot_provider.verification.bench import Subject
from alicloud_snapshot_provider.verification.outcome import Verdict
from alicloud_snapshot_provider.verification.run import Report, Verification

ESSD, OLDER = "d-demo-system", "d-demo-efficiency"


async def subject_of(cloud: Cloud, disk_id: str = ESSD, **allowed: Any) -> Subject:
    region = cloud.region
    disk = await region.disks.get(disk_id)
    assert disk is not None
    instance = await region.instances.get(disk.instance_id)
    return Subject(region, disk, instance, **allowed)


async def verified(cloud: Cloud, disk_id: str = ESSD, **allowed: Any) -> Report:
    return await Verification(await subject_of(cloud, disk_id, **allowed), cloud.notes.append).run()


def rows(report: Report, verdict: Verdict) -> dict[str, str]:
    return {each.row: each.seen for each in report.having(verdict)}
