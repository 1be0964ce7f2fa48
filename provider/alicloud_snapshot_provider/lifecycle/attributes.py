"""Brings what ECS can modify in place to what is declared: name, description, retention, tags, resource group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..clock import Clock
from ..ecs.client import EcsClient
from ..ecs.models import SnapshotInfo
from .intent import SCOPE_TAG, SERIES_TAG, scope_of, user_tags
from .patience import when_free


@dataclass(frozen=True, slots=True)
class Attributes:
    """The declared attributes of a snapshot.

    None means "not declared": what ECS has then stays, but for a description, which ECS never gives by itself.
    """

    series: str
    snapshot_name: str | None = None
    description: str | None = None
    retention_days: int | None = None
    resource_group_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


async def converge(client: EcsClient, clock: Clock, info: SnapshotInfo, wanted: Attributes, *, patience: float) -> bool:
    """Make the calls that bring `info` to `wanted`, and tell whether there were any.

    ECS refuses a new retention until the snapshot is accomplished; that is waited out for `patience` seconds.
    """
    changes = [
        await _name_and_description(client, info, wanted),
        await _resource_group(client, info, wanted),
        await _tags(client, info, wanted),
        await _retention(client, clock, info, wanted, patience),
    ]
    return any(changes)


async def _name_and_description(client: EcsClient, info: SnapshotInfo, wanted: Attributes) -> bool:
    name = wanted.snapshot_name if wanted.snapshot_name not in {None, info.snapshot_name} else None
    declared = wanted.description or ""
    description = declared if declared != info.description else None
    if name is None and description is None:
        return False
    await client.modify_snapshot(info.snapshot_id, snapshot_name=name, description=description)
    return True


async def _resource_group(client: EcsClient, info: SnapshotInfo, wanted: Attributes) -> bool:
    if wanted.resource_group_id in {None, info.resource_group_id}:
        return False
    await client.join_resource_group(info.snapshot_id, str(wanted.resource_group_id))
    return True


async def _tags(client: EcsClient, info: SnapshotInfo, wanted: Attributes) -> bool:
    declared = {**wanted.tags, SERIES_TAG: wanted.series, SCOPE_TAG: scope_of(wanted.series)}
    missing = {key: value for key, value in declared.items() if info.tags.get(key) != value}
    surplus = sorted(set(user_tags(info.tags)) - set(wanted.tags))
    if surplus:
        await client.untag_snapshot(info.snapshot_id, surplus)
    if missing:
        await client.tag_snapshot(info.snapshot_id, missing)
    return bool(missing or surplus)


async def _retention(client: EcsClient, clock: Clock, info: SnapshotInfo, wanted: Attributes, patience: float) -> bool:
    if wanted.retention_days in {None, info.retention_days}:
        return False
    await when_free(
        clock,
        lambda: client.modify_snapshot(info.snapshot_id, retention_days=wanted.retention_days),
        patience=patience,
    )
    return True
