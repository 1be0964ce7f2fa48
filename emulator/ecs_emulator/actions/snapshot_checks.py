"""What must hold before something can be made of a snapshot."""

from __future__ import annotations

from ecs_emulator import refusals
from ecs_emulator.actions.registry import Call
from ecs_emulator.records.snapshot import Snapshot


def available_snapshot(call: Call, snapshot_id: str) -> Snapshot:
    """Return a snapshot that something can be made of; raise EcsError if it is not there or not available."""
    snapshot = call.world.snapshots.get(snapshot_id)
    if snapshot is None:
        raise refusals.SNAPSHOT_NOT_FOUND.error()
    if not snapshot.available:
        raise refusals.SNAPSHOT_NOT_READY.error()
    return snapshot
