"""Updates what ECS can modify in place: name, description, retention, tags, resource group."""

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

    None means "not declared": then the value in ECS stays. Only a description is removed, since ECS never sets one.
    """

    series: str
    snapshot_name: str | None = None
    description: str | None = None
    retention_days: int | None = None
    resource_group_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


async def converge(
    records: SnapshotRecords, clock: Clock, info: SnapshotInfo, declared: Attributes, *, patience: float
) -> bool:
    """Update the attributes of `info` to the declared ones. Tell whether that took a call.

    ECS refuses a new retention until the snapshot is accomplished. The wait for that takes at most `patience` seconds.
    """
    changes = [
        await converge_record(records, info, declared),
        await _resource_group(records, info, declared),
        await _retention(records, clock, info, declared, patience),
    ]
    return any(changes)


async def converge_record(records: EcsRecords[R], info: R, declared: Attributes) -> bool:
    """Update name, description and tags, which every kind of record has. Tell whether that took a call."""
    changes = [await _name_and_description(records, info, declared), await _tags(records, info, declared)]
    return any(changes)


async def _name_and_description(records: EcsRecords[R], info: R, declared: Attributes) -> bool:
    name = declared.snapshot_name if declared.snapshot_name not in {None, info.record_name} else None
    new = declared.description or ""
    description = new if new != info.description else None
    if name is None and description is None:
        return False
    await records.modify(info.record_id, name=name, description=description)
    return True


async def _resource_group(records: SnapshotRecords, info: SnapshotInfo, declared: Attributes) -> bool:
    if declared.resource_group_id in {None, info.resource_group_id}:
        return False
    await records.client.join_resource_group(info.snapshot_id, str(declared.resource_group_id))
    return True


async def _tags(records: EcsRecords[R], info: R, declared: Attributes) -> bool:
    tags = {**declared.tags, SERIES_TAG: declared.series, SCOPE_TAG: scope_of(declared.series)}
    missing = {key: value for key, value in tags.items() if info.tags.get(key) != value}
    surplus = sorted(set(user_tags(info.tags)) - set(declared.tags))
    if surplus:
        await records.untag([info.record_id], surplus)
    if missing:
        await records.tag([info.record_id], missing)
    return bool(missing or surplus)


async def _retention(
    records: SnapshotRecords, clock: Clock, info: SnapshotInfo, declared: Attributes, patience: float
) -> bool:
    if declared.retention_days in {None, info.retention_days}:
        return False
    await retry_while_busy(
        clock,
        lambda: records.client.modify_snapshot(info.snapshot_id, retention_days=declared.retention_days),
        patience=patience,
    )
    return True
