"""Runs commands in instances by Cloud Assistant, and sees them end."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from ..clock import Clock
from ..ecs.cloud_assistant import CloudAssistant
from ..ecs.models import CommandRequest, InvocationInfo
from ..errors import Retryable, SnapshotError, Unavailable
from ..waiting.deadline import with_timeout
from ..waiting.retry import retry_while_busy
from .spec import Commands

MOST_INSTANCES = 100
"""The most instances of one RunCommand."""
LOOK_INTERVAL = 0.5
DELIVERY = 10.0
"""Seconds by which a command may end later than its time-out says: it has to be delivered, and its end to be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTemplate:
    """Commands to run: what `script` and `timeout` make of an instance's commands, under names that only repeat."""

    name: str
    client_token: str
    tags: Mapping[str, str]
    script: Callable[[Commands], str]
    timeout: Callable[[Commands], int]


@dataclass(slots=True)
class CommandOutcomes:
    """What became of an order, by instance: results of those that began, why no command was accepted for the rest."""

    results: dict[str, InvocationInfo] = field(default_factory=dict)
    refusals: dict[str, SnapshotError] = field(default_factory=dict)

    @property
    def unfinished(self) -> list[InvocationInfo]:
        return [result for result in self.results.values() if not result.finished]

    def failures(self) -> dict[str, str]:
        """Return why commands did not succeed, by instance, in words that follow "it"."""
        ended = {each: why_failed(result) for each, result in self.results.items() if not result.succeeded}
        return ended | {instance_id: f"did not run: {error.problem}" for instance_id, error in self.refusals.items()}


class CommandRunner:
    """Runs commands in one region. Instances whose commands are the same share calls."""

    def __init__(self, assistant: CloudAssistant, clock: Clock) -> None:
        self._assistant = assistant
        self._clock = clock

    async def run(self, template: CommandTemplate, targets: Mapping[str, Commands], outcomes: CommandOutcomes) -> None:
        """Run what is ordered on every target, and fill `carried` with what became of it, as far as that is known.

        Returns once all have ended, or had the time to. Raises nothing that concerns only some of the instances.
        """
        batches = _batches(targets)
        runs = [self._begin(template, number, batch, outcomes) for number, batch in enumerate(batches)]
        limit = max(template.timeout(commands) for commands, _ in batches) + DELIVERY
        with suppress(TimeoutError):
            await with_timeout(self._clock, limit, self._see_through(runs, outcomes))
        unheard = targets.keys() - outcomes.results.keys() - outcomes.refusals.keys()
        outcomes.refusals |= dict.fromkeys(unheard, Unavailable(f"RunCommand was not answered within {limit:.0f} s"))

    async def wait(self, outcomes: CommandOutcomes, limit: float) -> None:
        """Wait at most `limit` seconds for what has not ended."""
        with suppress(TimeoutError):
            await with_timeout(self._clock, limit, self._see_through([], outcomes))

    async def stop(self, outcomes: CommandOutcomes) -> None:
        """Keep what has not begun from beginning, as far as that goes."""
        stops = [self._assistant.stop_invocation(each) for each in {result.invoke_id for result in outcomes.unfinished}]
        with suppress(TimeoutError):
            await with_timeout(self._clock, DELIVERY, _all(stops))

    async def _begin(
        self, template: CommandTemplate, number: int, batch: tuple[Commands, Sequence[str]], outcomes: CommandOutcomes
    ) -> None:
        commands, instance_ids = batch
        request = CommandRequest(
            name=template.name,
            script=template.script(commands),
            kind=commands.kind,
            instance_ids=instance_ids,
            client_token=f"{template.client_token}-{number}",
            timeout=template.timeout(commands),
            username=commands.username,
            working_dir=commands.working_dir,
            tags=template.tags,
        )
        # ECS may answer that it is still processing the request: it then runs, and its results must be known.
        run = partial(self._assistant.run_command, request)
        try:
            invoke_id = await retry_while_busy(self._clock, run, patience=template.timeout(commands))
        except SnapshotError as error:
            outcomes.refusals |= dict.fromkeys(instance_ids, error)
        else:
            outcomes.results |= {each: InvocationInfo(invoke_id, each) for each in instance_ids}

    async def _see_through(self, runs: Sequence[Awaitable[None]], outcomes: CommandOutcomes) -> None:
        await _all(runs)
        while invoke_ids := {result.invoke_id for result in outcomes.unfinished}:
            await asyncio.gather(*map(partial(self._look, outcomes), invoke_ids))
            if outcomes.unfinished:
                await self._clock.sleep(LOOK_INTERVAL)

    async def _look(self, outcomes: CommandOutcomes, invoke_id: str) -> None:
        try:
            found = await self._assistant.invocation(invoke_id)
        except Retryable:
            return
        except SnapshotError as error:
            for instance_id, result in outcomes.results.items():
                if result.invoke_id == invoke_id:
                    outcomes.results[instance_id] = replace(result, status="Unknown", error_info=error.problem)
            return
        outcomes.results |= {result.instance_id: result for result in found if result.instance_id in outcomes.results}


def why_failed(result: InvocationInfo) -> str:
    """Return how a command ended that did not succeed, with the end of what it printed."""
    if result.exit_code is not None:
        return f"exited with code {result.exit_code}{tail(result.output)}"
    if result.status == "Timeout":
        return f"ran out of time{tail(result.output)}"
    if not result.finished:
        return "has not ended in time"
    facts = ": ".join(fact for fact in (result.error_code, result.error_info) if fact)
    return f"did not run ({result.status}{', ' if facts else ''}{facts})"


def tail(output: str, most: int = 200) -> str:
    """Return the end of what a command printed, as it follows its exit code; empty where there is nothing."""
    text = " ".join(output.split())
    if not text:
        return ""
    return f": {text}" if len(text) <= most else f": …{text[-most:]}"


def _batches(targets: Mapping[str, Commands]) -> list[tuple[Commands, list[str]]]:
    alike: dict[Commands, list[str]] = defaultdict(list)
    for instance_id in sorted(targets):
        alike[targets[instance_id]].append(instance_id)
    return [
        (commands, instance_ids[start : start + MOST_INSTANCES])
        for commands, instance_ids in alike.items()
        for start in range(0, len(instance_ids), MOST_INSTANCES)
    ]


async def _all(work: Sequence[Awaitable[None]]) -> None:
    """Let everything end; what failed is in what it filled, or of no consequence."""
    await asyncio.gather(*work, return_exceptions=True)
