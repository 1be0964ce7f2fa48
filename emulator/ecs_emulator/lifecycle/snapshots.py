"""Snapshots are cut, become available, are accomplished, fail, expire and are deleted."""

from __future__ import annotations

from dataclasses import replace

from ecs_emulator.lifecycle import images
from ecs_emulator.records.disk import Disk
from ecs_emulator.records.settings import DiskCategory
from ecs_emulator.records.snapshot import Snapshot, chain_id_of
from ecs_emulator.records.step import Step
from ecs_emulator.world import World

SECONDS_PER_DAY = 86400


def start(world: World, disk: Disk, snapshot: Snapshot, at: float, cut_at: float | None = None) -> Snapshot:
    """Begin to create `snapshot` of `disk`. The data comes from the disk, and the name from the caller.

    It is cut at `cut_at`, or after the time of the disk's category.
    """
    cut = Step(cut_time(world, disk, at) if cut_at is None else cut_at, "cut")
    category = _category(world, disk.category)
    started = replace(
        snapshot,
        region_id=disk.region_id,
        disk_type=disk.type,
        disk_size=disk.size,
        disk_category=disk.category,
        instance_id=disk.instance_id,
        encrypted=disk.encrypted,
        kms_key_id=disk.kms_key_id,
        instant_access=category.available_seconds is not None,
        status="progressing",
        available=False,
        start_time=at,
        last_modified_time=at,
        pending=(cut,),
    )
    world.put(started)
    world.emit("snapshot.created", started.id, at)
    return started


def cut_time(world: World, disk: Disk, at: float) -> float:
    """Return when a snapshot of `disk` that begins at `at` is cut."""
    fixed = world.settings.lifecycle.snapshot_seconds
    seconds = _category(world, disk.category).cut_seconds
    return at + (seconds if fixed is None else min(fixed, seconds))


def is_first_of_chain(world: World, chain_id: str) -> bool:
    """Return whether the next snapshot of a chain is full, because no snapshot stores a block yet."""
    return not any(_holds_blocks(snapshot) for snapshot in world.snapshots.by("chain", chain_id))


def gib_since(world: World, snapshot: Snapshot) -> float:
    """Return how many GiB of the snapshot the later snapshots have changed, at most all of it."""
    return min(snapshot.full_gib, sum(later.stored_gib for later in _later(world, snapshot)))


def fail(world: World, snapshot: Snapshot, at: float) -> None:
    """End a snapshot as failed. The next one stores its changes."""
    _give_back_changes(world, snapshot)
    releases = tuple(step for step in snapshot.pending if step.name == "released")
    world.put(replace(snapshot, status="failed", available=False, end_time=at, lock=None, pending=releases))
    world.emit("snapshot.failed", snapshot.id, at)
    _tell_images(world, snapshot, at)


def fail_midway(world: World, snapshot: Snapshot) -> None:
    """Make a snapshot in progress fail when half of its time has passed."""
    middle = (snapshot.start_time + expected_end(world, snapshot)) / 2
    earlier = tuple(step for step in snapshot.pending if step.at <= middle)
    world.put(replace(snapshot, pending=(*earlier, Step(middle, "failed"))))


def expected_end(world: World, snapshot: Snapshot) -> float:
    """Return the planned time at which the snapshot is accomplished."""
    if snapshot.planned_end is not None:
        return snapshot.planned_end
    gib = _gib_to_store(world, world.disks[snapshot.disk_id])
    return snapshot.start_time + _total_seconds(world, _category(world, snapshot.disk_category), gib)


def keep_until(snapshot: Snapshot, retention_days: int) -> Snapshot:
    """Return the snapshot with its automatic release planned that many days after its creation."""
    created = snapshot.start_time if snapshot.creation_time is None else snapshot.creation_time
    release = Step(created + retention_days * SECONDS_PER_DAY, "released")
    pending = tuple(sorted((*keep_for_ever(snapshot).pending, release), key=lambda step: step.at))
    return replace(snapshot, retention_days=retention_days, pending=pending)


def keep_for_ever(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot without a planned release."""
    pending = tuple(step for step in snapshot.pending if step.name != "released")
    return replace(snapshot, retention_days=None, pending=pending)


def delete(world: World, snapshot: Snapshot, at: float, event: str = "snapshot.deleted") -> None:
    """Remove a snapshot. The next one gets the blocks that it needs. A creation is cancelled."""
    if snapshot.is_progressing:
        _give_back_changes(world, snapshot)
        event = "snapshot.cancelled"
    elif snapshot.status == "accomplished":
        _merge_into_next(world, snapshot)
    world.remove(snapshot)
    world.emit(event, snapshot.id, at)
    _tell_images(world, snapshot, at)


def take_step(world: World, snapshot: Snapshot, step: Step) -> None:
    """Do a planned step of a snapshot."""
    match step.name:
        case "cut":
            _cut(world, snapshot, step.at)
        case "available":
            world.put(replace(snapshot, available=True))
            world.emit("snapshot.available", snapshot.id, step.at)
        case "accomplished":
            _accomplish(world, snapshot, step.at)
        case "failed":
            fail(world, snapshot, step.at)
        case "released":
            _release(world, snapshot, step.at)


def _release(world: World, snapshot: Snapshot, at: float) -> None:
    lock_end = snapshot.lock.expires_at if snapshot.lock else None
    if lock_end is not None and lock_end > at:
        world.put(replace(snapshot, pending=(Step(lock_end, "released"),)))
    else:
        delete(world, snapshot, at, "snapshot.released")


def _cut(world: World, snapshot: Snapshot, at: float) -> None:
    disk = world.disks[snapshot.disk_id]
    gib = _gib_to_store(world, disk)
    world.put(replace(disk, changed_gib=0.0))
    held = replace(
        snapshot,
        creation_time=at,
        stored_gib=gib,
        full_gib=disk.used_gib,
        content_version=disk.content_version,
        damaged=disk.damaged,
    )
    world.emit("snapshot.cut", snapshot.id, at)
    world.put(_with_plan(world, held))


def _with_plan(world: World, snapshot: Snapshot) -> Snapshot:
    category = _category(world, snapshot.disk_category)
    end = snapshot.start_time + _total_seconds(world, category, snapshot.stored_gib)
    steps = [Step(end, "accomplished")]
    if category.available_seconds is not None:
        steps.insert(0, Step(min(end, snapshot.start_time + category.available_seconds), "available"))
    planned = replace(snapshot, planned_end=end, pending=_before_failure(snapshot, steps))
    return planned if planned.retention_days is None else keep_until(planned, planned.retention_days)


def _before_failure(snapshot: Snapshot, steps: list[Step]) -> tuple[Step, ...]:
    failure = next((step for step in snapshot.pending if step.name == "failed"), None)
    if failure is None:
        return tuple(steps)
    return (*(step for step in steps if step.at < failure.at), failure)


def _accomplish(world: World, snapshot: Snapshot, at: float) -> None:
    if not snapshot.available:
        world.emit("snapshot.available", snapshot.id, at)
    lock = replace(snapshot.lock, start_time=at) if snapshot.lock else None
    done = replace(snapshot, status="accomplished", available=True, end_time=at, last_modified_time=at, lock=lock)
    world.put(done)
    world.emit("snapshot.accomplished", snapshot.id, at)
    _tell_images(world, snapshot, at)


def _tell_images(world: World, snapshot: Snapshot, at: float) -> None:
    for image in world.images.by("snapshot", snapshot.id):
        images.follow_snapshots(world, image, at)


def _gib_to_store(world: World, disk: Disk) -> float:
    return disk.used_gib if is_first_of_chain(world, chain_id_of(disk.id)) else disk.changed_gib


def _holds_blocks(snapshot: Snapshot) -> bool:
    return snapshot.status != "failed" and snapshot.creation_time is not None


def _give_back_changes(world: World, snapshot: Snapshot) -> None:
    if snapshot.creation_time is not None:
        _leave_to_disk(world, snapshot)


def _merge_into_next(world: World, snapshot: Snapshot) -> None:
    following = min(_later(world, snapshot), key=_age, default=None)
    if following is None:
        _leave_to_disk(world, snapshot)
        return
    stored = min(following.full_gib, following.stored_gib + snapshot.stored_gib)
    world.put(replace(following, stored_gib=stored))


def _later(world: World, snapshot: Snapshot) -> list[Snapshot]:
    chain = world.snapshots.by("chain", snapshot.chain_id)
    return [other for other in chain if _holds_blocks(other) and _age(other) > _age(snapshot)]


def _leave_to_disk(world: World, snapshot: Snapshot) -> None:
    disk = None if snapshot.is_copy else world.disks.get(snapshot.disk_id)
    if disk is not None:
        world.put(replace(disk, changed_gib=min(disk.used_gib, disk.changed_gib + snapshot.stored_gib)))


def _age(snapshot: Snapshot) -> tuple[float, int]:
    return (snapshot.creation_time or 0.0, snapshot.sequence)


def _category(world: World, name: str) -> DiskCategory:
    return world.settings.lifecycle.categories[name]


def _total_seconds(world: World, category: DiskCategory, gib: float) -> float:
    fixed = world.settings.lifecycle.snapshot_seconds
    return max(category.minimum_seconds, category.seconds_per_gib * gib) if fixed is None else fixed
