"""RunCommand and StopInvocation: Cloud Assistant runs a command on instances, once and at once."""

from __future__ import annotations

import base64
import binascii

from ecs_emulator import refusals
from ecs_emulator.actions.fields import requested_group, requested_tags
from ecs_emulator.actions.formats import choice_format, range_format, tag_format
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.gateway.parameters import Parameters
from ecs_emulator.lifecycle import invocations
from ecs_emulator.records.instance import Instance
from ecs_emulator.records.invocation_result import InvocationResult
from ecs_emulator.refusals import Refusal

INVALID_TYPE = refusals.INVALID_PARAMETER.naming("Type")
INVALID_TIMEOUT = refusals.INVALID_PARAMETER.naming("Timeout")
NOT_EMULATED = Refusal("InvalidParameter", 400, 'The emulator does not support this use of the parameter "{name}".')
TOO_LONG = Refusal("CmdContent.ExceedLimit", 403, "The length of the command content exceeds the limit.")
TOO_MANY_INSTANCES = Refusal("InstanceIds.ExceedLimit", 403, "The number of instance IDs exceeds the upper limit.")
INSTANCE_NOT_FOUND = Refusal("InvalidInstance.NotFound", 404, "The specified instance does not exist.")
OTHER_SYSTEM = Refusal("InvalidInstance.NotMatch", 400, "The type of the command does not match the instance.")
INVOCATION_NOT_FOUND = Refusal("InvalidInvokeId.NotFound", 404, "The specified InvokeId does not exist.")

_LINUX_TYPE = "runshellscript"
_TYPES = frozenset({_LINUX_TYPE, "runbatscript", "runpowershellscript"})
_MAXIMUM_BASE64_LENGTH = 24 * 1024
_MAXIMUM_INSTANCES = 100
_MAXIMUM_STOPPED_INSTANCES = 50


def check_use(parameters: Parameters) -> None:
    """Raise EcsError for ways to run a command that the emulator does not support."""
    if parameters.text("RepeatMode") not in {"", "Once"}:
        raise NOT_EMULATED.error(name="RepeatMode")
    for name in ("Frequency", "ResourceTag"):
        if name in parameters:
            raise NOT_EMULATED.error(name=name)
    if parameters.flag("EnableParameter"):
        raise NOT_EMULATED.error(name="EnableParameter")


@action(
    "RunCommand",
    choice_format("Type", _TYPES, INVALID_TYPE),
    range_format("Timeout", 10, 86400, INVALID_TIMEOUT),
    check_use,
    tag_format,
    mutating=True,
)
def run_command(call: Call) -> Response:
    """Begin to run a command on instances. Each instance's result has its own errors."""
    parameters = call.parameters
    content = _content(parameters)
    instances = _instances(call)
    resource_group_id = requested_group(call)
    invoke_id, _ = call.world.new_identity("t", call.region_id)
    command_id, _ = call.world.new_identity("c", call.region_id)
    for instance in instances:
        result = InvocationResult(
            id=f"{invoke_id}.{instance.id}",
            sequence=call.world.count("resources"),
            invoke_id=invoke_id,
            command_id=command_id,
            instance_id=instance.id,
            content=content,
            region_id=call.region_id,
            timeout=parameters.number("Timeout") or 60,
            username=parameters.text("Username") or ("root" if instance.os_type == "linux" else "System"),
            resource_group_id=resource_group_id,
            tags=requested_tags(parameters),
        )
        invocations.begin(call.world, result, call.now)
    return {"InvokeId": invoke_id, "CommandId": command_id}


@action("StopInvocation", mutating=True)
def stop_invocation(call: Call) -> Response:
    """Cancel a command on instances where it has not started. A running command goes on."""
    wanted = call.parameters.texts("InstanceId")
    if wanted is not None and len(wanted) > _MAXIMUM_STOPPED_INSTANCES:
        raise TOO_MANY_INSTANCES.error()
    results = call.world.invocation_results.by("invocation", call.parameters.text("InvokeId"))
    if not results:
        raise INVOCATION_NOT_FOUND.error()
    for result in results:
        if result.status == "Pending" and (wanted is None or result.instance_id in wanted):
            invocations.cancel(call.world, result, call.now)
    return {}


def _content(parameters: Parameters) -> str:
    text = parameters.text("CommandContent")
    is_encoded = parameters.text("ContentEncoding").lower() == "base64"
    encoded = text.encode() if is_encoded else base64.b64encode(text.encode())
    if len(encoded) > _MAXIMUM_BASE64_LENGTH:
        raise TOO_LONG.error()
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise refusals.INVALID_PARAMETER.error(name="CommandContent") from None


def _instances(call: Call) -> list[Instance]:
    ids = dict.fromkeys(call.parameters.texts("InstanceId") or ())
    if len(ids) > _MAXIMUM_INSTANCES:
        raise TOO_MANY_INSTANCES.error()
    is_linux = call.parameters.text("Type").lower() == _LINUX_TYPE
    return [_instance(call, instance_id, is_linux) for instance_id in ids]


def _instance(call: Call, instance_id: str, is_linux: bool) -> Instance:
    instance = call.world.instances.get(instance_id)
    if instance is None or instance.region_id != call.region_id:
        raise INSTANCE_NOT_FOUND.error()
    if is_linux != (instance.os_type == "linux"):
        raise OTHER_SYSTEM.error()
    return instance
