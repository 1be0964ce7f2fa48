"""Random runs on one noun of the rest of the family, with random faults and deaths, replayable by their seed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from random import Random

from cloud import Cloud, open_cloud
from family import FAMILY, FAMILY_FAULTS
from fragile import Hit, ProcessDied, bereaved
from model_engine import CheckFailed, Stack
from schedules import MOST_RUNS, PAUSE, Operation
from soundness import LISTED_AT_LAST, MOST_WALL_SECONDS, STEPS, Unsound, unnamed

from alicloud_snapshot_provider.errors import SnapshotError
from alicloud_snapshot_provider.ledger.intent import SERIES_TAG
from alicloud_snapshot_provider.ledger.ownership import ownership_in

CREATIONS = tuple(operation for operation in FAMILY if operation.name.endswith(": create"))
ACTIONS = (
    "Describe*",
    "CreateSnapshot*",
    "CopySnapshot",
    "LockSnapshot",
    "ResetDisk*",
    "StartInstance",
    "StopInstance",
    "TagResources",
    "UntagResources",
    "Delete*",
)
_DISTURBANCES = [fault for fault in FAMILY_FAULTS if fault.rule]


async def play(seed: int) -> None:
    """Play one seed. Raises Unsound where the cloud and the state do not agree in the end, or an untyped error."""
    random = Random(seed)  # noqa: S311  (no secret)
    operation = CREATIONS[seed % len(CREATIONS)]
    async with bereaved(), open_cloud(operation.world) as cloud:
        stack = operation.stack(cloud)
        await operation.arrange(stack, None)
        await asyncio.wait_for(_live(random, cloud, stack, operation), MOST_WALL_SECONDS)


async def _live(random: Random, cloud: Cloud, stack: Stack, operation: Operation) -> None:
    for _ in range(STEPS):
        with suppress(SnapshotError, CheckFailed, ProcessDied):
            await _run(random, stack, _strike(random, cloud) if random.random() < 0.7 else None)
        await cloud.clock.sleep(random.choice([0.0, 1.0, PAUSE, 7_200.0]))
        if random.random() < 0.5:
            cloud.emulator.clear_faults()
    cloud.emulator.clear_faults()
    await cloud.clock.sleep(LISTED_AT_LAST)
    await _settles(cloud, stack, operation)
    await _ends(cloud, stack, operation)


async def _run(random: Random, stack: Stack, hit: Hit | None) -> None:
    run = random.choice(["up", "up", "up", "refresh", "destroy"])
    if run == "up":
        await stack.up(hit, **_arguments(stack, random.choice("12")))
    else:
        await (stack.refresh(hit) if run == "refresh" else stack.destroy(hit))


def _arguments(stack: Stack, choice: str) -> dict[str, object]:
    if stack.noun == "SnapshotLock":
        return {"snapshot_id": "s-good-1", "lock_duration": 3 + int(choice), "cool_off_period": 72}
    return {"triggers": choice}


def _strike(random: Random, cloud: Cloud) -> Hit | None:
    action, nth = random.choice(ACTIONS), random.randint(1, 4)
    if random.random() < 0.4:
        called = random.choice(cloud.called() or ["DescribeDisks"])
        return Hit(called, nth, random.choice(["dies before", "dies after"]))
    cloud.emulator.add_faults({"action": action, "nth": nth, **random.choice(_DISTURBANCES).rule})
    return None


async def _settles(cloud: Cloud, stack: Stack, operation: Operation) -> None:
    """Bring it to other inputs, undisturbed: whatever died before, one record is left, and the state holds it.

    A rollback that a dead run began is brought to its end first, as the refusal of another one says.
    """
    for _ in range(MOST_RUNS):
        await cloud.clock.sleep(PAUSE)
        with suppress(SnapshotError, CheckFailed):
            await stack.up(**_arguments(stack, "3"))
            break
        for begun in "12" if stack.noun == "DiskRollback" else "":
            with suppress(SnapshotError, CheckFailed):
                await stack.up(**_arguments(stack, begun))
    else:
        raise Unsound(f"{operation.name} does not settle in {MOST_RUNS} runs")
    await stack.up(**_arguments(stack, "4"))
    _judge(cloud, stack, operation)
    before = len(cloud.emulator.calls(mutating=True))
    await stack.up(**_arguments(stack, "4"))
    if len(cloud.emulator.calls(mutating=True)) > before:
        raise Unsound(f"a further run of {operation.name} changes something")


def _judge(cloud: Cloud, stack: Stack, operation: Operation) -> None:
    if stack.held is None or stack.replaced or not operation.view.holds(stack, stack.held):
        raise Unsound(f"{operation.name} holds {stack.held}, and {operation.view.records(cloud)} exist")
    problems = [each for each in operation.view.problems(stack) if "being created" not in each]
    if problems and not _given_up(cloud):
        raise Unsound(f"{operation.name}: {problems}")


def _given_up(cloud: Cloud) -> bool:
    """Tell whether a run began what other inputs then gave up: it stays until the end, as an orphan that is shown."""
    world = cloud.emulator.world
    return any(ownership_in(each.tags).being_created for each in [*world.snapshots, *world.snapshot_groups])


async def _ends(cloud: Cloud, stack: Stack, operation: Operation) -> None:
    """Destroy it: nothing is left that the state has ever held. `orphans` names what no state has held."""
    await stack.destroy()
    if stack.noun == "RestoreDrill":
        left = operation.view.problems(stack)  # what it proved stays proven
    else:
        left = [] if stack.noun == "DiskRollback" else operation.view.records(cloud)
    if stack.noun in {"SnapshotGroup", "SnapshotSet", "SnapshotCopy"}:
        left = [each for each in left if each in stack.stored] + sorted(await unnamed(cloud, _recorded(cloud)))
    if left:
        raise Unsound(f"{left} are left in the end")


def _recorded(cloud: Cloud) -> list[str]:
    """Return the snapshots in the region that have the tag of a series."""
    region = [each for each in cloud.emulator.world.snapshots if each.region_id == cloud.region.name]
    return [each.id for each in region if SERIES_TAG in each.tags]
