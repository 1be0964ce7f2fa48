"""Runs commands in instances by Cloud Assistant, and waits for their ends."""

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
"""Seconds that a command may take beyond its time-out, for its delivery and for the report of its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTemplate:
    """One kind of command for several instances. `script` and `timeout` make it from the commands of each instance."""

    name: str
    client_token: str
    tags: Mapping[str, str]
    script: Callable[[Commands], str]
    timeout: Callable[[Commands], int]


@dataclass(slots=True)
class CommandOutcomes:
    """What happened, by instance: the results of accepted commands, and why ECS refused the others."""

    results: dict[str, InvocationInfo] = field(default_factory=dict)
    refusals: dict[str, SnapshotError] = field(default_factory=dict)

    @property
    def unfinished(self) -> list[InvocationInfo]:
        return [result for result in self.results.values() if not result.finished]

    def failures(self) -> dict[str, str]:
        """Return why commands failed, by instance. Each text follows the name of the command."""
        ended = {each: why_failed(result) for each, result in self.results.items() if not result.succeeded}
        return ended | {instance_id: f"did not run: {error.problem}" for instance_id, error in self.refusals.items()}


class CommandRunner:
    """Runs commands in one region. Instances with equal commands share one call."""

    def __init__(self, assistant: CloudAssistant, clock: Clock) -> None:
        self._assistant = assistant
        self._clock = clock

    async def run(self, template: CommandTemplate, targets: Mapping[str, Commands], outcomes: CommandOutcomes) -> None:
        """Run the command on every target, and write the results into `outcomes`.

        Returns when all commands have ended, or their time is over. An error of one instance is in `outcomes`, and is
        not raised.
        """
        batches = _batches(targets)
        runs = [self._begin(template, number, batch, outcomes) for number, batch in enumerate(batches)]
        limit = max(template.timeout(commands) for commands, _ in batches) + DELIVERY
        with suppress(TimeoutError):
            await with_timeout(self._clock, limit, self._wait_for_all(runs, outcomes))
        unanswered = targets.keys() - outcomes.results.keys() - outcomes.refusals.keys()
        outcomes.refusals |= dict.fromkeys(unanswered, Unavailable(f"RunCommand was not answered within {limit:.0f} s"))

    async def wait(self, outcomes: CommandOutcomes, limit: float) -> None:
        """Wait at most `limit` seconds for the commands that have not ended."""
        with suppress(TimeoutError):
            await with_timeout(self._clock, limit, self._wait_for_all([], outcomes))

    async def stop(self, outcomes: CommandOutcomes) -> None:
        """Ask ECS to stop the commands that have not ended. It may not stop what already runs."""
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
        # If ECS answers that it is still processing the request, the command runs, and its id is needed.
        run = partial(self._assistant.run_command, request)
        try:
            invoke_id = await retry_while_busy(self._clock, run, patience=template.timeout(commands))
        except SnapshotError as error:
            outcomes.refusals |= dict.fromkeys(instance_ids, error)
        else:
            outcomes.results |= {each: InvocationInfo(invoke_id, each) for each in instance_ids}

    async def _wait_for_all(self, runs: Sequence[Awaitable[None]], outcomes: CommandOutcomes) -> None:
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
    """Return how a failed command ended, with the end of its output."""
    if result.exit_code is not None:
        return f"exited with code {result.exit_code}{tail(result.output)}"
    if result.status == "Timeout":
        return f"ran out of time{tail(result.output)}"
    if not result.finished:
        return "has not ended in time"
    facts = ": ".join(fact for fact in (result.error_code, result.error_info) if fact)
    return f"did not run ({result.status}{', ' if facts else ''}{facts})"


def tail(output: str, most: int = 200) -> str:
    """Return the end of an output as text to append to a sentence; empty if the output is."""
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
    """Wait until all have ended. Errors do not matter here: the outcomes have them."""
    await asyncio.gather(*work, return_exceptions=True)
