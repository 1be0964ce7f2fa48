"""`alicloud-snapshot init`: writes a Pulumi program that takes snapshots of existing disks."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..ecs.models import DiskInfo, InstanceInfo
from ..errors import InvalidInput
from ..groups.preflight import MOST_DISKS
from ..nouns import rules
from ..region import Region
from ..snapshots.preflight import ESSD_CATEGORIES, has_no_snapshots
from .context import Context, check_argument
from .exit_codes import Exit
from .stack_state import project_file

_MOST_IN_NAME = 40


@dataclass(frozen=True, slots=True)
class Found:
    """The disks for the program. They are of one region. If the user named an instance, it is theirs."""

    region: str
    disks: Sequence[DiskInfo]
    left_out: Sequence[DiskInfo]
    instance: InstanceInfo | None = None


async def begin_project(context: Context, thing_ids: Sequence[str], *, only_print: bool) -> Exit:
    """Write a project for disks or an instance, or print its program. Raises InvalidInput."""
    found = await _found(context, list(dict.fromkeys(thing_ids)))
    program = program_of(found)
    if only_print:
        context.screen.say(program.rstrip())
        return Exit.FINE
    files = {Path("Pulumi.yaml"): _project(found), Path("__main__.py"): program}
    _require_free(files)
    for path, content in files.items():
        path.write_text(content)
    context.screen.say(f"wrote Pulumi.yaml and __main__.py, of {len(found.disks)} disk(s) in {found.region}")
    context.screen.say("next: pulumi stack init dev && pulumi preview")
    return Exit.FINE


def _require_free(files: dict[Path, str]) -> None:
    project = project_file(Path.cwd())
    there = [str(path) for path in files if path.exists()] or ([str(project)] if project else [])
    if there:
        raise InvalidInput(
            "folder",
            f"nothing was written: {' and '.join(there)} is there already",
            remedy="Run it in an empty folder, or give --print and copy what you need into your program.",
        )


async def _found(context: Context, thing_ids: Sequence[str]) -> Found:
    instances = [each for each in thing_ids if each.startswith("i-")]
    if instances and len(thing_ids) > 1:
        raise InvalidInput("DISK", "one instance, or any number of disks: beside an instance name nothing else")
    if instances:
        return await _of_instance(context, instances[0])
    for disk_id in thing_ids:
        check_argument("DISK", rules.disk_id, disk_id)
    pairs = await asyncio.gather(*(_disk(context, disk_id) for disk_id in thing_ids))
    regions = {region.name for region, _ in pairs}
    if len(regions) > 1:
        raise InvalidInput("DISK", f"the disks are in {' and '.join(sorted(regions))}: write a project for each region")
    return _sorted_out(regions.pop(), [disk for _, disk in pairs], None)


async def _disk(context: Context, disk_id: str) -> tuple[Region, DiskInfo]:
    return await context.find("disk", disk_id, lambda each: each.disks.get(disk_id))


async def _of_instance(context: Context, instance_id: str) -> Found:
    region, instance = await context.find("instance", instance_id, lambda each: each.instances.get(instance_id))
    disks = await region.client.disks_of_instance(instance_id)
    return _sorted_out(
        region.name, sorted(disks, key=lambda disk: (disk.disk_type != "system", disk.disk_id)), instance
    )


def _sorted_out(region: str, disks: Sequence[DiskInfo], instance: InstanceInfo | None) -> Found:
    can = [disk for disk in disks if not has_no_snapshots(disk)]
    if not can:
        raise InvalidInput("DISK", "none of the disks can have snapshots: name a cloud disk, or an instance with one")
    return Found(region, can, [disk for disk in disks if disk not in can], instance)


def program_of(found: Found) -> str:
    """Return the program. It has a snapshot, a group if ECS can cut all disks at one moment, or a set."""
    noun, arguments, cut = _declaration(found)
    named = _name(found)
    head = [f'"""Takes {cut}, anew for each release."""', "", "import pulumi"]
    body = [f"from pulumi_alicloud_snapshot import {noun}", "", 'release = pulumi.Config().get("release") or "v1"', ""]
    told = [
        f"# {disk.disk_id} is left out: category {_plain(disk.category)} has no snapshots." for disk in found.left_out
    ]
    declared = [
        f"taken = {noun}(",
        f'    "{named}",',
        f"    {arguments},",
        "    triggers=[release],",
        "    keep_last=3,",
    ]
    declared += [")", 'pulumi.export("id", taken.id)']
    return "\n".join([*head, *body, *told, *declared, ""])


def _declaration(found: Found) -> tuple[str, str, str]:
    """Return the noun, its arguments for the disks, and a text that describes it."""
    ids = [disk.disk_id for disk in found.disks]
    if len(ids) == 1:
        return "Snapshot", f'disk_id="{ids[0]}"', f"a snapshot of disk {ids[0]}"
    together = (
        len(ids) <= MOST_DISKS
        and len({disk.zone_id for disk in found.disks}) == 1
        and all(disk.category in ESSD_CATEGORIES for disk in found.disks)
    )
    listed = ", ".join(f'"{each}"' for each in ids)
    whole = found.instance is not None and not found.left_out
    of = f'instance_id="{found.instance.instance_id}"' if whole and found.instance else f"disk_ids=[{listed}]"
    if together:
        return "SnapshotGroup", of, f"snapshots of {len(ids)} disks, cut at one moment"
    return "SnapshotSet", of, f"a snapshot of each of {len(ids)} disks"


def _project(found: Found) -> str:
    named = _name(found)
    return (
        f"name: {named}\n"
        f"description: Snapshots of what is in {found.region}\n"
        "runtime: python\n"
        "config:\n"
        "  alicloud:region:\n"
        f"    value: {found.region}\n"
        "  release:\n"
        "    description: What changes with every release; the next one takes new snapshots first\n"
        "    default: v1\n"
    )


def _name(found: Found) -> str:
    """Return the name of the instance or disk if Pulumi allows it as a name, otherwise a default."""
    given = found.instance.instance_name if found.instance else found.disks[0].disk_name
    plain = _plain(given).strip("-")[:_MOST_IN_NAME].strip("-")
    return plain if plain[:1].isalpha() else "before"


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower())
