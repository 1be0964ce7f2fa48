"""What a command finds on its instance's disks, if it names them by serial number."""

from __future__ import annotations

import re

from ecs_emulator.identifiers import serial_number
from ecs_emulator.records.command_script import CommandScript
from ecs_emulator.records.invocation_result import InvocationResult
from ecs_emulator.world import World

_SERIAL = re.compile(r"\b[0-9a-f]{20}\b")
NO_DEVICE, DAMAGED = 122, 124


def seen_by(world: World, result: InvocationResult) -> CommandScript:
    """Return the exit code of a command. It fails if a named disk is missing or damaged."""
    named = set(_SERIAL.findall(result.content))
    attached = {serial_number(disk.id): disk for disk in world.disks.by("instance", result.instance_id)}
    here = {serial: attached[serial] for serial in named & attached.keys()}
    elsewhere = named - here.keys()
    gone = sorted(disk.id for disk in world.disks if serial_number(disk.id) in elsewhere) if elsewhere else []
    if gone:
        return CommandScript(id="", exit_code=NO_DEVICE, output=f"there is no device of disk {gone[0]}")
    damaged = sorted(disk.id for disk in here.values() if disk.damaged)
    if damaged:
        return CommandScript(id="", exit_code=DAMAGED, output=f"the file system on disk {damaged[0]} is damaged")
    return CommandScript(id="")
