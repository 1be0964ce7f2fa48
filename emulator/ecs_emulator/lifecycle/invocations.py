"""Commands of Cloud Assistant are delivered to instances, start there and end."""

from __future__ import annotations

from dataclasses import replace

from ecs_emulator.lifecycle import guest_disks
from ecs_emulator.records.command_script import CommandScript
from ecs_emulator.records.invocation_result import InvocationResult, InvocationStatus
from ecs_emulator.records.step import Step
from ecs_emulator.world import World

_ORDINARY = CommandScript(id="")


def begin(world: World, result: InvocationResult, at: float) -> None:
    """Begin to deliver a command to its instance, if the instance can take commands."""
    started = Step(at + world.settings.lifecycle.command_delivery_seconds, "started")
    result = replace(result, creation_time=at, pending=(started,))
    if not _aborted(world, result, at):
        world.put(result)


def cancel(world: World, result: InvocationResult, at: float) -> None:
    """Cancel a command that has not started."""
    _end(world, result, "Cancelled", at, "command.cancelled")


def take_step(world: World, result: InvocationResult, step: Step) -> None:
    """Do a planned step of a command."""
    match step.name:
        case "started":
            _start(world, result, step.at)
        case "finished":
            _finish(world, result, step.at)
        case "timed_out":
            late = replace(result, error_code="ExecutionTimeout", error_info="The command ran out of time.")
            _end(world, late, "Timeout", step.at)


def _start(world: World, result: InvocationResult, at: float) -> None:
    if _aborted(world, result, at):
        return
    seconds = _script(world, result).seconds
    in_time = seconds <= result.timeout
    end = Step(at + min(seconds, result.timeout), "finished" if in_time else "timed_out")
    world.put(replace(result, status="Running", start_time=at, pending=(end,)))
    world.emit("command.started", result.instance_id, at, invoke_id=result.invoke_id, content=result.content)


def _finish(world: World, result: InvocationResult, at: float) -> None:
    if _obstacle(world, result.instance_id) is not None:
        lost = replace(result, error_code="ClientNotResponse", error_info="The agent no longer answers.")
        _end(world, lost, "Error", at)
        return
    script = _script(world, result)
    script = guest_disks.seen_by(world, result) if script is _ORDINARY else script
    ended = replace(result, exit_code=script.exit_code, output=script.output)
    if script.exit_code == 0:
        _end(world, ended, "Success", at)
        return
    failed = replace(ended, error_code="ExitCodeNonzero", error_info="The command exited with a code other than 0.")
    _end(world, failed, "Failed", at)


def _aborted(world: World, result: InvocationResult, at: float) -> bool:
    obstacle = _obstacle(world, result.instance_id)
    if obstacle is None:
        return False
    refused = replace(result, error_code=obstacle, error_info="The instance cannot take commands.")
    _end(world, refused, "Aborted", at, "command.aborted")
    return True


def _obstacle(world: World, instance_id: str) -> str | None:
    instance = world.instances.get(instance_id)
    if instance is None:
        return "InstanceReleased"
    if instance.status != "Running":
        return "InstanceNotRunning"
    return None if instance.agent_online else "ClientNotRunning"


def _script(world: World, result: InvocationResult) -> CommandScript:
    scripts = reversed(list(world.command_scripts))
    return next((script for script in scripts if script.matches(result.content, result.instance_id)), _ORDINARY)


def _end(
    world: World,
    result: InvocationResult,
    status: InvocationStatus,
    at: float,
    event: str = "command.finished",
) -> None:
    world.put(replace(result, status=status, finish_time=at, pending=()))
    details = {"invoke_id": result.invoke_id, "content": result.content, "status": status}
    world.emit(event, result.instance_id, at, **details, exit_code=result.exit_code)
