"""The provider's own share: what 1,000 snapshots cost beside as many dynamic resources whose provider does nothing.

There are two such floors: a resource with one property, and one with the inputs and outputs of a snapshot. For each
property that a resource has, Pulumi's engine takes time of its own, whoever the provider is.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench.engine import WAYS, Way, stack_of, timed
from tests.bench.processes import Cost, Costs
from tests.bench.result import Goal
from tests.bench.world import world
from workbench.stack import Stack

from alicloud_snapshot_provider.adapters.pulumi_values import PROVIDER_KEY
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
_STUB_WITH_PROPERTIES = """
from pulumi.dynamic import CheckResult, CreateResult, DiffResult, Resource, ResourceProvider

INPUTS = {inputs!r}
OUTPUTS = {outputs!r}


class Nothing(ResourceProvider):
    serialize_as_secret_always = False

    def check(self, olds, news):
        return CheckResult({{**INPUTS, **news}}, [])

    def create(self, props):
        return CreateResult(props["disk_id"], {{**OUTPUTS, **props}})

    def diff(self, _id, _olds, _news):
        return DiffResult(changes=False)


class Snapshot(Resource, module="stub", name="Stub"):
    def __init__(self, name, disk_id):
        super().__init__(Nothing(), name, {{**dict.fromkeys(OUTPUTS), "series": INPUTS["series"], "disk_id": disk_id}})
"""
SAME_PROPERTIES = "stub, same properties"
"""The floor of a resource that has the inputs and outputs of a snapshot."""
_MARKS = {"program": "pulumi-language-python-exec", "host": "pulumi-language-python", "engine": "pulumi"}
_PROCESSES = ("engine", "program", "host", "provider")
PHASES = {"preview": 1.3, "up": 1.6, "no-op up": 1.15, "no-op preview": 1.15}
"""The phases, with the most that ours may take of the stub's time."""
MOST_CPU = 1.5
"""Milliseconds of the provider's CPU that a no-op may take for each resource."""
_BESIDE_SAME = {"preview": 0.95, "no-op up": 0.95, "no-op preview": 0.95}
"""The phases without a call that changes ECS, with the most that they may take of the time of the other stub."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One command: its wall seconds, and the costs of the engine and of the processes that it starts, by name."""

    seconds: float
    costs: Mapping[str, Cost]


@dataclass(frozen=True, slots=True)
class Share:
    """One way of declaring `count` snapshots of 1 s, with its phases by name."""

    way: str
    count: int
    phases: Mapping[str, Phase]


def measure_shares(count: int) -> list[Share]:
    """Measure the stubs and every way of ours, phase by phase: the machine is faster in one minute than in another."""
    ways = (STUB, _stub_with_properties(), *WAYS)
    with ExitStack() as opened:
        stacks = [opened.enter_context(_stack(way, count)) for way in ways]
        measured = {
            name: [_phase(stack, way, name, count) for stack, way in zip(stacks, ways, strict=True)] for name in PHASES
        }
    return [Share(way.name, count, {name: measured[name][n] for name in PHASES}) for n, way in enumerate(ways)]


def _stub_with_properties() -> Way:
    """Return a stub that has the inputs and outputs which the state of one of our snapshots has."""
    with _stack(WAYS[0], 1) as stack:
        stack.up()
        taken = next(each for each in stack.resources() if each["type"].endswith(":Snapshot"))
    inputs, outputs = ({k: v for k, v in taken[each].items() if k != PROVIDER_KEY} for each in ("inputs", "outputs"))
    text = _STUB_WITH_PROPERTIES.format(inputs=inputs, outputs=outputs)
    return replace(STUB, name=SAME_PROPERTIES, files=(("stub.py", text),))


@contextmanager
def _stack(way: Way, count: int) -> Iterator[Stack]:
    with tempfile.TemporaryDirectory() as folder, running_emulator(world(count, seconds=_SECONDS), RealClock()) as ecs:
        yield stack_of(Path(folder), way, count, ecs)


def _phase(stack: Stack, way: Way, name: str, count: int) -> Phase:
    run = stack.preview if "preview" in name else stack.up
    with Costs(stack.backend, provider=way.mark, **_MARKS) as costs:
        seconds = timed(lambda: run("--parallel", str(count)))
    return Phase(seconds, {each: costs.of(each) for each in _PROCESSES})


def share_goals(shares: Sequence[Share]) -> list[Goal]:
    """Return the goals of ours, as ratios to the stubs of the same count."""
    stubs = {(share.way, share.count): share for share in shares}
    ours = [share for share in shares if share.way in {way.name for way in WAYS}]
    return [
        goal
        for share in ours
        for goal in (
            *_goals(share, stubs[STUB.name, share.count]),
            *_goals_beside_same(share, stubs[SAME_PROPERTIES, share.count]),
        )
    ]


def _goals(share: Share, stub: Share) -> list[Goal]:
    cpu = _noop_cpu(share)
    return [
        *_ratios(share, stub, PHASES, "the stub's"),
        Goal(f"{_title(share)}: provider CPU of a no-op at most {MOST_CPU} ms each", f"{cpu:.2f} ms", cpu <= MOST_CPU),
    ]


def _goals_beside_same(share: Share, stub: Share) -> list[Goal]:
    """Compare ours with the stub that has the same properties: the rest is what Pulumi takes for them."""
    beyond = _noop_cpu(share) - _noop_cpu(stub)
    return [
        *_ratios(share, stub, _BESIDE_SAME, "that of the stub with the same properties"),
        Goal(
            f"{_title(share)}: provider CPU of a no-op at most {MOST_CPU} ms each beyond that stub's",
            f"{beyond:.2f} ms",
            beyond <= MOST_CPU,
        ),
    ]


def _ratios(share: Share, stub: Share, limits: Mapping[str, float], compared: str) -> list[Goal]:
    """Return a goal for each phase in `limits`: the most that ours may take of the stub's wall time."""
    ratios = {phase: share.phases[phase].seconds / stub.phases[phase].seconds for phase in limits}
    return [
        Goal(f"{_title(share)}: {phase} at most {most} × {compared}", f"{ratios[phase]:.2f} ×", ratios[phase] <= most)
        for phase, most in limits.items()
    ]


def _title(share: Share) -> str:
    return f"{share.way}, {share.count} of 1 s"


def _noop_cpu(share: Share) -> float:
    """Return the milliseconds of the provider's CPU for each resource."""
    return 1_000 * share.phases["no-op up"].costs["provider"].cpu / share.count


def share_table(shares: Sequence[Share]) -> list[str]:
    """Return the page's table, a row for each phase."""
    if not shares:
        return []
    heading = (
        "resources",
        "way",
        "phase",
        "wall s",
        *(f"{each} {unit}" for each in _PROCESSES for unit in ("CPU s", "peak MB")),
    )
    rows = [
        _row(str(share.count), share.way, name, f"{phase.seconds:.1f}", *_costs(phase))
        for share in shares
        for name, phase in share.phases.items()
    ]
    return [
        "The provider's own share: snapshots of 1 s. `stub` is a dynamic resource with one property whose provider "
        "does nothing, the floor that Pulumi itself sets. `stub, same properties` does nothing either, and has the "
        "inputs and outputs of a snapshot. `program` is the Python program, `host` Pulumi's language host.",
        "",
        _row(*heading),
        _row(*["---"] * len(heading)),
        *rows,
        "",
    ]


def _costs(phase: Phase) -> list[str]:
    return [text for cost in phase.costs.values() for text in (f"{cost.cpu:.1f}", f"{cost.peak_mb:.0f}")]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
