"""What changed outside Pulumi, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..ecs.client import EcsClient
from ..ecs.models import SnapshotInfo
from .intent import user_tags


def drift_notes(before: Mapping[str, Any], info: SnapshotInfo) -> list[str]:
    """Compare the outputs before with the snapshot as it is; each note says what changed and what follows."""
    named = {"snapshot_name": info.snapshot_name, "description": info.description}
    notes = [
        f"{name} was changed outside Pulumi from {before[name]!r} to {now!r}: the next `pulumi up` changes it back"
        for name, now in named.items()
        if before.get(name) is not None and before[name] != now
    ]
    notes += _tags(before, info)
    notes += _retention(before, info)
    if info.failed and before.get("status") != "failed":
        notes.append(f"snapshot {info.snapshot_id} has failed and holds nothing: the next `pulumi up` takes a new one")
    return notes


def _tags(before: Mapping[str, Any], info: SnapshotInfo) -> list[str]:
    now = user_tags(info.tags)
    if before.get("tags") is None or dict(before["tags"]) == now:
        return []
    return [
        f"tags were changed outside Pulumi from {dict(before['tags'])} to {now}: the next `pulumi up` changes them back"
    ]


def _retention(before: Mapping[str, Any], info: SnapshotInfo) -> list[str]:
    old, now = before.get("retention_days"), info.retention_days
    if not old or now == old:
        return []
    shown = f"{now} days" if now else "for ever"
    return [
        f"retention was extended outside Pulumi from {int(old)} days to {shown}: ECS cannot shrink it, "
        f"so raise retention_days to match"
    ]


async def loss_note(client: EcsClient, snapshot_id: str) -> str:
    """Say what it means that a snapshot is gone; images and disks made from it are named."""
    images = [image.image_id for image in await client.images_of_snapshot(snapshot_id)]
    disks = [disk.disk_id for disk in await client.disks_of_snapshot(snapshot_id)]
    users = [f"image {image}" for image in images] + [f"disk {disk}" for disk in disks]
    still = f", while {', '.join(users)} still refer to it" if users else ""
    return (
        f"snapshot {snapshot_id} is gone{still}: it was deleted outside Pulumi or its retention ended; "
        "the next `pulumi up` takes a new one"
    )
