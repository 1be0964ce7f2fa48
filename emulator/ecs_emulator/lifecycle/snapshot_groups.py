"""Snapshot-consistent groups are created and removed. Their members behave like snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ecs_emulator.lifecycle import snapshots
from ecs_emulator.records.disk import Disk
from ecs_emulator.records.snapshot import Snapshot
from ecs_emulator.records.snapshot_group import SnapshotGroup
from ecs_emulator.world import World

SOURCE_TAG = "acs:ecs:createFrom"


def create(world: World, group: SnapshotGroup, disks: Sequence[Disk], at: float) -> None:
    """Add a group and begin to create a snapshot of each disk, all cut at the same moment."""
    world.put(replace(group, creation_time=at))
    world.emit("snapshot_group.created", group.id, at)
    cut_at = max(snapshots.cut_time(world, disk, at) for disk in disks)
    for disk in disks:
        snapshots.start(world, disk, _member(world, group, disk), at, cut_at)


def dissolve(world: World, group: SnapshotGroup, at: float) -> None:
    """Remove a group. The remaining snapshots stay as single ones."""
    for member in world.snapshots.by("group", group.id):
        world.put(replace(member, group_id=""))
    world.remove(group)
    world.emit("snapshot_group.deleted", group.id, at)


def _member(world: World, group: SnapshotGroup, disk: Disk) -> Snapshot:
    snapshot_id, sequence = world.new_identity("s", disk.region_id)
    return Snapshot(
        id=snapshot_id,
        sequence=sequence,
        disk_id=disk.id,
        group_id=group.id,
        resource_group_id=group.resource_group_id,
        tags={SOURCE_TAG: disk.instance_id} if disk.instance_id else {},
    )
