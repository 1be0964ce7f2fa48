"""Freezes instances right before a cut, and always thaws them right after it.

Three safety nets make sure of the thaw:

1. A hold ends with the thaw, even if a freeze fails, an error is raised or the run is cancelled.
2. The tags of the commands record what was frozen and what was thawed. If a process dies, the next run of the stack
   that takes a snapshot thaws what it left frozen.
3. The guest thaws by itself (`guest_scripts`) after twice the time-out, even if everything outside of it dies.

A snapshot that is begun during a hold gets the tag `consistency` with the value "pending". Every repeated call has the
same value; with another one ECS would refuse the token. The value becomes "application" if the cut (CreationTime) was
seen before the hold ended, and is not older than the freeze: a repeated token may return a snapshot with an older cut.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from ..clock import Clock
from ..ecs.client import EcsClient
from ..ecs.cloud_assistant import CloudAssistant
from ..ecs.models import DiskInfo, InstanceInfo, InvocationInfo
from ..ecs.wire_format import moment
from ..errors import FreezeFailed, HoldEnded, Retryable, ThawFailed
from ..ledger.intent import SCOPE_TAG
from ..ledger.ownership import TAG_PREFIX
from ..waiting.batch import BatchedLookup
from ..waiting.deadline import with_timeout
from ..waiting.shield import uncancellable
from .commands import CommandOutcomes, CommandRunner, CommandTemplate
from .guest_scripts import LATE_FREEZE, MEMORY, freeze_script, thaw_script
from .spec import Commands, FreezeRequest, hold_seconds

T = TypeVar("T")

FREEZE_TAG = TAG_PREFIX + "freeze"
THAW_TAG = TAG_PREFIX + "thaw"
LOOK_PATIENCE = 3.0
"""Seconds for a call to ECS while the instances are frozen."""
THAW_ATTEMPTS = 3
THAW_PAUSE = 5.0


@dataclass(slots=True)
class Hold:
    """The time during which instances are frozen. `complete` tells whether every running instance is frozen.

    `ends_at` is None if nothing is frozen. `since` is the start of the freeze by ECS's clock, which also dates the
    cuts; None if ECS does not tell it. `unthawed` is set at the end if a thaw failed.
    """

    clock: Clock
    complete: bool = False
    ends_at: float | None = None
    since: datetime | None = None
    unthawed: ThawFailed | None = None

    def proves(self, cut_at: datetime | None) -> bool:
        """Tell whether a cut that was seen during the hold was made while everything was frozen."""
        return self.complete and cut_at is not None and not self.is_older(cut_at)

    def is_older(self, cut_at: datetime | None) -> bool:
        """Tell whether a cut was made before the freeze began."""
        return cut_at is not None and self.since is not None and cut_at < self.since

    async def during(self, work: Coroutine[Any, Any, T]) -> T:
        """Return the result of `work`. Raises HoldEnded if it takes longer than the hold."""
        if self.ends_at is None:
            return await work
        try:
            return await with_timeout(self.clock, self.ends_at - self.clock.now(), work)
        except TimeoutError:
            raise HoldEnded(
                "the snapshot was not seen cut while its instance was frozen, which has been thawed",
                remedy="Raise freeze.timeout, then run `pulumi up` again.",
            ) from None


class Freezer:
    """Freezes and thaws the instances of one region. An instance has only one hold at a time."""

    def __init__(
        self,
        client: EcsClient,
        clock: Clock,
        disks: BatchedLookup[DiskInfo],
        instances: BatchedLookup[InstanceInfo],
    ) -> None:
        self._assistant = CloudAssistant(client)
        self._clock = clock
        self._disks = disks
        self._instances = instances
        self._runner = CommandRunner(self._assistant, clock)
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def thaw_leftovers(self, request: FreezeRequest) -> None:
        """Thaw what a process that died may have left frozen. `request.warn` is called for each failed thaw."""
        targets, _ = await self._targets(request)
        await asyncio.gather(*(self._thaw_leftovers_of(request, each, targets[each]) for each in targets))

    @asynccontextmanager
    async def hold(self, request: FreezeRequest) -> AsyncIterator[Hold]:
        """Freeze the running instances of the disks until the context ends.

        Raises FreezeFailed if a required freeze failed. Everything has been thawed by then.
        """
        targets, left_out = await self._targets(request)
        if not targets:
            yield Hold(self._clock, complete=not left_out)
            return
        async with AsyncExitStack() as alone:
            for instance_id in sorted(targets):
                await alone.enter_async_context(self._locks[instance_id])
            attempt = _Attempt(request, targets, f"{request.key}-{_second(self._clock)}", self._clock)
            hold = Hold(self._clock, ends_at=self._clock.now() + attempt.hold_seconds)
            try:
                await self._freeze(attempt)
                hold.complete = not left_out and not attempt.frozen.failures()
                hold.since = await self._freeze_time(attempt)
                yield hold
            finally:
                hold.unthawed = await uncancellable(self._thaw(attempt))

    async def _targets(self, request: FreezeRequest) -> tuple[dict[str, Commands], list[str]]:
        """Return the running instances of the disks with their commands, and the instances without commands."""
        disks = await asyncio.gather(*map(self._disks.get, request.disk_ids))
        attached = sorted({disk.instance_id for disk in disks if disk and disk.instance_id})
        instances = await asyncio.gather(*map(self._instances.get, attached))
        running = [each.instance_id for each in instances if each and each.status == "Running"]
        commands = {each: request.freeze.of(each) for each in running}
        return (
            {instance_id: own for instance_id, own in commands.items() if own},
            [instance_id for instance_id, own in commands.items() if own is None],
        )

    async def _freeze(self, attempt: _Attempt) -> None:
        """Freeze every target. Raises FreezeFailed if a required freeze failed."""
        await self._runner.run(attempt.template("freeze"), attempt.targets, attempt.frozen)
        failures = attempt.frozen.failures()
        for instance_id, reason in failures.items():
            commands = attempt.targets[instance_id]
            problem = f"the freeze of instance {instance_id} failed: `{first_line(commands.command)}` {reason}"
            if commands.on_failure == "abort":
                raise FreezeFailed(
                    f"{problem}; no snapshot has begun, and the thaw has run",
                    remedy='Correct freeze.command there, or set on_failure = "continue" to do without.',
                )
            attempt.request.warn(f"{problem}; the snapshot is only crash-consistent")

    async def _freeze_time(self, attempt: _Attempt) -> datetime | None:
        """Return when ECS received the freeze, by its own clock. One instance is enough: all were asked at once."""
        try:
            agents = await with_timeout(self._clock, LOOK_PATIENCE, self._assistant.agents(list(attempt.targets)[:1]))
        except (Retryable, TimeoutError):
            return None
        return moment(agents[0].last_invoked_time) if agents else None

    async def _thaw(self, attempt: _Attempt) -> ThawFailed | None:
        """Thaw every target. A freeze that has not ended is stopped, and its instance is thawed again after its end."""
        failures = await self._thaw_all(attempt, attempt.targets)
        late = [each for each, result in attempt.frozen.results.items() if not result.finished]
        if late:
            await self._runner.stop(attempt.frozen)
            await self._runner.wait(attempt.frozen, attempt.hold_seconds)
            again = await self._thaw_all(attempt, {each: attempt.targets[each] for each in late})
            failures = {each: reason for each, reason in failures.items() if each not in late} | again
        if not failures:
            return None
        error = _still_frozen(attempt.targets, failures, attempt.freeze_id)
        attempt.request.warn(str(error))
        return error

    async def _thaw_all(self, attempt: _Attempt, targets: Mapping[str, Commands]) -> dict[str, str]:
        """Thaw the targets with some attempts, and return why some could not be thawed, by instance."""
        left = dict(targets)
        failures: dict[str, str] = {}
        for number in range(THAW_ATTEMPTS):
            if number:
                await self._clock.sleep(THAW_PAUSE)
            outcomes = CommandOutcomes()
            await self._runner.run(attempt.template("thaw"), left, outcomes)
            failures = {each: reason for each, reason in outcomes.failures().items() if not _is_down(outcomes, each)}
            left = {each: left[each] for each in failures}
            if not left:
                return {}
        return failures

    async def _thaw_leftovers_of(self, request: FreezeRequest, instance_id: str, commands: Commands) -> None:
        ours = await self._assistant.invocations_of(instance_id, {SCOPE_TAG: request.scope})
        async with self._locks[instance_id]:
            for freeze_id in left_frozen(ours):
                attempt = _Attempt(request, {instance_id: commands}, freeze_id, self._clock)
                await self._thaw(attempt)


class _Attempt:
    """One freeze with its thaws. Its id is unique: it has the hash of the intents and the time of the start.

    A repeated call has the same client token, so nothing runs twice. A new attempt has a new token.
    """

    def __init__(self, request: FreezeRequest, targets: Mapping[str, Commands], freeze_id: str, clock: Clock) -> None:
        self.request = request
        self.targets = targets
        self.freeze_id = freeze_id
        self.hold_seconds = hold_seconds(list(targets.values()))
        self.frozen = CommandOutcomes()
        self._clock = clock
        self._thaws = 0

    def template(self, what: str) -> CommandTemplate:
        """Return the template of the freeze or of the next thaw."""
        if what == "freeze":
            return CommandTemplate(
                name="alicloud-snapshot-freeze",
                client_token=f"pas-{self.freeze_id}-f",
                tags={SCOPE_TAG: self.request.scope, FREEZE_TAG: self.freeze_id},
                script=partial(freeze_script, freeze_id=self.freeze_id, hold=self.hold_seconds),
                timeout=lambda commands: commands.timeout,
            )
        self._thaws += 1
        return CommandTemplate(
            name="alicloud-snapshot-thaw",
            client_token=f"pas-{self.freeze_id}-t{_second(self._clock)}{self._thaws}",
            tags={SCOPE_TAG: self.request.scope, THAW_TAG: self.freeze_id},
            script=partial(thaw_script, freeze_id=self.freeze_id),
            timeout=lambda commands: commands.timeout + LATE_FREEZE,
        )


def _second(clock: Clock) -> str:
    """Return the time in a form that fits into a client token."""
    return f"{int(clock.now()):x}"


def left_frozen(invocations: Sequence[InvocationInfo]) -> list[str]:
    """Return the ids of the freezes that no thaw has followed, from all commands of an instance.

    A thaw counts only if it ended after the freeze: it may have been sent while the freeze was still running.
    """
    thaws: dict[str, str] = {}
    for result in invocations:
        if THAW_TAG in result.tags and result.succeeded:
            freeze_id = result.tags[THAW_TAG]
            thaws[freeze_id] = max(result.finished_time, thaws.get(freeze_id, ""))
    frozen = [result for result in invocations if FREEZE_TAG in result.tags and not result.never_ran]
    return sorted(
        freeze.tags[FREEZE_TAG]
        for freeze in frozen
        if not freeze.finished or thaws.get(freeze.tags[FREEZE_TAG], "") < freeze.finished_time
    )


def first_line(command: str, most: int = 80) -> str:
    """Return the first line of a command that is not empty, cut to `most` characters, for a message."""
    lines = [line.strip() for line in command.splitlines() if line.strip() and not line.startswith("#!")]
    shown = lines[0] if lines else ""
    return f"{shown[: most - 1]}…" if len(shown) > most or len(lines) > 1 else shown


def _is_down(outcomes: CommandOutcomes, instance_id: str) -> bool:
    """Tell whether the instance does not run any more. Nothing in it is frozen then."""
    result = outcomes.results.get(instance_id)
    return result is not None and result.error_code in {"InstanceNotRunning", "InstanceReleased", "InstanceNotExists"}


def _still_frozen(targets: Mapping[str, Commands], failures: Mapping[str, str], freeze_id: str) -> ThawFailed:
    named = [f"`{first_line(targets[each].thaw)}` on {each} {reason}" for each, reason in failures.items()]
    run = "; ".join(f"`{first_line(targets[each].thaw)}` on {each}" for each in failures)
    return ThawFailed(
        f"instances may still be frozen ({', '.join(failures)}): {'; '.join(named)}",
        remedy=f"Run {run} now, and remove {MEMORY}/alicloud-snapshot-{freeze_id} there; then run `pulumi up` again.",
    )
