"""Everything that exists in the emulated cloud."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ecs_emulator.identifiers import resource_id
from ecs_emulator.records.access_key import AccessKey
from ecs_emulator.records.auto_snapshot_policy import AutoSnapshotPolicy, PolicyAssociation
from ecs_emulator.records.command_script import CommandScript
from ecs_emulator.records.counter import Counter
from ecs_emulator.records.disk import Disk
from ecs_emulator.records.image import Image
from ecs_emulator.records.instance import Instance
from ecs_emulator.records.invocation_result import InvocationResult
from ecs_emulator.records.region import Region
from ecs_emulator.records.reply import Reply
from ecs_emulator.records.resource_group import ResourceGroup
from ecs_emulator.records.settings import Settings
from ecs_emulator.records.snapshot import Snapshot
from ecs_emulator.records.snapshot_group import SnapshotGroup
from ecs_emulator.records.step import Step
from ecs_emulator.records.task import Task
from ecs_emulator.tables import Record, Table

LivingRecord = Instance | Disk | Snapshot | Image | Task | InvocationResult | AutoSnapshotPolicy
TaggedRecord = Instance | Disk | Snapshot | Image | SnapshotGroup | AutoSnapshotPolicy


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a resource, by itself or by a call, at an emulated time."""

    name: str
    id: str
    time: float
    details: Mapping[str, object] = field(default_factory=dict)


class World:
    """All records, the agenda of the next steps, and the events since somebody last took them.

    Nothing happens by itself: `due` returns what is due, and `lifecycle.settle` does it.
    """

    def __init__(self) -> None:
        self.instances = Table(Instance, {"image": lambda instance: (instance.image_id,)})
        self.disks = Table(
            Disk,
            {
                "instance": lambda disk: (disk.instance_id,),
                "snapshot": lambda disk: (disk.source_snapshot_id,),
            },
        )
        self.snapshots = Table(
            Snapshot,
            {
                "disk": lambda snapshot: (snapshot.disk_id,),
                "progressing": _being_taken_of,
                "chain": lambda snapshot: (snapshot.chain_id,),
                "group": lambda snapshot: (snapshot.group_id,) if snapshot.group_id else (),
                "source": lambda snapshot: (snapshot.source_snapshot_id,) if snapshot.is_copy else (),
                "tag": lambda snapshot: tag_keys(snapshot.tags),
            },
        )
        self.snapshot_groups = Table(SnapshotGroup)
        self.auto_snapshot_policies = Table(AutoSnapshotPolicy)
        self.policy_associations = Table(
            PolicyAssociation,
            {
                "policy": lambda association: (association.policy_id,),
                "disk": lambda association: (association.disk_id,),
            },
        )
        self.images = Table(Image, {"snapshot": lambda image: image.snapshot_ids, "name": lambda image: (image.name,)})
        self.tasks = Table(Task, {"resource": lambda task: (task.resource_id,)})
        self.invocation_results = Table(
            InvocationResult,
            {
                "invocation": lambda result: (result.invoke_id,),
                "instance": lambda result: (result.instance_id,),
            },
        )
        self.command_scripts = Table(CommandScript)
        self.regions = Table(Region)
        self.resource_groups = Table(ResourceGroup)
        self.access_keys = Table(AccessKey)
        self.replies = Table(Reply)
        self.counters = Table(Counter)
        self._settings = Table(Settings)
        self._settings.put(Settings())
        self._by_type = {table.record_type: table for table in self.tables.values()}
        self._agenda: list[tuple[float, int, str, Step]] = []
        self._events: list[Event] = []

    @property
    def settings(self) -> Settings:
        """Durations, quotas and choices."""
        return self._settings["settings"]

    @property
    def tables(self) -> Mapping[str, Table[Any]]:
        """Every table by the name of its noun."""
        return {
            "settings": self._settings,
            "regions": self.regions,
            "resource_groups": self.resource_groups,
            "access_keys": self.access_keys,
            "instances": self.instances,
            "disks": self.disks,
            "snapshots": self.snapshots,
            "snapshot_groups": self.snapshot_groups,
            "auto_snapshot_policies": self.auto_snapshot_policies,
            "policy_associations": self.policy_associations,
            "images": self.images,
            "tasks": self.tasks,
            "invocation_results": self.invocation_results,
            "command_scripts": self.command_scripts,
            "replies": self.replies,
            "counters": self.counters,
        }

    def put(self, record: Record) -> None:
        """Add or replace a record, and put its next steps on the agenda."""
        self._by_type[type(record)].put(record)
        if isinstance(record, LivingRecord) and record.pending:
            step = record.pending[0]
            heapq.heappush(self._agenda, (step.at, record.sequence, record.id, step))

    def remove(self, record: Record) -> None:
        self._by_type[type(record)].remove(record.id)

    def due(self, now: float) -> LivingRecord | None:
        """Return the record with the first step that is due at `now`, or None."""
        while self._agenda and self._agenda[0][0] <= now:
            *_, record_id, step = heapq.heappop(self._agenda)
            record = self._living(record_id)
            if record is not None and record.pending[:1] == (step,):
                return record
        return None

    def count(self, name: str) -> int:
        """Return the next number of the counter `name`, from 1."""
        counter = self.counters.get(name) or Counter(name)
        self.put(replace(counter, value=counter.value + 1))
        return counter.value + 1

    def new_identity(self, prefix: str, region_id: str) -> tuple[str, int]:
        """Return the id and the sequence number for the next resource."""
        sequence = self.count("resources")
        return resource_id(prefix, region_id, sequence), sequence

    def emit(self, name: str, record_id: str, at: float, **details: object) -> None:
        """Record an event."""
        self._events.append(Event(name, record_id, at, details))

    def take_events(self) -> list[Event]:
        """Return the events since the last call."""
        events, self._events = self._events, []
        return events

    def _living(self, record_id: str) -> LivingRecord | None:
        return (
            self.snapshots.get(record_id)
            or self.disks.get(record_id)
            or self.instances.get(record_id)
            or self.images.get(record_id)
            or self.invocation_results.get(record_id)
            or self.tasks.get(record_id)
            or self.auto_snapshot_policies.get(record_id)
        )


def _being_taken_of(snapshot: Snapshot) -> tuple[str, ...]:
    return (snapshot.disk_id,) if snapshot.is_progressing and not snapshot.is_copy else ()


def tag_keys(tags: Mapping[str, str]) -> Iterable[str]:
    """Return the index keys of tags: each key alone, and each key with its value."""
    for key, value in tags.items():
        yield tag_key(key, None)
        yield tag_key(key, value)


def tag_key(key: str, value: str | None) -> str:
    """Return the index key of one tag. None means any value."""
    return key if value is None else f"{key}\0{value}"
