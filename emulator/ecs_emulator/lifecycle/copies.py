"""Copies of snapshots in other regions. After their begin they behave like snapshots."""

from __future__ import annotations

from dataclasses import replace

from ecs_emulator.lifecycle import snapshots
from ecs_emulator.records.snapshot import Snapshot
from ecs_emulator.records.step import Step
from ecs_emulator.world import World


def start(world: World, source: Snapshot, copy: Snapshot, at: float) -> None:
    """Begin to create `copy` of `source`. The first copy of a disk in a region is full, later ones are incremental."""
    filled = replace(
        copy,
        source_snapshot_id=source.id,
        source_region_id=source.region_id,
        disk_id=source.disk_id,
        disk_type=source.disk_type,
        disk_size=source.disk_size,
        disk_category=source.disk_category,
        full_gib=source.full_gib,
        content_version=source.content_version,
        damaged=source.damaged,
    )
    is_first = snapshots.is_first_of_chain(world, filled.chain_id)
    _begin(world, replace(filled, stored_gib=source.full_gib if is_first else source.stored_gib), at)


def _begin(world: World, copy: Snapshot, at: float) -> None:
    settings = world.settings.lifecycle
    end = at + max(settings.copy_minimum_seconds, settings.copy_seconds_per_gib * copy.stored_gib)
    begun = replace(
        copy,
        status="progressing",
        available=False,
        start_time=at,
        creation_time=at,
        last_modified_time=at,
        planned_end=end,
        pending=(Step(end, "accomplished"),),
    )
    days = begun.retention_days
    world.put(begun if days is None else snapshots.keep_until(begun, days))
    world.emit("snapshot.created", begun.id, at)
