"""Snapshots move to the archive in tasks."""

from __future__ import annotations

from dataclasses import replace

from ecs_emulator.records.snapshot import Snapshot
from ecs_emulator.records.step import Step
from ecs_emulator.records.task import Task
from ecs_emulator.world import World


def start(world: World, snapshot: Snapshot, at: float) -> Task:
    """Begin to archive the snapshot, and return the task."""
    task_id, sequence = world.new_identity("t", snapshot.region_id)
    task = Task(
        id=task_id,
        sequence=sequence,
        resource_id=snapshot.id,
        region_id=snapshot.region_id,
        creation_time=at,
        pending=(Step(at + world.settings.lifecycle.archiving_seconds, "ended"),),
    )
    world.put(task)
    world.emit("task.created", task.id, at)
    return task


def take_step(world: World, task: Task, step: Step) -> None:
    """Do the only planned step of a task: it ends. It succeeds if the snapshot still exists."""
    snapshot = world.snapshots.get(task.resource_id)
    if snapshot is None:
        world.put(replace(task, status="Failed", finished_time=step.at))
        world.emit("task.failed", task.id, step.at)
        return
    world.put(replace(snapshot, category="archive", instant_access=False, last_modified_time=step.at))
    world.emit("snapshot.archived", snapshot.id, step.at)
    world.put(replace(task, status="Finished", finished_time=step.at))
    world.emit("task.finished", task.id, step.at)
