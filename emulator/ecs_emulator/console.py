"""Everything that a test may want to see or change without the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ecs_emulator.clock import SteppableClock
from ecs_emulator.faults.rule import FaultRule
from ecs_emulator.lifecycle import instances, snapshots
from ecs_emulator.log import CallEntry, EventEntry
from ecs_emulator.records.codec import encode
from ecs_emulator.records.instance import InstanceStatus
from ecs_emulator.seed import Seed, plant
from ecs_emulator.service import Service
from ecs_emulator.tables import R, Table


class UnknownIdError(LookupError):
    """A control call names something that does not exist in the world."""


class Console:
    """The methods of the control interface and of the in-process emulator. Every thread may use them."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def now(self) -> float:
        """Do everything that is due, and return the emulated time."""
        return self._service.settle()

    def advance(self, seconds: float) -> float:
        """Move the emulated time forward, and return it. Raises ValueError if the clock cannot move."""
        clock = self._service.clock
        if not isinstance(clock, SteppableClock):
            raise ValueError("This clock cannot be moved. Start the emulator with a manual clock.")
        with self._service.lock:
            clock.advance(seconds)
            return self._service.settle()

    def add_seed(self, seed: Seed) -> None:
        """Add more to the world. Raises RecordError for an impossible entry."""
        with self._service.lock:
            plant(self._service.world, seed, self.now())
            self._service.record()

    def describe_world(self) -> dict[str, Any]:
        """Return every record as plain data, without secrets."""
        with self._service.lock:
            self.now()
            tables = self._service.world.tables
            nouns = {noun: [encode(record) for record in table] for noun, table in tables.items() if noun != "replies"}
        nouns["access_keys"] = [{"id": key["id"]} for key in nouns["access_keys"]]
        return nouns

    def entries(self, since: int = 0) -> list[dict[str, Any]]:
        """Return the calls and events after number `since`, as plain data."""
        with self._service.lock:
            self.now()
            return self._service.log.since(since)

    def calls(self, action: str | None = None, mutating: bool | None = None) -> list[CallEntry]:
        """Return the calls so far, or only those of an action, or only those that may change the world."""
        with self._service.lock:
            return self._service.log.calls(action, mutating)

    def events(self, name: str | None = None) -> list[EventEntry]:
        """Return the events so far, or only those with a name such as `snapshot.accomplished`."""
        with self._service.lock:
            self.now()
            return self._service.log.events(name)

    def counts(self) -> dict[str, int]:
        """Return how often each action was called."""
        with self._service.lock:
            return self._service.log.counts()

    def clear_log(self) -> None:
        with self._service.lock:
            self._service.log.clear()

    def add_faults(self, *rules: Mapping[str, Any]) -> list[FaultRule]:
        """Add fault rules (see `FaultRule`). Raises RecordError for an impossible rule."""
        with self._service.lock:
            return [self._service.faults.add(rule, self.now()) for rule in rules]

    def clear_faults(self) -> None:
        with self._service.lock:
            self._service.faults.clear()

    def write_disk(self, disk_id: str, gib: float) -> None:
        """Write `gib` GiB to a disk."""
        if gib <= 0:
            raise ValueError(f"{gib} GiB cannot be written. Give more than 0.")
        with self._service.lock:
            self.now()
            disk = _existing(self._service.world.disks, disk_id)
            self._service.world.put(disk.written(gib))
            self._service.record()

    def change_instance(
        self,
        instance_id: str,
        status: InstanceStatus | None = None,
        lock: str | None = None,
        agent_online: bool | None = None,
    ) -> None:
        """Set an instance's status, its lock (`security`, …; an empty text unlocks it), or if its agent answers."""
        with self._service.lock:
            now = self.now()
            instance = _existing(self._service.world.instances, instance_id)
            if lock is not None:
                instance = replace(instance, locks=(lock,) if lock else ())
            if agent_online is not None:
                instance = replace(instance, agent_online=agent_online)
            self._service.world.put(instance)
            if status is not None:
                instances.settled_as(self._service.world, instance, status, now)
            self._service.record()

    def fail_snapshot(self, snapshot_id: str) -> None:
        """Make a snapshot in progress fail now."""
        with self._service.lock:
            now = self.now()
            snapshot = _existing(self._service.world.snapshots, snapshot_id)
            if not snapshot.is_progressing:
                raise ValueError(f"{snapshot_id} is {snapshot.status}. Only a progressing snapshot can fail.")
            snapshots.fail(self._service.world, snapshot, now)
            self._service.record()


def _existing(table: Table[R], record_id: str) -> R:
    record = table.get(record_id)
    if record is None:
        raise UnknownIdError(f"There is no `{record_id}` in the emulated world. Look it up in GET world.")
    return record
