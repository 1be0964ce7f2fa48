"""Every schedule of one fault: each fault at each call of each operation, then the same operation again.

`make test` plays one schedule of each class, `make test-all` every one. Two schedules are in one class if the provider
or ECS cannot tell them apart:

- Faults: some are the same to whoever made the call, since `ecs/caller.py` and `ecs/codes.py` make the same of them.
  `Fault.like` names the one that stands for them. The operation `create` meets each of them all the same.
- Deaths: nothing that ECS can see lies between two calls that change something. So a death before a call, or at a look,
  is a death after the last call that changed something. `make test` has one after each such call.
- Ctrl-C: it lets the process end its work, so it matters whether that has seen the answer. `make test` has one after
  each call that changes something, and one before the call that follows it.
- Other faults: a call that changes something is like the first of its action, a look is like the first or the last one.
- What `ecs/caller.py` repeats, it repeats for every operation: at the calls that `Fault.repeated` names. The operation
  `create` alone meets the fault there.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

import pytest
from cloud import Cloud, open_cloud
from fragile import Blow, Hit, ProcessDied, bereaved
from freezes import seen_application, unthawed
from model_engine import CheckFailed, Held, Stack

from alicloud_snapshot_provider.errors import SnapshotError
from alicloud_snapshot_provider.ledger.intent import CONSISTENCY_TAG
from alicloud_snapshot_provider.ledger.ownership import ownership_in
from ecs_emulator import CallEntry, EventEntry, Seed, default_seed
from ecs_emulator.tables import Record

MOST_RUNS = 3
MOST_SECONDS = 3 * 3_600.0
"""Virtual seconds for all runs of a schedule."""
MOST_WALL_SECONDS = 200.0
"""Only what hangs takes so long, however busy the machine is."""
PAUSE = 60.0
"""Virtual seconds until somebody repeats a failed run."""
DAY = 86_400.0
CREDENTIALS = ("emulator-key-id", "emulator-key-secret")


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong at a call: a rule of the emulator, or a blow to the process itself.

    `like` is the fault that stands for it, if the provider cannot tell the two apart. `repeated` are the calls that the
    provider only repeats, whatever the operation.
    """

    name: str
    rule: Mapping[str, Any] = field(default_factory=dict)
    blow: Blow | None = None
    calls: Literal["all", "mutating", "CreateSnapshot"] = "all"
    like: str = ""
    repeated: Literal["all", "looks", "none"] = "none"

    def befalls(self, call: Call) -> bool:
        return self.calls == "all" or (self.calls == "mutating" and call.mutating) or self.calls == call.action

    def is_repeated(self, call: Call) -> bool:
        return self.repeated == "all" or (self.repeated == "looks" and not call.mutating)

    def hit(self, call: Call) -> Hit | None:
        return Hit(call.action, call.nth, self.blow) if self.blow else None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an operation: its action, and the how manieth of that action it is."""

    action: str
    nth: int
    mutating: bool

    def __str__(self) -> str:
        return f"{self.action} {self.nth}"


QUICK: Seed = {**default_seed(), "lifecycle": {"snapshot_seconds": 6, "archiving_seconds": 6}}
"""A world whose snapshots take few looks, since a look in the middle of a wait is like any other. Read only once."""

Run = Callable[[Stack, Hit | None], Awaitable[None]]


async def _nothing(_stack: Stack, _hit: Hit | None) -> None:
    """Leave the stack as new as it is."""


class View:
    """What ECS has of a resource, and what it must not have. Here the records are snapshots."""

    def records(self, cloud: Cloud) -> list[str]:
        """Return the ids of the noun's records that exist."""
        return cloud.alive()

    def holds(self, stack: Stack, held: Held) -> bool:
        """Tell whether the record of the state exists."""
        return held.id in self.records(stack.cloud)

    def problems(self, stack: Stack) -> list[str]:
        """Return what must not be once all runs have ended."""
        return [
            f"{snapshot.id} is {snapshot.status} with {dict(snapshot.tags)}"
            for snapshot in stack.cloud.emulator.world.snapshots
            if snapshot.status != "accomplished" or ownership_in(snapshot.tags).being_created
        ]

    def repeated(self, _stack: Stack, _call: Call, _fault: Fault) -> int:
        """Return how often ECS has done what it was to do once, beyond snapshots."""
        return 0

    def allowance(self, _stack: Stack) -> int:
        """Return how many records more than `alive` are right after what has happened."""
        return 0

    def after_failure(self, _stack: Stack, _call: Call) -> list[str]:
        """Return what must not be after a run that has ended with an error at `call`."""
        return []

    async def after_death(self, _stack: Stack) -> list[str]:
        """Return what must not be right after the process has died."""
        return []


SNAPSHOTS = View()


@dataclass(frozen=True, slots=True)
class Operation:
    """What is disturbed and then repeated, and the runs before it.

    `alive` records are there in the end; ECS has taken at most `takes` snapshots for that. `again`: a further run must
    change nothing, other than a guard, which snapshots and prunes with each change. `view` is of the noun.
    """

    name: str
    act: Run
    alive: int
    arrange: Run = _nothing
    disk: str = "d-demo-system"
    again: bool = True
    world: Seed = field(default_factory=lambda: QUICK)
    noun: str = "Snapshot"
    always: Mapping[str, Any] | None = None
    view: View = SNAPSHOTS
    takes: int = 1
    retakes: bool = False
    """Whether a run that failed takes a snapshot again, and then removes the earlier one: nothing proves that."""

    def stack(self, cloud: Cloud, held: Held | None = None) -> Stack:
        """Return the stack that declares the noun."""
        return Stack(cloud, disk=self.disk, noun=self.noun, always=self.always, held=held)


FIVE_MINUTES = {"for_seconds": 300}

FAULTS = (
    Fault("refused for good", {"kind": "error", "code": "InvalidParameter", "status": 400}),
    Fault("forbidden", {"kind": "error", "code": "Forbidden.RAM", "status": 403}, like="refused for good"),
    Fault("throttled", {"kind": "error", "code": "Throttling.User", "status": 400}, repeated="all"),
    Fault(
        "throttled with retry-after",
        {"kind": "error", "code": "Throttling", "status": 400, "retry_after_ms": 7000},
        like="throttled",
    ),
    Fault("dropped before the effect", {"kind": "drop"}, repeated="all"),
    Fault(
        "internal error before the effect",
        {"kind": "error", "code": "InternalError", "status": 500},
        like="dropped before the effect",
    ),
    Fault("connection refused", blow="refused", like="dropped before the effect"),
    Fault("a proxy's HTML", {"kind": "html"}, like="dropped before the effect"),
    Fault("dropped after the effect", {"kind": "drop", "when": "after"}, calls="mutating"),
    Fault(
        "internal error after the effect",
        {"kind": "error", "code": "InternalError", "status": 500, "when": "after"},
        calls="mutating",
        like="dropped after the effect",
    ),
    Fault(
        "slow to answer",
        {"kind": "latency", "when": "after", "seconds": 0.15},
        "impatient",
        like="dropped after the effect",
    ),
    Fault("slow to begin", {"kind": "latency", "seconds": 0.15}, "impatient", calls="mutating"),
    Fault("cut off for five minutes", {"kind": "drop", **FIVE_MINUTES}, repeated="looks"),
    Fault("unheard for five minutes", {"kind": "drop", "when": "after", **FIVE_MINUTES}, calls="mutating"),
    Fault("not listed yet", {"kind": "stale", "seconds": 20}, calls="CreateSnapshot"),
    Fault("not listed for ten minutes", {"kind": "stale", "seconds": 600}, calls="CreateSnapshot"),
    Fault("failed", {"kind": "fail_snapshot"}, calls="CreateSnapshot"),
    Fault("instance stopped meanwhile", {"kind": "stop_instance"}, calls="CreateSnapshot"),
    Fault("died after the call", blow="dies after"),
    Fault("died before the call", blow="dies before", like="died after the call"),
    Fault("stopped after the call", blow="stopped after"),
    Fault("stopped before the call", blow="stopped before"),
)


async def _create(stack: Stack, hit: Hit | None = None) -> None:
    await stack.up(hit, triggers="1", tags={"team": "web"}, retention_days=7)


async def _begin(stack: Stack, _hit: Hit | None = None) -> None:
    """Let a process die while it waits for its snapshot."""
    with suppress(ProcessDied):
        await _create(stack, Hit("DescribeSnapshots", 5, "dies before"))


async def _begin_unlisted(stack: Stack, _hit: Hit | None = None) -> None:
    """Let a process die while ECS does not list its snapshot yet: only the client token knows of it."""
    stack.cloud.emulator.add_faults({"action": "CreateSnapshot", "kind": "stale", "seconds": 20})
    await _begin(stack)


async def _update(stack: Stack, hit: Hit | None) -> None:
    await stack.up(
        hit,
        triggers="1",
        snapshot_name="renamed",
        tags={"team": "db"},
        retention_days=30,
        resource_group_id="rg-production",
    )


async def _two_old_generations(stack: Stack, _hit: Hit | None = None) -> None:
    for trigger in "12":
        await stack.up(triggers=trigger, keep_last=2, archive_after=14)
    stack.cloud.clock.advance(15 * DAY)


async def _archive(stack: Stack, hit: Hit | None) -> None:
    """Move the snapshot, and the one before it, to the archive."""
    await stack.up(hit, triggers="2", keep_last=2, archive_after=14)


async def _replace(stack: Stack, hit: Hit | None) -> None:
    await stack.up(hit, triggers="2")


async def _three_generations(stack: Stack, _hit: Hit | None = None) -> None:
    for trigger in "123":
        await stack.up(triggers=trigger, keep_last=2, retention_days=7)


async def _fourth_generation(stack: Stack, hit: Hit | None) -> None:
    await stack.up(hit, triggers="4", keep_last=2, retention_days=7)


async def _retained(stack: Stack, _hit: Hit | None = None) -> None:
    await stack.up(triggers="1", deletion_policy="retain")


async def _destroy(stack: Stack, hit: Hit | None) -> None:
    await stack.destroy(hit)


async def _refresh(stack: Stack, hit: Hit | None) -> None:
    await stack.refresh(hit)


async def _guard(stack: Stack, hit: Hit | None) -> None:
    await stack.guard(hit)


async def _three_guards(stack: Stack, _hit: Hit | None = None) -> None:
    for _ in range(3):
        await stack.guard()


OPERATIONS = (
    Operation("create", _create, alive=1),
    Operation("create on an old disk", _create, alive=1, disk="d-demo-efficiency"),
    Operation("adopt", _create, alive=1, arrange=_begin),
    Operation("adopt what is not listed", _create, alive=1, arrange=_begin_unlisted),
    Operation("update", _update, alive=1, arrange=_create),
    Operation("replace", _replace, alive=1, arrange=_create),
    Operation("prune", _fourth_generation, alive=2, arrange=_three_generations),
    Operation("archive", _archive, alive=2, arrange=_two_old_generations),
    Operation("refresh", _refresh, alive=1, arrange=_create),
    Operation("destroy", _destroy, alive=0, arrange=_three_generations),
    Operation("destroy and retain", _destroy, alive=1, arrange=_retained),
    Operation("guard", _guard, alive=3, arrange=_three_guards, again=False),
)


WINDOWS = frozenset(
    ("UntagResources", fault) for fault in ("unheard for five minutes", "died after the call", "stopped after the call")
)
"""Where nobody learns that a rollback has ended, since its last marks are gone: the next run rolls back again."""


@dataclass
class Outcome:
    """What became of one schedule: everything that must not be, and how many snapshots no state knows."""

    schedule: str
    problems: list[str] = field(default_factory=list)
    orphans: int = 0
    duplicates: int = 0
    died: bool = False


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The cloud and the state after the runs before an operation, to start from as often as needed."""

    operation: Operation
    records: Sequence[Record]
    now: float
    held: Held | None
    calls: Sequence[Call]

    def is_window(self, call: Call, fault: Fault) -> bool:
        """Tell whether nobody learns of the end: of a rollback only at the last tags, which are its own marks."""
        last = next((each for each in reversed(self.calls) if each.action == call.action), None)
        return (call.action, fault.name) in WINDOWS and self.operation.noun == "DiskRollback" and call == last

    def begin(self, cloud: Cloud) -> Stack:
        """Bring a new cloud to where the operation begins."""
        cloud.clock.advance(self.now - cloud.clock.now())
        for record in self.records:
            cloud.emulator.world.put(record)
        return self.operation.stack(cloud, self.held)


_arranged: dict[str, Arrangement] = {}


async def arrange(operation: Operation) -> Arrangement:
    """Return the arrangement of an operation. It is made once: nothing changes its records."""
    known = _arranged.get(operation.name)
    if known is None or known.operation is not operation:
        known = _arranged[operation.name] = await _arrange(operation)
    return known


async def _arrange(operation: Operation) -> Arrangement:
    """Make the runs before an operation, then record the calls that it makes when nothing disturbs it."""
    async with bereaved(), open_cloud(operation.world) as cloud:
        stack = operation.stack(cloud)
        await operation.arrange(stack, None)
        held, now = stack.held, cloud.emulator.now()
        records = [record for table in cloud.emulator.world.tables.values() for record in table]
        made = len(cloud.emulator.calls())
        await operation.act(stack, None)
        return Arrangement(operation, records, now, held, _numbered(cloud.emulator.calls()[made:]))


def distinct(calls: Sequence[Call]) -> list[Call]:
    """Return the calls without looks that repeat the call before: one in the middle of a wait is like any other."""
    before = [None, *calls]
    return [call for call, last in zip(calls, before, strict=False) if call.mutating or not _repeats(call, last)]


Reach = Callable[[Operation, Sequence[Call], Fault], list[Call]]
"""Chooses those of an operation's calls at which a fault is played."""


def every(_operation: Operation, calls: Sequence[Call], fault: Fault) -> list[Call]:
    """Return all the calls that the fault befalls."""
    return [call for call in calls if fault.befalls(call)]


def telling(operation: Operation, calls: Sequence[Call], fault: Fault) -> list[Call]:
    """Return the calls that stand for the others: see the classes above."""
    if operation.name != "create":
        calls = [call for call in calls if not fault.is_repeated(call)]
    if fault.blow in {"dies after", "stopped after"}:
        return [call for call in calls if call.mutating]
    if fault.blow == "stopped before":
        return [call for before, call in pairwise(calls) if before.mutating]
    ends = {calls[0], calls[-1]} if calls else set()
    return [call for call in every(operation, calls, fault) if call in ends or (call.mutating and call.nth == 1)]


def cases(operations: Sequence[Operation], faults: Sequence[Fault]) -> list[Any]:
    """Return reach, operation and fault of each test: one of each class for `make test`, all for `make test-all`."""
    few = [
        pytest.param(telling, operation, fault, id=f"telling calls-{operation.name}-{fault.name}")
        for operation in operations
        for fault in faults
        if operation.name == "create" or not (fault.like or fault.repeated == "all")
    ]
    return few + [
        pytest.param(
            every, operation, fault, id=f"every call-{operation.name}-{fault.name}", marks=pytest.mark.exhaustive
        )
        for operation in operations
        for fault in faults
    ]


def _repeats(call: Call, last: Call | None) -> bool:
    return last is not None and last.action == call.action


def _numbered(entries: Sequence[CallEntry]) -> list[Call]:
    nth: Counter[str] = Counter()
    calls = []
    for entry in entries:
        nth[entry.action] += 1
        calls.append(Call(entry.action, nth[entry.action], entry.mutating))
    return calls


async def play(arrangement: Arrangement, fault: Fault, call: Call) -> Outcome:
    """Play one schedule, and return what became of it."""
    async with bereaved(), open_cloud({}) as cloud:
        stack = arrangement.begin(cloud)
        play = _Play(arrangement.operation, stack, call, fault, f"{arrangement.operation.name}: {fault.name} at {call}")
        if fault.rule:
            cloud.emulator.add_faults({"action": call.action, "nth": call.nth, **fault.rule})
        try:
            await asyncio.wait_for(play.runs(fault.hit(call)), MOST_WALL_SECONDS)
        except TimeoutError:
            play.complain("hangs")
        if not arrangement.is_window(call, fault):
            play.judge_payment()
        return play.outcome


class _Play:
    """The runs of one schedule, and the judgement afterwards."""

    def __init__(self, operation: Operation, stack: Stack, call: Call, fault: Fault, schedule: str) -> None:
        self._call = call
        self._fault = fault
        self.outcome = Outcome(schedule)
        self._operation = operation
        self._stack = stack
        self._cloud = stack.cloud
        self._started = stack.cloud.clock.now()
        self._taken = 0

    async def runs(self, hit: Hit | None) -> None:
        succeeded = await self._succeeds(hit)
        self._cloud.emulator.clear_faults()
        if not succeeded:
            await self._repeat()
        self._judge_time()
        self._taken = len(self._accomplished())
        if not self._operation.again:
            await self._operation.act(self._stack, None)
        self._judge_snapshots()
        self._judge_freezes()
        if self._operation.again and not self.outcome.problems:
            await self._judge_further_run()

    async def _repeat(self) -> None:
        for _ in range(MOST_RUNS - 1):
            await self._cloud.clock.sleep(PAUSE)
            if await self._succeeds(None):
                return
        self.complain(f"still fails in run {MOST_RUNS}")

    async def _succeeds(self, hit: Hit | None) -> bool:
        try:
            await self._operation.act(self._stack, hit)
        except ProcessDied:
            self.outcome.died = True
            self._complain_of(await self._operation.view.after_death(self._stack))
        except (SnapshotError, CheckFailed) as error:
            self._judge_text(error)
            self._complain_of(self._operation.view.after_failure(self._stack, self._call))
        else:
            return True
        return False

    def _judge_text(self, error: SnapshotError | CheckFailed) -> None:
        if isinstance(error, SnapshotError) and not (error.problem and error.remedy):
            self.complain(f"does not say what to do: {error}")
        if any(secret in str(error) for secret in CREDENTIALS):
            self.complain(f"shows a credential: {error}")

    def _judge_time(self) -> None:
        took = self._cloud.clock.now() - self._started
        if took > MOST_SECONDS:
            self.complain(f"takes {took:.0f} s")

    def _judge_snapshots(self) -> None:
        view, held = self._operation.view, self._stack.held
        alive = view.records(self._cloud)
        self.outcome.orphans = max(0, len(alive) - self._operation.alive - view.allowance(self._stack))
        if len(alive) < self._operation.alive:
            self.complain(f"{alive} are alive, not {self._operation.alive}")
        if held is not None and not view.holds(self._stack, held):
            self.complain(f"{held.id} of the state does not exist")
        if self._stack.replaced:
            self.complain(f"{self._stack.replaced} are still to be deleted")
        self._complain_of(view.problems(self._stack))

    def _judge_freezes(self) -> None:
        for freeze in unthawed(self._cloud.emulator):
            self.complain(f"no thaw followed {freeze}")
        inside = seen_application(self._cloud.emulator)
        for snapshot in self._cloud.emulator.world.snapshots:
            instance = self._cloud.emulator.world.instances.get(snapshot.instance_id)
            resting = instance is None or instance.status != "Running" or snapshot.start_time < self._started
            if snapshot.tags.get(CONSISTENCY_TAG) == "application" and snapshot.id not in inside and not resting:
                self.complain(f"{snapshot.id} counts as consistent, but was cut while nothing was frozen")

    async def _judge_further_run(self) -> None:
        before = len(self._cloud.emulator.calls(mutating=True))
        await self._operation.act(self._stack, None)
        if len(self._cloud.emulator.calls(mutating=True)) > before:
            self.complain("a further run changes something")

    def judge_payment(self) -> None:
        """Nothing is paid for twice; but a guard whose process dies before the change begins snapshots it afresh."""
        afresh = self.outcome.died and not self._operation.again
        view = self._operation.view
        again = afresh or self._operation.retakes
        taken = 0 if again else self._taken - self._operation.takes * (1 + view.allowance(self._stack))
        repeated = view.repeated(self._stack, self._call, self._fault)
        self.outcome.duplicates = max(self.outcome.orphans, taken, repeated)
        if self.outcome.duplicates:
            done = f"took {self._taken} snapshots, repeated {repeated} acts"
            self.complain(f"leaves {self.outcome.orphans} orphans, {done}")

    def _accomplished(self) -> list[EventEntry]:
        events = self._cloud.emulator.events("snapshot.accomplished")
        return [event for event in events if event.time > self._started]

    def _complain_of(self, problems: Sequence[str]) -> None:
        for problem in problems:
            self.complain(problem)

    def complain(self, problem: str) -> None:
        self.outcome.problems.append(problem)
