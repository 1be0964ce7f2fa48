"""Checks for the preview whether the instances can be frozen. Read-only."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..ecs.cloud_assistant import COMMAND_PAGE_SIZE, CloudAssistant
from ..ecs.models import AgentInfo, InstanceInfo
from ..region import Region
from ..snapshots.situation import Situation
from .freezer import first_line
from .spec import SHELL, Commands, Freeze, hold_seconds

MOST_NAMED = 5


@dataclass(slots=True)
class FreezePreflight:
    """What the check found. `reasons` say why the freeze cannot work, and what to do."""

    reasons: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)


async def run_freeze_preflight(
    region: Region, freeze: Freeze | None, situations: Sequence[Situation]
) -> FreezePreflight:
    """Check the instances of the disks. Raises what the calls raise."""
    look = FreezePreflight()
    if freeze is None:
        return look
    instances = {each.instance.instance_id: each.instance for each in situations if each.instance}
    running = [instance for instance in instances.values() if instance.status == "Running"]
    for agent in await _agents(region, [each.instance_id for each in running if freeze.of(each.instance_id)]):
        _judge(look, agent, freeze)
    look.facts += _shortened([_fact(each, freeze, running) for each in running])
    stopped = [each for each in instances.values() if each.status != "Running"]
    look.facts += _shortened([f"{each.instance_id} is {each.status}: needs no freeze" for each in stopped])
    look.facts += _shortened(_unattached(situations))
    unrelated = sorted(freeze.instances.keys() - instances.keys())
    if unrelated:
        look.warnings.append(f"freeze.instances names {', '.join(unrelated)}, whose disks this snapshot is not of")
    return look


async def _agents(region: Region, instance_ids: Sequence[str]) -> list[AgentInfo]:
    """Return the Cloud Assistant agent of each instance. One that ECS does not list counts as offline."""
    pages = [
        instance_ids[start : start + COMMAND_PAGE_SIZE] for start in range(0, len(instance_ids), COMMAND_PAGE_SIZE)
    ]
    answers = await asyncio.gather(*map(CloudAssistant(region.client).agents, pages))
    found = {agent.instance_id: agent for answer in answers for agent in answer}
    return [found.get(instance_id, AgentInfo(instance_id)) for instance_id in instance_ids]


def _judge(look: FreezePreflight, agent: AgentInfo, freeze: Freeze) -> None:
    commands = freeze.of(agent.instance_id)
    reason = commands and _obstacle(agent, commands)
    if commands is None or reason is None:
        return
    if commands.on_failure == "continue":
        look.warnings.append(f"{reason}; the snapshot will only be crash-consistent")
    else:
        look.reasons.append(f'{reason}, or set on_failure = "continue"')


def _obstacle(agent: AgentInfo, commands: Commands) -> str | None:
    if not agent.online:
        return (
            f"cannot run on instance {agent.instance_id}, whose Cloud Assistant agent does not answer: "
            "start or install the agent there"
        )
    windows = agent.os_type == "Windows"
    if agent.os_type and windows is (commands.kind == SHELL):
        fitting = "RunPowerShellScript or RunBatScript" if windows else SHELL
        return (
            f"cannot run {commands.kind} on instance {agent.instance_id}, a {agent.os_type} one: set type = {fitting}"
        )
    return None


def _fact(instance: InstanceInfo, freeze: Freeze, running: Sequence[InstanceInfo]) -> str:
    commands = freeze.of(instance.instance_id)
    if commands is None:
        return f"does not freeze {instance.instance_id}, for which freeze has no command: crash-consistent only"
    concerned = [own for each in running if (own := freeze.of(each.instance_id))]
    limit = f"at most {hold_seconds(concerned)} s"
    until = f"{limit}, when the guest thaws by itself" if commands.thaws_by_itself else limit
    return (
        f"freezes {instance.instance_id} with `{first_line(commands.command)}` until the cut, some seconds, {until}; "
        f"thaws it with `{first_line(commands.thaw)}`"
    )


def _unattached(situations: Sequence[Situation]) -> list[str]:
    return [
        f"{each.disk_id} is not attached: needs no freeze" for each in situations if each.disk and not each.instance
    ]


def _shortened(facts: Sequence[str]) -> list[str]:
    more = [f"and so for {len(facts) - MOST_NAMED} more"] if len(facts) > MOST_NAMED else []
    return [*facts[:MOST_NAMED], *more]
