"""DescribeTasks and DescribeTaskAttribute."""

from __future__ import annotations

from collections.abc import Sequence

from ecs_emulator.actions.fields import is_same, time_field
from ecs_emulator.actions.operation_progress import operation_progress_set
from ecs_emulator.actions.paging import page_response
from ecs_emulator.actions.registry import Call, Response, action
from ecs_emulator.records.task import Task
from ecs_emulator.refusals import Refusal

TASK_NOT_FOUND = Refusal("InvalidTaskId.NotFound", 404, "The specified TaskId does not exist.")


@action("DescribeTasks")
def describe_tasks(call: Call) -> Response:
    """List tasks of a region, filtered."""
    found = [task for task in call.world.tasks if _passes(call, task)]
    return {"RegionId": call.region_id, **page_response(call.parameters, found, _list_field)}


@action("DescribeTaskAttribute")
def describe_task_attribute(call: Call) -> Response:
    """Return the progress of one task."""
    task = call.world.tasks.get(call.parameters.text("TaskId"))
    if task is None or task.region_id != call.region_id:
        raise TASK_NOT_FOUND.error()
    return {
        "RegionId": task.region_id,
        "TaskId": task.id,
        "TaskProcess": "0%" if task.status == "Processing" else "100%",
        "TotalCount": 1,
        "SuccessCount": int(task.status == "Finished"),
        "FailedCount": int(task.status == "Failed"),
        **_common_fields(task),
        **operation_progress_set([]),
    }


def _passes(call: Call, task: Task) -> bool:
    ids = call.parameters.text("TaskIds")
    resources = call.parameters.texts("ResourceIds")
    return (
        task.region_id == call.region_id
        and (not ids or task.id in ids.split(","))
        and (resources is None or task.resource_id in resources)
        and is_same(call.parameters, {"TaskAction": task.action, "TaskStatus": task.status})
    )


def _list_field(page: Sequence[Task]) -> dict[str, object]:
    rows = [{"TaskId": task.id, "ResourceId": task.resource_id, **_common_fields(task)} for task in page]
    return {"TaskSet": {"Task": rows}}


def _common_fields(task: Task) -> dict[str, object]:
    return {
        "TaskAction": task.action,
        "TaskStatus": task.status,
        "SupportCancel": "false",
        "CreationTime": time_field(task.creation_time),
        "FinishedTime": time_field(task.finished_time),
    }
