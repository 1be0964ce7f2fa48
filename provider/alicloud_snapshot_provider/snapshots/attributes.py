"""Brings what ECS can modify in place to what is declared: name, description, retention, tags, resource group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..clock import Clock
from ..ecs.models import SnapshotInfo
from ..ledger.intent import SCOPE_TAG, SERIES_TAG, scope_of, user_tags
from ..ledger.records import EcsRecords, R, SnapshotRecords
from ..waiting.retry import retry_while_busy


@dataclass(frozen=True, slots=True)
class Attributes:
    """The declared attributes of a snapshot.

    None means "not declared": what ECS has then stays. Only a description goes, since ECS never gives one by itself.
    """

    series: str
    snapshot_name: str | None = None
    description: str | None = None
    retention_days: int | None = None
    resource_group_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


async def converge(
    records: SnapshotRecords, clock: Clock, info: SnapshotInfo, wanted: Attributes, *, patience: float
) -> bool:
    """Make the calls that bring `info` to `wanted`, and tell whether there were any.

    ECS refuses a new retention until the snapshot is accomplished; that is waited out for `patience` seconds.
    """
    changes = [
        await converge_record(records, info, wanted),
        await _resource_group(records, info, wanted),
        await _retention(records, clock, info, wanted, patience),
    ]
    return any(changes)


async def converge_record(records: EcsRecords[R], info: R, wanted: Attributes) -> bool:
    """Bring name, description and tags, which every kind of record has, to `wanted`; tell whether that took a call."""
    changes = [await _name_and_description(records, info, wanted), await _tags(records, info, wanted)]
    return any(changes)


async def _name_and_description(records: EcsRecords[R], info: R, wanted: Attributes) -> bool:
    name = wanted.snapshot_name if wanted.snapshot_name not in {None, info.record_name} else None
    declared = wanted.description or ""
    description = declared if declared != info.description else None
    if name is None and description is None:
        return False
    await records.modify(info.record_id, name=name, description=description)
    return True


async def _resource_group(records: SnapshotRecords, info: SnapshotInfo, wanted: Attributes) -> bool:
    if wanted.resource_group_id in {None, info.resource_group_id}:
        return False
    await records.client.join_resource_group(info.snapshot_id, str(wanted.resource_group_id))
    return True


async def _tags(records: EcsRecords[R], info: R, wanted: Attributes) -> bool:
    declared = {**wanted.tags, SERIES_TAG: wanted.series, SCOPE_TAG: scope_of(wanted.series)}
    missing = {key: value for key, value in declared.items() if info.tags.get(key) != value}
    surplus = sorted(set(user_tags(info.tags)) - set(wanted.tags))
    if surplus:
        await records.untag([info.record_id], surplus)
    if missing:
        await records.tag([info.record_id], missing)
    return bool(missing or surplus)


async def _retention(
    records: SnapshotRecords, clock: Clock, info: SnapshotInfo, wanted: Attributes, patience: float
) -> bool:
    if wanted.retention_days in {None, info.retention_days}:
        return False
    await retry_while_busy(
        clock,
        lambda: records.client.modify_snapshot(info.snapshot_id, retention_days=wanted.retention_days),
        patience=patience,
    )
    return True
