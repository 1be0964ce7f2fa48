"""Tasks: the work after a call that answers with a TaskId."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ecs_emulator.records.step import Step

TaskStatus = Literal["Processing", "Finished", "Failed"]


@dataclass(frozen=True, slots=True)
class Task:
    """One task on one resource. `finished_time` is None until its end."""

    id: str
    resource_id: str
    region_id: str = ""
    action: Literal["ArchiveSnapshot"] = "ArchiveSnapshot"
    status: TaskStatus = "Processing"
    creation_time: float = 0.0
    finished_time: float | None = None
    sequence: int = 0
    pending: tuple[Step, ...] = ()
