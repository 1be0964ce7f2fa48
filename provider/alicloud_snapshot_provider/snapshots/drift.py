"""The notes of a refresh: what somebody changed outside Pulumi, and what the next `pulumi up` does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..ecs.client import EcsClient
from ..ecs.models import SnapshotGroupInfo, SnapshotInfo
from ..ledger.intent import user_tags
from ..ledger.records import Recorded
from ..sets.records import SnapshotSetInfo
from .delete import users_of


def drift_notes(before: Mapping[str, Any], info: SnapshotInfo) -> list[str]:
    """Compare the old outputs with the snapshot."""
    notes = _names(before, {"snapshot_name": info.snapshot_name, "description": info.description})
    notes += _tags(before, info)
    notes += _retention(before, info)
    if info.archived and before.get("category") == "standard":
        notes.append(f"snapshot {info.snapshot_id} was archived outside Pulumi: ECS makes no archive standard again")
    if info.failed and before.get("status") != "failed":
        notes.append(f"snapshot {info.snapshot_id} has failed and holds nothing: the next `pulumi up` takes a new one")
    return notes


def group_drift_notes(before: Mapping[str, Any], info: SnapshotGroupInfo) -> list[str]:
    """Compare the old outputs with the group."""
    notes = _names(before, {"snapshot_group_name": info.snapshot_group_name, "description": info.description})
    notes += _tags(before, info)
    notes += [
        f"snapshot {member} of disk {disk} is gone from group {info.snapshot_group_id}, which no longer holds "
        "the whole volume: change triggers to take a new group"
        for disk, member in _gone(before, info.snapshot_ids).items()
    ]
    return notes


def set_drift_notes(before: Mapping[str, Any], info: SnapshotSetInfo) -> list[str]:
    """Compare the old outputs with the set. Each note is there only once."""
    notes = [note for member in info.members for note in drift_notes(before, member)]
    notes += [
        f"snapshot {member} of disk {disk} is gone: change triggers to take the set anew"
        for disk, member in _gone(before, info.snapshot_ids).items()
    ]
    return list(dict.fromkeys(notes))


def set_loss_note(set_id: str) -> str:
    """Return the note for a set that is gone."""
    return (
        f"no snapshot of set {set_id} is left: they were deleted outside Pulumi or their retention ended; "
        "the next `pulumi up` takes a new set"
    )


def _gone(before: Mapping[str, Any], now: Mapping[str, str]) -> dict[str, str]:
    return {disk: member for disk, member in (before.get("snapshot_ids") or {}).items() if disk not in now}


def group_loss_note(group_id: str, before: Mapping[str, Any]) -> str:
    """Return the note for a group that is gone."""
    members = ", ".join((before.get("snapshot_ids") or {}).values())
    return (
        f"snapshot group {group_id} is gone: it was deleted outside Pulumi; members that were in use "
        f"may be left as snapshots of their own ({members}); the next `pulumi up` takes a new group"
    )


def _names(before: Mapping[str, Any], now: Mapping[str, str]) -> list[str]:
    return [
        f"{name} was changed outside Pulumi from {before[name]!r} to {value!r}: the next `pulumi up` changes it back"
        for name, value in now.items()
        if before.get(name) is not None and before[name] != value
    ]


def _tags(before: Mapping[str, Any], info: Recorded) -> list[str]:
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
    """Return the note for a snapshot that is gone. It names the images and disks that were made from it."""
    users = await users_of(client, snapshot_id)
    still = f", while {users} still refer to it" if users.images or users.disks else ""
    return (
        f"snapshot {snapshot_id} is gone{still}: it was deleted outside Pulumi or its retention ended; "
        "the next `pulumi up` takes a new one"
    )
