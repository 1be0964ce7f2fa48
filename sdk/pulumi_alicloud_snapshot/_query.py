"""Finds snapshots for a program: all that match, the newest one, or the one to restore from."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pulumi

from alicloud_snapshot_provider.adapters.declaration_error import DeclarationError

if TYPE_CHECKING:
    from alicloud_snapshot_provider.ecs.models import SnapshotInfo


def get_snapshots(
    *,
    ids: Sequence[str] | None = None,
    disk_id: str | None = None,
    series: str | None = None,
    guarded: str | None = None,
    tags: Mapping[str, str] | None = None,
    status: str | None = None,
    most_recent: bool = False,
    region: str | None = None,
) -> list[SnapshotInfo]:
    """Return the snapshots that match every given filter, newest first.

    `series` is the series of a `Snapshot` or of a guard. `guarded` is the name of a resource of this stack: it finds
    what the resource's guard took. `most_recent` returns only the newest one. The call only reads, also in previews.
    Raises ValueError if there is no filter.
    """
    from alicloud_snapshot_provider.adapters.runtime import runtime  # noqa: PLC0415
    from alicloud_snapshot_provider.ecs.settings import resolve_settings  # noqa: PLC0415
    from alicloud_snapshot_provider.snapshots.query import Query, find_snapshots  # noqa: PLC0415

    scope = f"{pulumi.get_project()}/{pulumi.get_stack()}" if guarded else None
    query = Query(tuple(ids or ()), disk_id, series, scope, guarded, dict(tags or {}), status)
    settings = resolve_settings(pulumi.Config("alicloud").get, os.environ).in_region(region or "")
    found = runtime().run(find_snapshots(runtime().regions.of(settings), query))
    return found[:1] if most_recent else found


def get_snapshot(**filters: Any) -> SnapshotInfo:
    """Return the newest snapshot that matches the filters of `get_snapshots`. Raises LookupError if none matches."""
    found = get_snapshots(most_recent=True, **filters)
    if not found:
        named = ", ".join(f"{name}={value!r}" for name, value in filters.items())
        raise LookupError(f"no snapshot matches {named}: correct the filters or the region")
    return found[0]


def get_snapshots_output(**filters: pulumi.Input[Any]) -> pulumi.Output[list[SnapshotInfo]]:
    """Do the same as `get_snapshots`, but take filters that are outputs of other resources."""
    return pulumi.Output.all(**filters).apply(lambda known: get_snapshots(**known))


def restore_from(
    guarded: str, *, at: str | datetime | None = None, disk_id: str | None = None, region: str | None = None
) -> str:
    """Return the id of the newest accomplished snapshot that a guard of this stack took.

    `guarded` is the name of the guarded resource. If that is an instance with several disks, `disk_id` chooses one.
    `at` is a time with its offset, such as "2026-11-01T03:00+08:00". It chooses the newest snapshot that was cut at
    that time or before. Raises LookupError if there is no such snapshot, and ValueError if `at` has no offset.
    """
    moment = _moment(at)
    found = get_snapshots(guarded=guarded, disk_id=disk_id, status="accomplished", region=region)
    early = [each for each in found if moment is None or (each.cut_at is not None and each.cut_at <= moment)]
    if early:
        return early[0].snapshot_id
    if found:
        oldest = found[-1].creation_time
        raise LookupError(f"no snapshot of {guarded} was cut at {at} or before: the oldest is of {oldest}, correct at")
    raise LookupError(f"no guard of {guarded} has an accomplished snapshot: correct the name, disk_id or region")


def _moment(at: str | datetime | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    except ValueError:
        moment = None
    if at is not None and (moment is None or moment.tzinfo is None):
        raise DeclarationError(
            f"at must be a time with its offset, such as 2026-11-01T03:00+08:00, got {at!r}: correct it"
        )
    return moment
