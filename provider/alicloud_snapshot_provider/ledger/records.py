"""What carries the ledger's tags, a snapshot or a group of them, and how ECS is asked about each kind."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar, Generic, Protocol, TypeVar

from ..ecs.client import EcsClient, TaggedKind
from ..ecs.models import SnapshotGroupInfo, SnapshotInfo
from ..waiting.batch import BatchedLookup


class Recorded(Protocol):
    """A snapshot, or a group of them."""

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
    """All records of one kind in one region. Each call raises what ECS answers."""

    kind: ClassVar[str]
    client: EcsClient

    async def get(self, record_id: str) -> R | None:
        """Return the record, None where ECS does not list it."""

    async def reload(self, record: R) -> R | None:
        """Return a record as it is now, None where ECS does not list it."""

    async def with_tags(self, tags: Mapping[str, str]) -> list[R]:
        """Return the records with all of `tags`."""

    async def mark(self, records: Sequence[R], tags: Mapping[str, str]) -> None:
        """Set tags of at most 50 records, without looking them up."""

    async def unmark(self, record: R, keys: Sequence[str]) -> None:
        """Remove tags of a record, without looking it up."""


class EcsRecords(Records[R], Protocol[R]):
    """All records of a kind that ECS has itself: snapshots and groups, not sets."""

    async def modify(self, record_id: str, *, name: str | None, description: str | None) -> None:
        """Change what is not None."""

    async def tag(self, record_ids: Sequence[str], tags: Mapping[str, str]) -> None:
        """Set tags. Existing ones with the same key are overwritten."""

    async def untag(self, record_ids: Sequence[str], keys: Sequence[str]) -> None:
        """Remove tags. A missing one is no error."""

    async def delete(self, record_id: str) -> None:
        """Delete a record that no state knows."""


class _TaggedById(Generic[R]):
    """Records whose ids ECS takes in the calls for tags, as those of `resource_type`."""

    resource_type: ClassVar[TaggedKind]

    def __init__(self, client: EcsClient) -> None:
        self.client = client

    async def tag(self, record_ids: Sequence[str], tags: Mapping[str, str]) -> None:
        await self.client.tag(self.resource_type, record_ids, tags)

    async def untag(self, record_ids: Sequence[str], keys: Sequence[str]) -> None:
        await self.client.untag(self.resource_type, record_ids, keys)

    async def mark(self, records: Sequence[R], tags: Mapping[str, str]) -> None:
        await self.tag([each.record_id for each in records], tags)

    async def unmark(self, record: R, keys: Sequence[str]) -> None:
        await self.untag([record.record_id], keys)


class SnapshotRecords(_TaggedById[SnapshotInfo]):
    """The snapshots of a region."""

    kind: ClassVar[str] = "snapshot"
    resource_type: ClassVar[TaggedKind] = "snapshot"

    def __init__(self, client: EcsClient, lookup: BatchedLookup[SnapshotInfo]) -> None:
        super().__init__(client)
        self._lookup = lookup

    async def get(self, record_id: str) -> SnapshotInfo | None:
        return await self._lookup.get(record_id)

    async def reload(self, record: SnapshotInfo) -> SnapshotInfo | None:
        return await self.get(record.record_id)

    async def with_tags(self, tags: Mapping[str, str]) -> list[SnapshotInfo]:
        return await self.client.snapshots_by_tags(tags)

    async def modify(self, record_id: str, *, name: str | None, description: str | None) -> None:
        await self.client.modify_snapshot(record_id, snapshot_name=name, description=description)

    async def delete(self, record_id: str) -> None:
        await self.client.delete_snapshot(record_id)


class SnapshotGroupRecords(_TaggedById[SnapshotGroupInfo]):
    """The snapshot-consistent groups of a region. The ledger's tags are on the group, not on its members."""

    kind: ClassVar[str] = "snapshot group"
    resource_type: ClassVar[TaggedKind] = "snapshotgroup"

    def __init__(self, client: EcsClient, snapshots: BatchedLookup[SnapshotInfo]) -> None:
        super().__init__(client)
        self._snapshots = snapshots

    async def get(self, record_id: str) -> SnapshotGroupInfo | None:
        found = await self.client.snapshot_groups_by_id([record_id])
        return await self._judged(found[0]) if found else None

    async def reload(self, record: SnapshotGroupInfo) -> SnapshotGroupInfo | None:
        return await self.get(record.record_id)

    async def with_tags(self, tags: Mapping[str, str]) -> list[SnapshotGroupInfo]:
        found = await self.client.snapshot_groups_by_tags(tags)
        return list(await asyncio.gather(*map(self._judged, found)))

    async def modify(self, record_id: str, *, name: str | None, description: str | None) -> None:
        await self.client.modify_snapshot_group(record_id, name=name, description=description)

    async def delete(self, record_id: str) -> None:
        await self.client.delete_snapshot_group(record_id)

    async def _judged(self, group: SnapshotGroupInfo) -> SnapshotGroupInfo:
        """Return the group as failed where a member is: ECS shows it as progressing until the last member has ended."""
        if group.status != "progressing":
            return group
        members = await asyncio.gather(*map(self._snapshots.get, group.snapshot_ids.values()))
        return replace(group, status="failed") if any(each and each.failed for each in members) else group
