"""The records that carry the ledger's tags: snapshots and groups. One class for each kind asks ECS about them."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar, Generic, Protocol, TypeVar

from ..ecs.client import EcsClient, TaggedKind
from ..ecs.models import SnapshotGroupInfo, SnapshotInfo
from ..waiting.batch import BatchedLookup


class Recorded(Protocol):
    """A snapshot, a group or a set."""

    @property
    def record_id(self) -> str: ...
    @property
    def record_name(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def accomplished(self) -> bool: ...
    @property
    def failed(self) -> bool: ...
    @property
    def cut_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def source_disks(self) -> Collection[str]: ...
    @property
    def tags(self) -> Mapping[str, str]: ...


R = TypeVar("R", bound=Recorded)


class Records(Protocol[R]):
    """All records of one kind in one region. Each call raises the error of ECS."""

    kind: ClassVar[str]
    client: EcsClient

    async def get(self, record_id: str) -> R | None:
        """Return the record, or None if ECS does not list it."""

    async def reload(self, record: R) -> R | None:
        """Return the current state of a record, or None if ECS does not list it."""

    async def with_tags(self, tags: Mapping[str, str]) -> list[R]:
        """Return the records that have all `tags`."""

    async def mark(self, records: Sequence[R], tags: Mapping[str, str]) -> None:
        """Set tags on at most 50 records."""

    async def unmark(self, record: R, keys: Sequence[str]) -> None:
        """Remove tags from a record. A missing tag is no error."""


class EcsRecords(ABC, Generic[R]):
    """The records that ECS knows by an id. A set is none: ECS only knows its members."""

    kind: ClassVar[str]
    resource_type: ClassVar[TaggedKind]

    def __init__(self, client: EcsClient, snapshots: BatchedLookup[SnapshotInfo]) -> None:
        self.client = client
        self._snapshots = snapshots

    @abstractmethod
    async def get(self, record_id: str) -> R | None:
        """Return the record, or None if ECS does not list it."""

    @abstractmethod
    async def with_tags(self, tags: Mapping[str, str]) -> list[R]:
        """Return the records that have all `tags`."""

    @abstractmethod
    async def modify(self, record_id: str, *, name: str | None, description: str | None) -> None:
        """Change what is not None."""

    @abstractmethod
    async def delete(self, record_id: str) -> None:
        """Delete a record that no state holds."""

    async def reload(self, record: R) -> R | None:
        return await self.get(record.record_id)

    async def tag(self, record_ids: Sequence[str], tags: Mapping[str, str]) -> None:
        """Set tags on at most 50 records. A tag with the same key gets the new value."""
        await self.client.tag(self.resource_type, record_ids, tags)

    async def untag(self, record_ids: Sequence[str], keys: Sequence[str]) -> None:
        """Remove tags from at most 50 records. A missing tag is no error."""
        await self.client.untag(self.resource_type, record_ids, keys)

    async def mark(self, records: Sequence[R], tags: Mapping[str, str]) -> None:
        await self.tag([each.record_id for each in records], tags)

    async def unmark(self, record: R, keys: Sequence[str]) -> None:
        await self.untag([record.record_id], keys)


class SnapshotRecords(EcsRecords[SnapshotInfo]):
    """The snapshots of a region."""

    kind = "snapshot"
    resource_type = "snapshot"

    async def get(self, record_id: str) -> SnapshotInfo | None:
        return await self._snapshots.get(record_id)

    async def with_tags(self, tags: Mapping[str, str]) -> list[SnapshotInfo]:
        return await self.client.snapshots_by_tags(tags)

    async def modify(self, record_id: str, *, name: str | None, description: str | None) -> None:
        await self.client.modify_snapshot(record_id, snapshot_name=name, description=description)

    async def delete(self, record_id: str) -> None:
        await self.client.delete_snapshot(record_id)


class SnapshotGroupRecords(EcsRecords[SnapshotGroupInfo]):
    """The snapshot-consistent groups of a region. The group has the ledger's tags, its members have none."""

    kind = "snapshot group"
    resource_type = "snapshotgroup"

    async def get(self, record_id: str) -> SnapshotGroupInfo | None:
        found = await self.client.snapshot_groups_by_id([record_id])
        return await self._with_failure(found[0]) if found else None

    async def with_tags(self, tags: Mapping[str, str]) -> list[SnapshotGroupInfo]:
        found = await self.client.snapshot_groups_by_tags(tags)
        return list(await asyncio.gather(*map(self._with_failure, found)))

    async def modify(self, record_id: str, *, name: str | None, description: str | None) -> None:
        await self.client.modify_snapshot_group(record_id, name=name, description=description)

    async def delete(self, record_id: str) -> None:
        await self.client.delete_snapshot_group(record_id)

    async def _with_failure(self, group: SnapshotGroupInfo) -> SnapshotGroupInfo:
        """Set the status to failed if a member failed. ECS shows "progressing" until the last member has ended."""
        if group.status != "progressing":
            return group
        members = await asyncio.gather(*map(self._snapshots.get, group.snapshot_ids.values()))
        return replace(group, status="failed") if any(each and each.failed for each in members) else group
