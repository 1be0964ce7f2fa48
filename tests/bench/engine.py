"""A scenario on the real engine: preview, up, and an up that changes nothing."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench.processes import Costs, seconds_since
from tests.bench.result import Result
from tests.bench.world import world
from workbench.stack import Stack

from ecs_emulator import Emulator, RealClock, running_emulator

_LONGEST = 600.0
_MANY = 200
"""Resources from which on the file backend's rewriting of the whole state would be what is measured."""
_WITHOUT_CHECKPOINTS = {"PULUMI_EXPERIMENTAL": "1", "PULUMI_SKIP_CHECKPOINTS": "1"}
_ONE_BY_ONE = """
import pulumi
from {module} import Snapshot

for number in range({count}):
    Snapshot(f"s{{number:04}}", disk_id=f"d-{{number:04}}")
"""
_AS_ONE_SET = """
import pulumi
from {module} import SnapshotSet

SnapshotSet("fleet", disk_ids=[f"d-{{number:04}}" for number in range({count})])
"""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to declare snapshots by a `program`; `mark` is what the provider's command line has in it.

    Other snapshots, so many of them, are in the region before, and ECS throttles: see `world`.
    """

    name: str
    module: str
    mark: str
    program: str = _ONE_BY_ONE
    foreign: int = 0
    files: tuple[tuple[str, str], ...] = ()
    """Files beside the program, with their text."""


WAYS = (
    Way("dynamic", "pulumi_alicloud_snapshot", "pulumi.dynamic"),
    Way("plugin", "pulumi_alicloud_snapshot.plugin", "pulumi-resource-alicloud-snapshot"),
)
SETS = tuple(replace(way, name=f"one set, {way.name}", program=_AS_ONE_SET) for way in WAYS)
"""The same, with all snapshots as one resource."""
LARGE = tuple(replace(way, name=f"large region, {way.name}", foreign=10_000) for way in WAYS)
"""Many resources in a region that holds many snapshots already."""


def measure(way: Way, count: int) -> Result:
    """Run the scenario and return what was measured."""
    with tempfile.TemporaryDirectory() as folder, running_emulator(world(count, way.foreign), RealClock()) as emulator:
        stack = stack_of(Path(folder), way, count, emulator)
        preview_seconds = timed(stack.preview)
        preview_calls = sum(emulator.counts().values())
        emulator.clear_log()
        with Costs(Path(folder), provider=way.mark) as watched:
            wall = timed(lambda: stack.up("--parallel", str(count)))
        counts, lags = emulator.counts(), _lags(emulator)
        emulator.clear_log()
        noop_seconds = timed(lambda: stack.up("--parallel", str(count)))
        return Result(
            way=way.name,
            count=count,
            foreign=way.foreign,
            wall=wall,
            describes=sum(calls for action, calls in counts.items() if action.startswith("Describe")),
            others=counts.get("ListTagResources", 0),
            lags=lags,
            cost=watched.of("provider"),
            noop_seconds=noop_seconds,
            noop_calls=sum(emulator.counts().values()),
            preview_seconds=preview_seconds,
            preview_calls=preview_calls,
        )


def stack_of(folder: Path, way: Way, count: int, emulator: Emulator) -> Stack:
    """Return a stack of `count` snapshots, declared that way."""
    project = folder / "project"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: bench\nruntime: python\n")
    for name, text in way.files:
        (project / name).write_text(text)
    (project / "__main__.py").write_text(way.program.format(module=way.module, count=count))
    settings = _WITHOUT_CHECKPOINTS if count > _MANY else {}
    stack = Stack(project, folder / "state", emulator, speed=1, settings=settings, seconds=_LONGEST)
    stack.create()
    stack.configure_plugin()
    return stack


def timed(run: Callable[[], object]) -> float:
    """Return the wall seconds that it takes."""
    began = time.monotonic()
    run()
    return seconds_since(began)


def _lags(emulator: Emulator) -> list[float]:
    """Return how long after it was accomplished each snapshot was handed over."""
    emulator.now()
    ready = {event.id: event.time for event in emulator.events("snapshot.accomplished")}
    handed_over = {
        value: call.time
        for call in emulator.calls("TagResources")
        for name, value in call.params.items()
        if name.startswith("ResourceId.")
    }
    return sorted(handed_over[snapshot_id] - time for snapshot_id, time in ready.items())
