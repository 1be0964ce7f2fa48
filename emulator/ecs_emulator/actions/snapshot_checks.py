"""Checks before something is made from a snapshot."""

from __future__ import annotations

from ecs_emulator import refusals
from ecs_emulator.actions.registry import Call
from ecs_emulator.records.snapshot import Snapshot


def available_snapshot(call: Call, snapshot_id: str) -> Snapshot:
    """Return an available snapshot. Raises EcsError if it does not exist or is not available."""
    snapshot = call.world.snapshots.get(snapshot_id)
    if snapshot is None:
        raise refusals.SNAPSHOT_NOT_FOUND.error()
    if not snapshot.available:
        raise refusals.SNAPSHOT_NOT_READY.error()
    return snapshot
