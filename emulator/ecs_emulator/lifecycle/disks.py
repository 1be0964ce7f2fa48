"""Disks are created, attached, detached and deleted."""

from __future__ import annotations

from dataclasses import replace

from ecs_emulator.lifecycle import snapshots
from ecs_emulator.records.disk import Disk
from ecs_emulator.records.instance import Instance
from ecs_emulator.records.snapshot import Snapshot, chain_id_of
from ecs_emulator.records.step import Step
from ecs_emulator.world import World


def create(world: World, disk: Disk, at: float) -> None:
    """Add a new disk: Creating, then Available."""
    ready = Step(at + world.settings.lifecycle.disk_creating_seconds, "available")
    world.put(replace(disk, status="Creating", creation_time=at, pending=(ready,)))
    world.emit("disk.created", disk.id, at)


def attach(world: World, disk: Disk, instance: Instance, at: float) -> None:
    """Begin to attach the disk to the instance."""
    attached = Step(at + world.settings.lifecycle.disk_attaching_seconds, "attached")
    world.put(replace(disk, status="Attaching", instance_id=instance.id, pending=(attached,)))


def detach(world: World, disk: Disk, at: float) -> None:
    """Begin to detach the disk from its instance."""
    detached = Step(at + world.settings.lifecycle.disk_detaching_seconds, "detached")
    world.put(replace(disk, status="Detaching", pending=(detached,)))


def reset(world: World, disk: Disk, snapshot: Snapshot, at: float) -> None:
    """Begin to roll the disk back to one of its snapshots."""
    done = Step(at + world.settings.lifecycle.disk_resetting_seconds, "reset")
    world.put(
        replace(
            disk,
            status="ReIniting",
            content_version=snapshot.content_version,
            damaged=snapshot.damaged,
            newest_version=max(disk.newest_version, disk.content_version),
            used_gib=snapshot.full_gib,
            changed_gib=snapshots.gib_since(world, snapshot),
            pending=(done,),
        )
    )
    world.emit("disk.resetting", disk.id, at)


def install(world: World, disk: Disk, at: float) -> None:
    """Add a new system disk to a stopped instance: Creating until the operating system is on it, then In_use."""
    installed = Step(at + world.settings.lifecycle.disk_resetting_seconds, "attached")
    world.put(replace(disk, status="Creating", creation_time=at, pending=(installed,)))
    world.emit("disk.created", disk.id, at)


def delete(world: World, disk: Disk, at: float) -> None:
    """Remove the disk. Its snapshots stay, but those in progress are removed, too."""
    for snapshot in world.snapshots.by("chain", chain_id_of(disk.id)):
        goes_along = snapshot.type == "auto" and disk.delete_auto_snapshot and not snapshot.is_locked(at)
        if snapshot.is_progressing or goes_along:
            snapshots.delete(world, snapshot, at)
    for association in world.policy_associations.by("disk", disk.id):
        world.remove(association)
    world.remove(disk)
    world.emit("disk.deleted", disk.id, at)


def release(world: World, disk: Disk, at: float) -> None:
    """Detach the disk at once, as at the release of its instance."""
    world.put(replace(disk, status="Available", instance_id="", device="", detached_time=at, pending=()))
    world.emit("disk.detached", disk.id, at)


def take_step(world: World, disk: Disk, step: Step) -> None:
    """Do a planned step of a disk."""
    match step.name:
        case "available":
            world.put(replace(disk, status="Available"))
            world.emit("disk.available", disk.id, step.at)
        case "attached":
            world.put(replace(disk, status="In_use", attached_time=step.at, detached_time=None))
            world.emit("disk.attached", disk.id, step.at)
        case "reset":
            world.put(replace(disk, status="In_use" if disk.instance_id else "Available"))
            world.emit("disk.reset", disk.id, step.at)
        case "detached":
            release(world, disk, step.at)
