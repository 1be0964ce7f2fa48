"""DescribeInvocationResults."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence

from ecs_emulator.actions.fields import has_tags, is_same, tags_field, time_field
from ecs_emulator.actions.paging import page_response
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.records.invocation_result import InvocationResult, InvocationStatus

_RECORD_STATUSES: Mapping[InvocationStatus, str] = {
    "Pending": "Running",
    "Running": "Running",
    "Success": "Finished",
    "Failed": "Failed",
    "Timeout": "Failed",
    "Error": "Failed",
    "Aborted": "Failed",
    "Cancelled": "Stopped",
}
_MAXIMUM_OUTPUT = 24 * 1024


@action("DescribeInvocationResults")
def describe_invocation_results(call: Call) -> Response:
    """List the results of commands, one for each instance."""
    found = [result for result in _candidates(call) if _passes(call, result)]
    return {"Invocation": page_response(call.parameters, found, lambda page: _list_field(call, page))}


def _candidates(call: Call) -> Iterable[InvocationResult]:
    invoke_id = call.parameters.text("InvokeId")
    table = call.world.invocation_results
    return table.by("invocation", invoke_id) if invoke_id else table


def _passes(call: Call, result: InvocationResult) -> bool:
    wanted = {
        "CommandId": result.command_id,
        "InstanceId": result.instance_id,
        "InvokeRecordStatus": _RECORD_STATUSES[result.status],
        "ResourceGroupId": result.resource_group_id,
    }
    return (
        result.region_id == call.region_id
        and is_same(call.parameters, wanted)
        and has_tags(result.tags, call.parameters)
    )


def _list_field(call: Call, page: Sequence[InvocationResult]) -> dict[str, object]:
    plain = call.parameters.text("ContentEncoding").lower() == "plaintext"
    return {"InvocationResults": {"InvocationResult": [_render(result, plain) for result in page]}}


def _render(result: InvocationResult, plain: bool) -> dict[str, object]:
    exit_code = {} if result.exit_code is None else {"ExitCode": result.exit_code}
    return {
        **exit_code,
        "InvokeId": result.invoke_id,
        "CommandId": result.command_id,
        "InstanceId": result.instance_id,
        "InvocationStatus": result.status,
        "InvokeRecordStatus": _RECORD_STATUSES[result.status],
        "ErrorCode": result.error_code,
        "ErrorInfo": result.error_info,
        "Repeats": int(result.start_time is not None),
        "StartTime": time_field(result.start_time),
        "FinishedTime": time_field(result.finish_time),
        "StopTime": time_field(result.finish_time) if result.status == "Cancelled" else "",
        "Username": result.username,
        "Tags": tags_field(result.tags),
        **_output_fields(result.output.encode(), plain),
    }


def _output_fields(output: bytes, plain: bool) -> dict[str, object]:
    kept = output[:_MAXIMUM_OUTPUT]
    text = kept.decode(errors="replace") if plain else base64.b64encode(kept).decode()
    return {"Output": text, "Dropped": len(output) - len(kept)}
