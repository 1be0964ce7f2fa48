"""The actions of the API: one file per noun, each registered by importing it here."""

from ecs_emulator.actions import (
    attachments,
    chains,
    disk_creation,
    disks,
    image_creation,
    images,
    instance_creation,
    instances,
    regions,
    resource_groups,
    snapshots,
    tags,
)
from ecs_emulator.actions.registry import ACTIONS, Action, Call

__all__ = [
    "ACTIONS",
    "Action",
    "Call",
    "attachments",
    "chains",
    "disk_creation",
    "disks",
    "image_creation",
    "images",
    "instance_creation",
    "instances",
    "regions",
    "resource_groups",
    "snapshots",
    "tags",
]
