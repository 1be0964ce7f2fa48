"""Snapshots of the command `take`. Each disk has a series for them, and no state holds them."""

from __future__ import annotations

from ..ecs.models import DiskInfo
from ..ledger.ownership import BY_HAND
from .attributes import Attributes
from .spec import SnapshotSpec

ADOPT_WITHIN = 900.0
"""Seconds for which the finished snapshot of a killed run is still adopted."""


def spec_by_hand(disk: DiskInfo, retention_days: int | None) -> SnapshotSpec:
    """Return the spec of a snapshot of the disk. If a killed run began one, it is adopted."""
    return SnapshotSpec(
        disk_id=disk.disk_id,
        attributes=Attributes(
            series=f"by-hand-of-{disk.disk_id}",
            snapshot_name=f"by-hand-of-{disk.disk_id}"[:128],
            retention_days=retention_days,
        ),
        replace_inputs={"disk_id": disk.disk_id},
        ownership=BY_HAND,
        adopt_within=ADOPT_WITHIN,
    )
