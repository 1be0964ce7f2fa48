"""Looking snapshots up: which there are, and which one to go back to."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pulumi

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

    `series` is that of a `Snapshot` or guard; `guarded` is the name of a resource of this stack whose guard took
    them. `most_recent` returns only the newest. The call is read-only and made in previews too. Raises ValueError
    without any filter.
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
    """Return the newest snapshot that matches the filters of `get_snapshots`. Raises LookupError where none does."""
    found = get_snapshots(most_recent=True, **filters)
    if not found:
        named = ", ".join(f"{name}={value!r}" for name, value in filters.items())
        raise LookupError(f"no snapshot matches {named}: correct the filters or the region")
    return found[0]


def get_snapshots_output(**filters: pulumi.Input[Any]) -> pulumi.Output[list[SnapshotInfo]]:
    """Do what `get_snapshots` does, for filters that are outputs of other resources."""
    return pulumi.Output.all(**filters).apply(lambda known: get_snapshots(**known))


def restore_from(guarded: str, *, disk_id: str | None = None, region: str | None = None) -> str:
    """Return the id of the newest accomplished snapshot that the guard of a resource of this stack took.

    `guarded` is the resource's name; `disk_id` chooses where it is an instance with several disks. Raises
    LookupError where there is none.
    """
    return get_snapshot(guarded=guarded, disk_id=disk_id, status="accomplished", region=region).snapshot_id
