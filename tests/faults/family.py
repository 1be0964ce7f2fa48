"""The operations on the rest of the family that are disturbed, and what ECS must have of each noun in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from cloud import SERIES, Cloud
from fragile import Hit
from model_engine import Held, Stack
from schedules import QUICK, Call, Fault, Operation, Run, View

from alicloud_snapshot_provider.drills.left_disks import find_left_disks
from alicloud_snapshot_provider.drills.spec import FILE_SYSTEM_CHECK, Check
from alicloud_snapshot_provider.guards.drill import GuardDrill
from alicloud_snapshot_provider.ledger.intent import GENERATION_TAG, SERIES_TAG
from alicloud_snapshot_provider.ledger.ownership import TAG_PREFIX, ownership_in
from alicloud_snapshot_provider.ledger.proof import proof_of
from ecs_emulator import Seed, default_seed
from ecs_emulator.records.disk import Disk
from ecs_emulator.records.snapshot import Snapshot

FIVE_MINUTES = {"for_seconds": 300}
FAMILY_FAULTS = (
    Fault("refused for good", {"kind": "error", "code": "InvalidParameter", "status": 400}),
    Fault(
        "throttled",
        {"kind": "error", "code": "Throttling.User", "status": 400},
        calls="mutating",
        like="a call that takes longer",
    ),
    Fault(
        "internal error after the effect",
        {"kind": "error", "code": "InternalError", "status": 500, "when": "after"},
        calls="mutating",
    ),
    Fault("cut off for five minutes", {"kind": "drop", **FIVE_MINUTES}, calls="mutating"),
    Fault("unheard for five minutes", {"kind": "drop", "when": "after", **FIVE_MINUTES}, calls="mutating"),
    Fault("failed", {"kind": "fail_snapshot"}, calls="CreateSnapshot"),
    Fault("died after the call", blow="dies after", calls="mutating"),
    Fault("died before the call", blow="dies before", like="died after the call"),
)
"""Each kind of fault once: the calls of the family are made by the same room as those of `FAULTS`."""

PAIR = ("d-demo-data", "d-demo-system")
ROLLING = {"series": SERIES, "stop_instance": True}
GOOD = {"d-demo-data": "s-good-1", "d-demo-system": "s-good-2"}
WORLD: Seed = {
    **QUICK,
    "lifecycle": {
        "snapshot_seconds": 6,
        "copy_minimum_seconds": 6,
        "copy_seconds_per_gib": 0,
        "disk_resetting_seconds": 4,
        "instance_stopping_seconds": 4,
        "instance_starting_seconds": 4,
    },
    "snapshot_groups": [{"id": "ssg-good", "instance_id": "i-demo"}],
    "snapshots": [
        {"id": "s-good-1", "disk_id": "d-demo-data", "group_id": "ssg-good"},
        {"id": "s-good-2", "disk_id": "d-demo-system", "group_id": "ssg-good"},
        {"id": "s-other", "disk_id": "d-demo-system"},
    ],
}
HELPED: Seed = {
    **WORLD,
    "lifecycle": dict.fromkeys(("disk_creating_seconds", "disk_attaching_seconds", "disk_detaching_seconds"), 4),
    "instances": [*default_seed()["instances"], {"id": "i-helper"}],
}
"""With a helper for drills."""
UNMARKED = frozenset(
    {
        ("ResetDisk 1", "died after the call"),
        ("ResetDisks 1", "died after the call"),
        ("TagResources 3", "died before the call"),
    }
)
"""Where nobody has recorded that ECS accepted the reset, and it has ended before the next run: that repeats it, while
the instance stands still and the safety snapshots are those of the first run."""
LONG_AGO = 300.0
"""Seconds since the instances were started: ECS tells that time to the minute only."""
SEEDED = ("s-good-1", "s-good-2", "s-other")


def _own(cloud: Cloud) -> list[Snapshot]:
    """Return the snapshots that the world did not begin with."""
    cloud.emulator.now()
    return [each for each in cloud.emulator.world.snapshots if each.id not in SEEDED]


class Groups(View):
    """Groups, with their members and nothing else."""

    def records(self, cloud: Cloud) -> list[str]:
        cloud.emulator.now()
        return [each.id for each in cloud.emulator.world.snapshot_groups if each.id != "ssg-good"]

    def problems(self, stack: Stack) -> list[str]:
        groups = {each.id: each for each in stack.cloud.emulator.world.snapshot_groups}
        members = Counter(each.group_id for each in _own(stack.cloud))
        unfinished = [
            f"{each.id} is being created" for each in groups.values() if ownership_in(each.tags).being_created
        ]
        torn = [f"{group_id!r} has {many} members" for group_id, many in members.items() if many != len(PAIR)]
        return [*super().problems(stack), *unfinished, *torn]


class Sets(View):
    """Sets, each with one snapshot of each disk."""

    def records(self, cloud: Cloud) -> list[str]:
        return sorted({f"{each.tags[SERIES_TAG]}:{each.tags[GENERATION_TAG]}" for each in _own(cloud)})

    def problems(self, stack: Stack) -> list[str]:
        disks = Counter((each.tags[GENERATION_TAG], each.disk_id) for each in _own(stack.cloud))
        torn = [f"{disk} is {many} times in set {number}" for (number, disk), many in disks.items() if many != 1]
        missing = len(disks) - len(PAIR) * len(self.records(stack.cloud))
        return [*super().problems(stack), *torn, *([f"members are missing: {disks}"] if missing else [])]


class Copies(View):
    """Copies in the other region."""

    def records(self, cloud: Cloud) -> list[str]:
        return [each.id for each in _own(cloud) if each.is_copy]


class Locks(View):
    """Locks, by what they lock."""

    def records(self, cloud: Cloud) -> list[str]:
        now = cloud.emulator.now()
        return [each.id for each in cloud.emulator.world.snapshots if each.is_locked(now)]

    def problems(self, stack: Stack) -> list[str]:
        held = stack.held
        if held is None:
            return []
        lock = stack.cloud.record(held.id).lock
        found = lock and (lock.duration_days, lock.cool_off_hours)
        declared = (held.inputs["lock_duration"], held.inputs["cool_off_period"])
        return [] if found == declared else [f"the lock is {found}, not {declared}"]


class Rollbacks(View):
    """The safety snapshots, or groups, of rollbacks; and the disks, which hold what they were rolled back to.

    Within one operation ECS resets each of the `resets` disks once.
    """

    def __init__(self, resets: int) -> None:
        self._resets = resets

    def records(self, cloud: Cloud) -> list[str]:
        own = _own(cloud)
        return sorted({each.group_id or each.id for each in own})

    def holds(self, _stack: Stack, _held: Held) -> bool:
        return True

    def problems(self, stack: Stack) -> list[str]:
        cloud = stack.cloud
        held = stack.held.inputs if stack.held else {}
        targets: Mapping[str, str] = held.get("snapshot_ids") or {held.get("disk_id", ""): held.get("snapshot_id", "")}
        return [*super().problems(stack), *_resting(cloud), *_content_problems(cloud, targets)]

    def repeated(self, stack: Stack, call: Call, fault: Fault) -> int:
        if (str(call), fault.name) in UNMARKED:
            return 0
        return len(stack.cloud.emulator.events("disk.resetting")) - self._resets

    def allowance(self, stack: Stack) -> int:
        """Where the instance ran again after a failure, what was written then is kept by a record of its own."""
        return max(0, len(stack.cloud.emulator.events("instance.stopped")) - 1)

    def after_failure(self, stack: Stack, call: Call) -> list[str]:
        """The instance runs again, unless it is its start that failed."""
        instance = stack.cloud.emulator.world.instances.get("i-demo")
        runs = instance is not None and instance.status == "Running"
        excused = call.action in {"StartInstance", "DescribeInstances"}
        return [] if runs or excused else [f"i-demo is left {instance and instance.status}"]


class Drills(View):
    """The snapshots that are proven; and no disk that a drill made."""

    def records(self, cloud: Cloud) -> list[str]:
        cloud.emulator.now()
        return [each.id for each in cloud.emulator.world.snapshots if proof_of(each)]

    def holds(self, stack: Stack, held: Held) -> bool:
        """Tell whether what the state says to be proven is so."""
        targets = held.inputs.get("snapshot_ids") or {"": held.inputs.get("snapshot_id")}
        return set(targets.values()) <= set(self.records(stack.cloud))

    def problems(self, stack: Stack) -> list[str]:
        left = [f"temporary disk {disk.id} is {disk.status}" for disk in self._temporary(stack.cloud)]
        return [*super().problems(stack), *left]

    def after_failure(self, stack: Stack, call: Call) -> list[str]:
        """A run that has ended by itself leaves no disk, unless it says so."""
        told = [*stack.cloud.warnings, *stack.cloud.notes]
        said = any("temporary disks of the drill may stay" in each for each in told)
        excused = said or call.action in {"DetachDisk", "DeleteDisk"}
        return [] if excused else [f"the failed run leaves {disk.id}" for disk in self._temporary(stack.cloud)]

    async def after_death(self, stack: Stack) -> list[str]:
        """`orphans` names what a dead run leaves."""
        there = {disk.id for disk in self._temporary(stack.cloud)}
        named = {left.disk.disk_id for left in await find_left_disks(stack.cloud.region)}
        return [f"orphans does not name {disk_id}" for disk_id in sorted(there - named)]

    def _temporary(self, cloud: Cloud) -> list[Disk]:
        cloud.emulator.now()
        return [disk for disk in cloud.emulator.world.disks if disk.source_snapshot_id]


class GuardDrills(Drills):
    """What a guard with a drill took: the newest is proven. No disk of a drill is there."""

    def records(self, cloud: Cloud) -> list[str]:
        return [each.id for each in _own(cloud)]

    def problems(self, stack: Stack) -> list[str]:
        newest = max(_own(stack.cloud), key=lambda each: each.sequence)
        return [*super().problems(stack), *([] if proof_of(newest) else [f"{newest.id} is not proven"])]


def _resting(cloud: Cloud) -> list[str]:
    """Return what a rollback must not leave behind: marks, or an instance that does not run."""
    cloud.emulator.now()
    marks = [
        f"{disk.id} is marked {key}"
        for disk in cloud.emulator.world.disks
        for key in disk.tags
        if key.startswith(TAG_PREFIX)
    ]
    instance = cloud.emulator.world.instances.get("i-demo")
    assert instance is not None
    return marks + ([] if instance.status == "Running" else [f"i-demo is {instance.status}"])


def _content_problems(cloud: Cloud, targets: Mapping[str, str]) -> list[str]:
    return [
        f"{disk_id} does not hold what {snapshot_id} does"
        for disk_id, snapshot_id in targets.items()
        if (disk := cloud.emulator.world.disks.get(disk_id))
        and disk.content_version != cloud.record(snapshot_id).content_version
    ]


def _up(**arguments: Any) -> Run:
    async def act(stack: Stack, hit: Hit | None = None) -> None:
        await stack.up(hit, **arguments)

    return act


def _broken(*runs: Run) -> Run:
    """Make the runs, then write something that a rollback takes away again."""

    async def arrange(stack: Stack, _hit: Hit | None = None) -> None:
        for run in runs:
            await run(stack, None)
        await stack.cloud.clock.sleep(LONG_AGO)
        for disk_id in PAIR:
            stack.cloud.emulator.write_disk(disk_id, 5)

    return arrange


async def _destroy(stack: Stack, hit: Hit | None) -> None:
    await stack.destroy(hit)


def _life(
    noun: str, view: View, always: Mapping[str, Any], *, takes: int, updated: Mapping[str, Any]
) -> list[Operation]:
    """Return the operations on a noun that is recorded in a series."""
    made = _up(triggers="1")
    shared: dict[str, Any] = {"noun": noun, "view": view, "always": {"series": SERIES, **always}, "world": WORLD}
    return [
        Operation(f"{noun}: create", made, alive=1, takes=takes, **shared),
        Operation(f"{noun}: update", _up(triggers="1", **updated), alive=1, arrange=made, takes=0, **shared),
        Operation(f"{noun}: replace", _up(triggers="2"), alive=1, arrange=made, takes=takes, **shared),
        Operation(f"{noun}: destroy", _destroy, alive=0, arrange=made, takes=0, **shared),
    ]


def _locks() -> list[Operation]:
    def lock(snapshot_id: str, days: int) -> Run:
        return _up(snapshot_id=snapshot_id, lock_duration=days, cool_off_period=24)

    made = lock("s-good-1", 3)
    shared: dict[str, Any] = {"noun": "SnapshotLock", "view": Locks(), "always": {}, "world": WORLD, "takes": 0}
    return [
        Operation("SnapshotLock: create", made, alive=1, **shared),
        Operation("SnapshotLock: update", lock("s-good-1", 9), alive=1, arrange=made, **shared),
        Operation("SnapshotLock: replace", lock("s-other", 3), alive=1, arrange=made, **shared),
        Operation("SnapshotLock: destroy", _destroy, alive=0, arrange=made, **shared),
    ]


def _rollbacks() -> list[Operation]:
    alone = {**ROLLING, "disk_id": "d-demo-data", "snapshot_id": "s-good-1"}
    volume = {**ROLLING, "snapshot_ids": GOOD}
    other = {"disk_id": "d-demo-system", "snapshot_id": "s-good-2"}
    back, again = _up(triggers="1"), _up(triggers="2")
    one: dict[str, Any] = {"noun": "DiskRollback", "always": alone, "world": WORLD, "takes": 1}
    two: dict[str, Any] = {"noun": "DiskRollback", "always": volume, "world": WORLD, "takes": 2}
    return [
        Operation("DiskRollback: create", back, alive=1, arrange=_broken(), view=Rollbacks(1), **one),
        Operation("DiskRollback: update", again, alive=2, arrange=_broken(back), view=Rollbacks(1), **one),
        Operation("DiskRollback: replace", _up(**other), alive=2, arrange=_broken(_up()), view=Rollbacks(1), **one),
        Operation(
            "DiskRollback: destroy", _destroy, alive=1, arrange=_broken(back), view=Rollbacks(0), **one | {"takes": 0}
        ),
        Operation("DiskRollback of two: create", back, alive=1, arrange=_broken(), view=Rollbacks(2), **two),
    ]


def _drills() -> list[Operation]:
    alone = {"series": SERIES, "instance_id": "i-helper", "snapshot_id": "s-good-1"}
    volume = {"series": SERIES, "instance_id": "i-helper", "snapshot_ids": GOOD}
    made, again = _up(triggers="1"), _up(triggers="2")
    shared: dict[str, Any] = {"noun": "RestoreDrill", "view": Drills(), "world": HELPED, "takes": 0}
    return [
        Operation("RestoreDrill: create", made, alive=1, always=alone, **shared),
        Operation("RestoreDrill: update", again, alive=1, arrange=made, always=alone, **shared),
        Operation("RestoreDrill: destroy", _destroy, alive=1, arrange=made, always=alone, **shared),
        Operation("RestoreDrill of two: create", made, alive=2, always=volume, **shared),
    ]


FAMILY: Sequence[Operation] = (
    *_life("SnapshotGroup", Groups(), {"disk_ids": list(PAIR)}, takes=2, updated={"description": "renamed"}),
    *_life(
        "SnapshotSet", Sets(), {"disk_ids": list(PAIR)}, takes=2, updated={"description": "renamed", "tags": {"a": "b"}}
    ),
    *_life(
        "SnapshotCopy",
        Copies(),
        {"source_snapshot_id": "s-good-2", "destination_region": "cn-beijing"},
        takes=1,
        updated={"description": "renamed", "tags": {"a": "b"}},
    ),
    *_locks(),
    *_rollbacks(),
    *_drills(),
)


async def _guard_with_a_drill(stack: Stack, hit: Hit | None) -> None:
    await stack.guard(hit, keep_last=1, drill=GuardDrill("i-helper", checks=(Check(name=FILE_SYSTEM_CHECK),)))


GUARD_WITH_A_DRILL = Operation(
    "guard with a drill", _guard_with_a_drill, alive=1, again=False, world=HELPED, view=GuardDrills(), retakes=True
)
DRILLING = frozenset({"CreateDisk", "AttachDisk", "RunCommand", "DetachDisk", "DeleteDisk"})
"""What a drill calls. The other calls of a guard are disturbed without one."""
REFUSED_OR_DEAD = tuple(fault for fault in FAMILY_FAULTS if fault.blow or fault.name == "refused for good")
