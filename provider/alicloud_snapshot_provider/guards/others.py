"""Snapshots of others that a guard may count: of an automatic policy, of the console, of another tool.

Nobody of this provider holds them, so no run deletes them. A guard never tags, prunes or deletes them either.
"""

from __future__ import annotations

from ..ecs.models import SnapshotInfo
from ..ledger.intent import SERIES_TAG
from ..ledger.keeper import keeper_of
from ..ledger.ownership import TAG_PREFIX
from ..ledger.proof import PROVEN_TAG
from ..region import Region
from ..waiting.progress import duration_text


async def young_of_others(region: Region, disk_id: str, min_age: float) -> SnapshotInfo | None:
    """Return the newest complete snapshot of a disk that others took, if it is younger than `min_age` seconds.

    A member of a group of ours does not count: its group may be deleted in this very run.
    """
    newest = max(
        (each for each in await region.client.snapshots_of_disk(disk_id) if _is_of_others(each)),
        key=lambda each: each.creation_time,
        default=None,
    )
    if newest is None or newest.cut_at is None or region.client.cloud_now() - newest.cut_at.timestamp() >= min_age:
        return None
    groups = await region.client.snapshot_groups_by_tags({SERIES_TAG: ""})
    members = {member_id for group in groups for member_id in group.snapshot_ids.values()}
    return None if newest.snapshot_id in members else newest


def counted_text(snapshot: SnapshotInfo, now: float) -> str:
    """Return why no snapshot is taken, in words."""
    age = duration_text(max(0.0, now - snapshot.cut_at.timestamp())) if snapshot.cut_at else ""
    end = f", and ECS deletes it after {snapshot.retention_days} d" if snapshot.retention_days else ""
    return (
        f"{snapshot.snapshot_id} of {snapshot.source_disk_id} ({keeper_of(snapshot).how}) counts: it is {age} old{end}"
    )


def _is_of_others(snapshot: SnapshotInfo) -> bool:
    ours = any(key.startswith(TAG_PREFIX) and key != PROVEN_TAG for key in snapshot.tags)
    return snapshot.accomplished and not snapshot.archived and not snapshot.source_snapshot_id and not ours
