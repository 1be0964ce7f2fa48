"""Automatic snapshot policies: at each of their hours the clock takes a snapshot of each of their disks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from ecs_emulator import refusals
from ecs_emulator.lifecycle import copies, snapshots
from ecs_emulator.lifecycle.snapshot_checks import check_snapshot_can_be_taken
from ecs_emulator.records.auto_snapshot_policy import FOR_EVER, AutoSnapshotPolicy, PolicyAssociation
from ecs_emulator.records.disk import Disk
from ecs_emulator.records.snapshot import Snapshot, chain_id_of
from ecs_emulator.records.step import Step
from ecs_emulator.refusals import EcsError
from ecs_emulator.world import World

_ZONE = timezone(timedelta(hours=8))
_HOURS_PER_WEEK = 7 * 24


def put(world: World, policy: AutoSnapshotPolicy, at: float) -> None:
    """Add or change a policy, and plan its next run."""
    run = Step(next_run(policy, at), "run")
    world.put(replace(policy, pending=(run,)))


def next_run(policy: AutoSnapshotPolicy, at: float) -> float:
    """Return when the policy takes snapshots next, after `at`."""
    hour = datetime.fromtimestamp(at, _ZONE).replace(minute=0, second=0, microsecond=0)
    later = (hour + timedelta(hours=ahead) for ahead in range(1, _HOURS_PER_WEEK + 1))
    return next(
        each.timestamp()
        for each in later
        if each.hour in policy.time_points and each.isoweekday() in policy.repeat_weekdays
    )


def apply(world: World, policy: AutoSnapshotPolicy, disk: Disk) -> None:
    """Apply the policy to the disk. Its other policies stay. A second time changes nothing."""
    association_id = f"{policy.id}/{disk.id}"
    if association_id not in world.policy_associations:
        world.put(PolicyAssociation(association_id, policy.id, disk.id, world.count("resources")))


def delete(world: World, policy: AutoSnapshotPolicy, at: float) -> None:
    """Remove the policy from its disks, and then delete it. Its snapshots stay."""
    for association in world.policy_associations.by("policy", policy.id):
        world.remove(association)
    world.remove(policy)
    world.emit("auto_snapshot_policy.deleted", policy.id, at)


def take_step(world: World, policy: AutoSnapshotPolicy, step: Step) -> None:
    """Take a snapshot of each disk that allows one now, and plan the next run."""
    put(world, policy, step.at)
    for association in world.policy_associations.by("policy", policy.id):
        disk = world.disks[association.disk_id]
        try:
            _check_turn(world, disk)
        except EcsError as reason:
            skipped = {"disk_id": disk.id, "code": reason.code}
            world.emit("auto_snapshot_policy.skipped", policy.id, step.at, **skipped)
        else:
            _take(world, policy, disk, step.at)


def copy(world: World, snapshot: Snapshot, at: float) -> None:
    """If the policy of an automatic snapshot has a copy region, begin the copy."""
    policy = world.auto_snapshot_policies.get(snapshot.policy_id)
    if policy is None or not policy.copy_region:
        return
    copy_id, sequence = world.new_identity("s", policy.copy_region)
    begun = Snapshot(
        id=copy_id,
        sequence=sequence,
        disk_id=snapshot.disk_id,
        region_id=policy.copy_region,
        name=snapshot.name,
        type="auto",
        encrypted=snapshot.encrypted or policy.copy_encrypted,
        kms_key_id=policy.copy_kms_key_id,
        retention_days=_days(policy.copy_retention_days),
    )
    copies.start(world, snapshot, begun, at)


def _check_turn(world: World, disk: Disk) -> None:
    """Raise EcsError if the disk gets no snapshot: that is off, one is in progress, or ECS would refuse it."""
    if not disk.enable_auto_snapshot:
        raise refusals.AUTO_SNAPSHOT_DISABLED.error()
    if any(snapshot.type == "auto" for snapshot in world.snapshots.by("progressing", disk.id)):
        raise refusals.DISK_CREATING_SNAPSHOT.error()
    check_snapshot_can_be_taken(world, disk)


def _take(world: World, policy: AutoSnapshotPolicy, disk: Disk, at: float) -> None:
    _make_room(world, disk, at)
    snapshot_id, sequence = world.new_identity("s", disk.region_id)
    day = datetime.fromtimestamp(at, _ZONE).strftime("%Y%m%d")
    snapshot = Snapshot(
        id=snapshot_id,
        sequence=sequence,
        disk_id=disk.id,
        name=f"auto2.0_{day}_{policy.id}",
        type="auto",
        policy_id=policy.id,
        retention_days=_days(policy.retention_days),
    )
    snapshots.start(world, disk, snapshot, at)


def _make_room(world: World, disk: Disk, at: float) -> None:
    """If the disk has as many automatic snapshots as ECS keeps, delete the oldest."""
    chain = world.snapshots.by("chain", chain_id_of(disk.id))
    automatic = sorted((each for each in chain if each.type == "auto"), key=lambda each: each.sequence)
    excess = len(automatic) + 1 - world.settings.rules.automatic_snapshots_per_disk
    for oldest in automatic[: max(0, excess)]:
        snapshots.delete(world, oldest, at, "snapshot.released")


def _days(retention_days: int) -> int | None:
    return None if retention_days == FOR_EVER else retention_days
