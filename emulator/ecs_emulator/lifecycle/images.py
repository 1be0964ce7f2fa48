"""Images are ready when they are built and all their snapshots are accomplished."""

from __future__ import annotations

from dataclasses import replace

from ecs_emulator.records.image import Image, ImageStatus
from ecs_emulator.records.step import Step
from ecs_emulator.world import World


def create(world: World, image: Image, at: float) -> None:
    """Add a new image: Creating, then Available."""
    built = Step(at + world.settings.lifecycle.image_creating_seconds, "built")
    world.put(replace(image, status="Creating", creation_time=at, pending=(built,)))
    world.emit("image.created", image.id, at)


def take_step(world: World, image: Image, step: Step) -> None:
    """Do the only planned step of an image: it is built."""
    follow_snapshots(world, image, step.at)


def follow_snapshots(world: World, image: Image, at: float) -> None:
    """End the creation of an image if its snapshots have ended."""
    if image.status != "Creating":
        return
    states = {
        snapshot.status if (snapshot := world.snapshots.get(snapshot_id)) else "failed"
        for snapshot_id in image.snapshot_ids
    }
    if "failed" in states:
        _end(world, image, "CreateFailed", at)
    elif "progressing" not in states and not image.pending:
        _end(world, image, "Available", at)


def _end(world: World, image: Image, status: ImageStatus, at: float) -> None:
    world.put(replace(image, status=status, pending=()))
    world.emit("image.available" if status == "Available" else "image.failed", image.id, at)
