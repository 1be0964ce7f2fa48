"""The preflight: it says in a preview why ECS would refuse a snapshot. The rules have the order of ECS's own checks.

Source: the preconditions and error list of CreateSnapshot, and the user guide's notes on creating snapshots.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from ..ecs.models import DiskInfo
from .situation import Situation, Surveyor
from .spec import SnapshotSpec

Preflight = Literal["error", "warn", "off"]
Rule = Callable[[Situation, DiskInfo], str | None]

ESSD_CATEGORIES = frozenset({"cloud_essd", "cloud_auto", "cloud_essd_entry", "cloud_regional_disk_auto"})
MOST_AT_ONCE_ESSD = 10
MOST_AT_ONCE = 1
MANUAL_QUOTA = 256
_WITHOUT_SNAPSHOTS = ("local_", "ephemeral", "elastic_ephemeral")
PASSING_STATES = frozenset({"Attaching", "Detaching", "Creating", "ReIniting"})
_TAKEABLE_INSTANCE = frozenset({"Running", "Stopped"})


async def run_preflight(surveyor: Surveyor, spec: SnapshotSpec) -> tuple[Situation, list[str]]:
    """Return the situation of the disk, and why ECS would refuse a snapshot of it. Raises what the calls raise.

    The first survey may use a list that is some minutes old. If it finds a reason, a fresh survey decides.
    """
    situation = await surveyor.survey(spec)
    reasons = violations(situation)
    if reasons:
        situation = await surveyor.survey(spec, fresh=True)
        reasons = violations(situation)
    return situation, reasons


def violations(situation: Situation) -> list[str]:
    """Return why ECS would refuse the snapshot, each reason with a remedy."""
    disk = situation.disk
    if disk is None:
        return [
            f"disk {situation.disk_id!r} is not in region {situation.region}: "
            "correct disk_id, or set region to the disk's own"
        ]
    return [reason for rule in _RULES if (reason := rule(situation, disk))]


def has_no_snapshots(disk: DiskInfo) -> bool:
    """Tell whether ECS takes no snapshots of the disk's category: local and elastic ephemeral disks."""
    return disk.category.startswith(_WITHOUT_SNAPSHOTS)


def _category(_situation: Situation, disk: DiskInfo) -> str | None:
    if not has_no_snapshots(disk):
        return None
    return f"disk {disk.disk_id!r} has category {disk.category}, which has no snapshots: copy its data to a cloud disk"


def _never_attached(_situation: Situation, disk: DiskInfo) -> str | None:
    if disk.status != "Available" or disk.attached_time:
        return None
    return f"disk {disk.disk_id!r} has never been attached to an instance: attach it once, then take the snapshot"


def _disk_status(_situation: Situation, disk: DiskInfo) -> str | None:
    if disk.status in {"In_use", "Available"}:
        return None
    return f"disk {disk.disk_id!r} is {disk.status}: wait until it is In_use, then run it again"


def _disk_lock(_situation: Situation, disk: DiskInfo) -> str | None:
    if not disk.locks:
        return None
    return f"disk {disk.disk_id!r} is locked ({', '.join(disk.locks)}): resolve the lock in the ECS console"


def _instance_lock(situation: Situation, disk: DiskInfo) -> str | None:
    instance = situation.instance
    if instance is None or "security" not in instance.locks:
        return None
    return (
        f"disk {disk.disk_id!r} is attached to instance {instance.instance_id}, which is locked for security: "
        "resolve the lock in the ECS console"
    )


def _instance_status(situation: Situation, disk: DiskInfo) -> str | None:
    instance = situation.instance
    if instance is None or instance.status in _TAKEABLE_INSTANCE:
        return None
    return (
        f"disk {disk.disk_id!r} is attached to instance {instance.instance_id}, which is {instance.status}: "
        "bring the instance into state Running or Stopped"
    )


def _in_progress(situation: Situation, disk: DiskInfo) -> str | None:
    most = MOST_AT_ONCE_ESSD if disk.category in ESSD_CATEGORIES else MOST_AT_ONCE
    under_way = situation.in_progress
    if len(under_way) < most:
        return None
    named = ", ".join(f"{each.snapshot_id} ({each.progress or 'just begun'})" for each in under_way[:3])
    return (
        f"disk {disk.disk_id!r} has {len(under_way)} snapshots in progress ({named}), and its category "
        f"{disk.category} allows {most} at a time: wait until one has ended"
    )


def _quota(situation: Situation, disk: DiskInfo) -> str | None:
    if len(situation.manual) < MANUAL_QUOTA or situation.unfinished is not None:
        return None
    return (
        f"disk {disk.disk_id!r} has {len(situation.manual)} manual snapshots, and ECS allows {MANUAL_QUOTA}: "
        "delete some that are no longer needed"
    )


_RULES: tuple[Rule, ...] = (
    _category,
    _never_attached,
    _disk_status,
    _disk_lock,
    _instance_lock,
    _instance_status,
    _in_progress,
    _quota,
)
