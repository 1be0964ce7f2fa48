"""Moves the world to a time: everything happens that was due by then, in its order."""

from __future__ import annotations

from dataclasses import replace

from ecs_emulator.lifecycle import (
    archiving,
    auto_snapshot_policies,
    disks,
    images,
    instances,
    invocations,
    snapshots,
)
from ecs_emulator.records.auto_snapshot_policy import AutoSnapshotPolicy
from ecs_emulator.records.disk import Disk
from ecs_emulator.records.image import Image
from ecs_emulator.records.instance import Instance
from ecs_emulator.records.snapshot import Snapshot
from ecs_emulator.records.step import Step
from ecs_emulator.records.task import Task
from ecs_emulator.world import LivingRecord, World


def settle(world: World, now: float) -> None:
    """Do every step that is due at `now` (epoch seconds), each at its planned time."""
    while (record := world.due(now)) is not None:
        step, *rest = record.pending
        record = replace(record, pending=tuple(rest))
        world.put(record)
        _take_step(world, record, step)


def _take_step(world: World, record: LivingRecord, step: Step) -> None:
    match record:
        case Snapshot():
            snapshots.take_step(world, record, step)
            if step.name == "accomplished" and record.policy_id:
                auto_snapshot_policies.copy(world, world.snapshots[record.id], step.at)
        case AutoSnapshotPolicy():
            auto_snapshot_policies.take_step(world, record, step)
        case Disk():
            disks.take_step(world, record, step)
        case Instance():
            instances.take_step(world, record, step)
        case Image():
            images.take_step(world, record, step)
        case Task():
            archiving.take_step(world, record, step)
        case _:
            invocations.take_step(world, record, step)
