"""The provider's own share: what 1,000 snapshots cost beside as many dynamic resources whose provider does nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.engine import WAYS, Way, stack_of, timed
from tests.bench.processes import Cost, Costs
from tests.bench.result import Goal
from tests.bench.world import world
from workbench.stack import Stack

from ecs_emulator import RealClock, running_emulator

COUNTS = (1_000, 2_000)
_SECONDS = 1.0
_STUB = """
from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider


class Nothing(ResourceProvider):
    serialize_as_secret_always = False

    def create(self, props):
        return CreateResult(props["disk_id"], {**props})

    def diff(self, _id, _olds, _news):
        return DiffResult(changes=False)


class Snapshot(Resource, module="stub", name="Stub"):
    def __init__(self, name, disk_id):
        super().__init__(Nothing(), name, {"disk_id": disk_id})
"""
STUB = Way("stub", "stub", "pulumi.dynamic", files=(("stub.py", _STUB),))
"""The floor: what Pulumi itself takes for a dynamic resource. Its provider is pickled by reference, as ours is."""
_PROGRAM = {"program": "pulumi-language-python-exec", "host": "pulumi-language-python"}
PHASES = {"preview": 1.3, "up": 1.6, "no-op up": 1.15, "no-op preview": 1.15}
"""The phases, with the most that ours may take of the stub's time."""
MOST_CPU = 1.5
"""Milliseconds of the provider's CPU that a no-op may take for each resource."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One command: its wall seconds, and the CPU and memory of the program, its language host and the provider."""

    seconds: float
    program: Cost
    host: Cost
    provider: Cost


@dataclass(frozen=True, slots=True)
class Share:
    """One way of declaring `count` snapshots of 1 s, with its phases by name."""

    way: str
    count: int
    phases: Mapping[str, Phase]


def measure_shares(count: int) -> list[Share]:
    """Measure the stub and every way of ours, phase by phase: the machine is faster in one minute than in another."""
    ways = (STUB, *WAYS)
    with ExitStack() as opened:
        stacks = [opened.enter_context(_stack(way, count)) for way in ways]
        measured = {
            name: [_phase(stack, way, name, count) for stack, way in zip(stacks, ways, strict=True)] for name in PHASES
        }
    return [Share(way.name, count, {name: measured[name][n] for name in PHASES}) for n, way in enumerate(ways)]


@contextmanager
def _stack(way: Way, count: int) -> Iterator[Stack]:
    with tempfile.TemporaryDirectory() as folder, running_emulator(world(count, seconds=_SECONDS), RealClock()) as ecs:
        yield stack_of(Path(folder), way, count, ecs)


def _phase(stack: Stack, way: Way, name: str, count: int) -> Phase:
    run = stack.preview if "preview" in name else stack.up
    with Costs(stack.backend, provider=way.mark, **_PROGRAM) as costs:
        seconds = timed(lambda: run("--parallel", str(count)))
    return Phase(seconds, costs.of("program"), costs.of("host"), costs.of("provider"))


def share_goals(shares: Sequence[Share]) -> list[Goal]:
    """Return the goals of ours, as ratios to the stub of the same count."""
    stubs = {share.count: share for share in shares if share.way == STUB.name}
    ours = [share for share in shares if share.way != STUB.name]
    return [goal for share in ours for goal in _goals(share, stubs[share.count])]


def _goals(share: Share, stub: Share) -> list[Goal]:
    name = f"{share.way}, {share.count} of 1 s"
    ratios = {phase: share.phases[phase].seconds / stub.phases[phase].seconds for phase in PHASES}
    cpu = 1_000 * share.phases["no-op up"].provider.cpu / share.count
    return [
        *(
            Goal(f"{name}: {phase} at most {most} × the stub's", f"{ratios[phase]:.2f} ×", ratios[phase] <= most)
            for phase, most in PHASES.items()
        ),
        Goal(f"{name}: provider CPU of a no-op at most {MOST_CPU} ms each", f"{cpu:.2f} ms", cpu <= MOST_CPU),
    ]


def share_table(shares: Sequence[Share]) -> list[str]:
    """Return the page's table, a row for each phase."""
    if not shares:
        return []
    heading = (
        "resources",
        "way",
        "phase",
        "wall s",
        *(f"{each} {unit}" for each in ("program", "host", "provider") for unit in ("CPU s", "peak MB")),
    )
    rows = [
        _row(str(share.count), share.way, name, f"{phase.seconds:.1f}", *_costs(phase))
        for share in shares
        for name, phase in share.phases.items()
    ]
    return [
        "The provider's own share: snapshots of 1 s. `stub` is a dynamic resource whose provider does nothing, the "
        "floor that Pulumi itself sets; `program` is the Python program, `host` Pulumi's language host.",
        "",
        _row(*heading),
        _row(*["---"] * len(heading)),
        *rows,
        "",
    ]


def _costs(phase: Phase) -> list[str]:
    return [
        text
        for cost in (phase.program, phase.host, phase.provider)
        for text in (f"{cost.cpu:.1f}", f"{cost.peak_mb:.0f}")
    ]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
