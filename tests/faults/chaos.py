"""Random runs on several series with random faults and deaths, by their seed; on one other noun; on several stacks.

`chaos.py SEEDS [FIRST]` plays that many seeds and prints each that fails, with the command that replays it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from random import Random

import family_chaos
import ownership_chaos
from cloud import Cloud, open_cloud
from fragile import Hit, ProcessDied, bereaved
from model_engine import CheckFailed, Stack
from schedules import FAULTS, MOST_RUNS, PAUSE, QUICK, Fault
from soundness import LISTED_AT_LAST, MOST_WALL_SECONDS, SCOPE, STEPS, Unsound, unnamed

from alicloud_snapshot_provider.errors import SnapshotError
from ecs_emulator.records.snapshot import Snapshot

DISKS = ("d-demo-system", "d-demo-data", "d-demo-efficiency")
ACTIONS = ("DescribeDisks", "DescribeSnapshots", "CreateSnapshot", "UntagResources", "TagResources", "DeleteSnapshot")
_DISTURBANCES = [fault for fault in FAULTS if fault.blow != "impatient"]  # slowness is told by the wall clock


async def play(seed: int) -> None:
    """Play one seed. Raises Unsound where the cloud and the states do not agree in the end, or an untyped error."""
    random = Random(seed)  # noqa: S311  (no secret)
    async with bereaved(), open_cloud(QUICK) as cloud:
        stacks = [Stack(cloud, series=f"{SCOPE}/{disk}#0123456789", disk=disk) for disk in DISKS]
        await asyncio.wait_for(_live(random, cloud, stacks), MOST_WALL_SECONDS)


async def _live(random: Random, cloud: Cloud, stacks: list[Stack]) -> None:
    for _ in range(STEPS):
        await asyncio.gather(
            *(_disturbed(random, cloud, stack) for stack in random.sample(stacks, random.randint(1, 3)))
        )
        await cloud.clock.sleep(random.choice([0.0, 1.0, PAUSE, 7_200.0]))
    cloud.emulator.clear_faults()
    await cloud.clock.sleep(LISTED_AT_LAST)
    for stack in stacks:
        await _settles(cloud, stack)
        await _ends(cloud, stack)
    if left := await unnamed(cloud, cloud.alive()):
        raise Unsound(f"{left} are left in the end, and `orphans` does not name them")


async def _disturbed(random: Random, cloud: Cloud, stack: Stack) -> None:
    """Make one run, with or without a fault; what it raises has to be typed."""
    hit = _strike(random, cloud) if random.random() < 0.7 else None
    with suppress(SnapshotError, CheckFailed, ProcessDied):
        await random.choice(_RUNS)(random, stack, hit)
    _judge(cloud, stack)


def _strike(random: Random, cloud: Cloud) -> Hit | None:
    fault: Fault = random.choice(_DISTURBANCES)
    action, nth = random.choice(ACTIONS), random.randint(1, 4)
    if fault.rule:
        cloud.emulator.add_faults({"action": action, "nth": nth, **fault.rule})
    return Hit(action, nth, fault.blow) if fault.blow else None


def _judge(cloud: Cloud, stack: Stack) -> None:
    """What the state holds exists, unless its deletion is what was interrupted."""
    if stack.held and not stack.destroying and stack.held.id not in cloud.alive():
        raise Unsound(f"{stack.held.id} of {stack.series} is in the state but not in the cloud")


async def _settles(cloud: Cloud, stack: Stack) -> None:
    """Replace once more, undisturbed: whatever died before, one snapshot is left, and the state holds it."""
    for _ in range(MOST_RUNS):
        await cloud.clock.sleep(PAUSE)
        with suppress(SnapshotError, CheckFailed):
            await stack.up(triggers="last")
            break
    else:
        raise Unsound(f"{stack.series} does not settle in {MOST_RUNS} runs")
    await stack.up(triggers="very last")
    left = [snapshot.id for snapshot in cloud.emulator.world.snapshots if _counts(snapshot, stack)]
    if stack.held is None or left != [stack.held.id] or stack.replaced:
        raise Unsound(f"{stack.series} holds {stack.held and stack.held.id}, and {left} exist")


def _counts(snapshot: Snapshot, stack: Stack) -> bool:
    """Tell whether a snapshot must be the one that the state holds.

    What a run took that was killed or failed, and no state has ever held, stays as an orphan that is shown.
    """
    return snapshot.disk_id == stack.disk and snapshot.id in stack.stored


async def _ends(cloud: Cloud, stack: Stack) -> None:
    before = len(cloud.emulator.calls(mutating=True))
    await stack.up(triggers="very last")
    if len(cloud.emulator.calls(mutating=True)) > before:
        raise Unsound(f"a further run of {stack.series} changes something")
    await stack.destroy()


async def _take(random: Random, stack: Stack, hit: Hit | None) -> None:
    await stack.up(hit, triggers=random.choice("12"))


async def _change(random: Random, stack: Stack, hit: Hit | None) -> None:
    await stack.up(hit, triggers="1", description=random.choice(["one", "two"]), tags={"n": random.choice("12")})


async def _refresh(_random: Random, stack: Stack, hit: Hit | None) -> None:
    await stack.refresh(hit)


async def _destroy(_random: Random, stack: Stack, hit: Hit | None) -> None:
    await stack.destroy(hit)


_RUNS: tuple[Callable[[Random, Stack, Hit | None], Awaitable[None]], ...] = (
    _take,
    _take,
    _take,
    _change,
    _refresh,
    _destroy,
)


def failure(seed: int) -> str:
    """Play one seed, and say what is wrong with it and how to replay it; empty where nothing is."""
    try:
        asyncio.run(play(seed))
        asyncio.run(family_chaos.play(seed))
        asyncio.run(ownership_chaos.play(seed))
    except Exception as error:
        return f"seed {seed}: {error!r}\n  replay it with: make chaos SEEDS=1 FIRST={seed}"
    return ""


def main(arguments: Iterable[str]) -> int:
    """Play the seeds and return the exit code."""
    logging.disable(logging.ERROR)
    many, first = (int(argument) for argument in (*arguments, "0", "0")[:2])
    failing = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for text in filter(None, pool.map(failure, range(first, first + many), chunksize=5)):
            failing += 1
            print(text, flush=True)
    print(f"seeds {many}, failing {failing}")
    return 1 if failing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
