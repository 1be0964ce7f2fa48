"""Instances are created, start and stop. A change of status makes snapshots in progress fail."""

from __future__ import annotations

from dataclasses import replace

from ecs_emulator.lifecycle import snapshots
from ecs_emulator.records.instance import Instance, InstanceStatus
from ecs_emulator.records.step import Step
from ecs_emulator.world import World


def launch(world: World, instance: Instance, at: float) -> None:
    """Add a new instance: Pending, then Starting, then Running."""
    starting = Step(at + world.settings.lifecycle.instance_pending_seconds, "starting")
    world.put(replace(instance, status="Pending", creation_time=at, pending=(starting,)))
    world.emit("instance.created", instance.id, at)


def start(world: World, instance: Instance, at: float) -> None:
    """Begin to start the instance."""
    seconds = world.settings.lifecycle.instance_starting_seconds
    started = replace(instance, stopped_mode="Not-applicable", start_time=at)
    _change(world, started, "Starting", at, Step(at + seconds, "running"))


def stop(world: World, instance: Instance, at: float) -> None:
    """Begin to stop the instance."""
    seconds = world.settings.lifecycle.instance_stopping_seconds
    _change(world, instance, "Stopping", at, Step(at + seconds, "stopped"))


def settled_as(world: World, instance: Instance, status: InstanceStatus, at: float) -> None:
    """Put the instance into `status` at once."""
    _change(world, instance, status, at)


def take_step(world: World, instance: Instance, step: Step) -> None:
    """Do a planned step of an instance."""
    match step.name:
        case "starting":
            start(world, instance, step.at)
        case "running":
            settled_as(world, instance, "Running", step.at)
        case "stopping":
            stop(world, instance, step.at)
        case "stopped":
            settled_as(world, instance, "Stopped", step.at)


def stop_at(world: World, instance: Instance, at: float) -> None:
    """Plan a stop at `at`, as if somebody else had asked for it."""
    world.put(replace(instance, pending=(Step(at, "stopping"),)))


def _change(world: World, instance: Instance, status: InstanceStatus, at: float, *steps: Step) -> None:
    world.put(replace(instance, status=status, pending=steps))
    world.emit(f"instance.{status.lower()}", instance.id, at)
    for disk in world.disks.by("instance", instance.id):
        for snapshot in world.snapshots.by("progressing", disk.id):
            snapshots.fail(world, snapshot, at)
