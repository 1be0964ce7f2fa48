"""DescribeCloudAssistantStatus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecs_emulator.actions.fields import time_field
from ecs_emulator.actions.paging import Limits, page_response
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.records.instance import Instance
from ecs_emulator.records.invocation_result import UNFINISHED


@action("DescribeCloudAssistantStatus")
def describe_cloud_assistant_status(call: Call) -> Response:
    """Say for each instance if its agent answers."""
    wanted = call.parameters.text("OSType").lower()
    found = [
        instance
        for instance in _candidates(call)
        if instance.region_id == call.region_id and wanted in {"", instance.os_type}
    ]
    return page_response(call.parameters, found, lambda page: _list_field(call, page), Limits(maximum=50))


def _candidates(call: Call) -> Iterable[Instance]:
    table = call.world.instances
    ids = call.parameters.texts("InstanceId")
    if ids is None:
        return table
    return [instance for instance_id in dict.fromkeys(ids) if (instance := table.get(instance_id))]


def _list_field(call: Call, page: Sequence[Instance]) -> dict[str, object]:
    rows = [_render(call, instance) for instance in page]
    return {"InstanceCloudAssistantStatusSet": {"InstanceCloudAssistantStatus": rows}}


def _render(call: Call, instance: Instance) -> dict[str, object]:
    answers = instance.status == "Running" and instance.agent_online
    results = call.world.invocation_results.by("instance", instance.id)
    return {
        "InstanceId": instance.id,
        "OSType": instance.os_type.capitalize(),
        "CloudAssistantStatus": "true" if answers else "false",
        "CloudAssistantVersion": instance.agent_version,
        "LastHeartbeatTime": time_field(call.now if answers else instance.start_time),
        "InvocationCount": len(results),
        "ActiveTaskCount": sum(result.status in UNFINISHED for result in results),
        "LastInvokedTime": time_field(max((result.creation_time for result in results), default=None)),
        "SupportSessionManager": True,
    }
