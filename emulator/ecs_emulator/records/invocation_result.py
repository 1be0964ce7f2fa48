"""The result of a Cloud Assistant command on one instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ecs_emulator.records.step import Step

InvocationStatus = Literal["Pending", "Running", "Success", "Failed", "Timeout", "Error", "Aborted", "Cancelled"]
UNFINISHED: frozenset[InvocationStatus] = frozenset({"Pending", "Running"})


@dataclass(frozen=True, slots=True)
class InvocationResult:
    """One run of a command on one instance.

    `timeout` is in seconds. `exit_code` is None if the command did not end by itself.
    """

    id: str
    invoke_id: str
    command_id: str
    instance_id: str
    content: str
    region_id: str = ""
    timeout: int = 60
    username: str = "root"
    status: InvocationStatus = "Pending"
    exit_code: int | None = None
    output: str = ""
    error_code: str = ""
    error_info: str = ""
    creation_time: float = 0.0
    start_time: float | None = None
    finish_time: float | None = None
    resource_group_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    sequence: int = 0
    pending: tuple[Step, ...] = ()
