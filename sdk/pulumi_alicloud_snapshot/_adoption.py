"""Hands a snapshot that something else took over to a `Snapshot`, for stacks that migrate."""

from __future__ import annotations

import os
from dataclasses import fields
from typing import Any

import pulumi

from ._declared_resource import dynamic_type
from ._properties.snapshot import SnapshotArgs
from ._series import derived_series


def adoption_tags(
    resource_name: str, *, parent: pulumi.Resource | None = None, **arguments: Any
) -> pulumi.Output[dict[str, str]]:
    """Return the tags that make `Snapshot(resource_name, **arguments)` adopt a snapshot instead of taking one.

    `arguments` and `parent` are those that the `Snapshot` will have. Set the returned tags on the resource that manages
    the snapshot now, such as an `alicloud.ecs.EcsSnapshot`, or on the snapshot itself. They include the `tags` among
    `arguments`. When Pulumi creates the `Snapshot`, it adopts the tagged one. Raises TypeError for an unknown argument.
    """
    args = SnapshotArgs(**arguments)
    given = {field.name: getattr(args, field.name) for field in fields(args)}
    if args.series is None:
        given["series"] = derived_series(resource_name, dynamic_type("Snapshot"), parent)
    return pulumi.Output.all(**given).apply(_tags)


def _tags(given: dict[str, Any]) -> dict[str, str]:
    from alicloud_snapshot_provider.adapters.runtime import runtime  # noqa: PLC0415
    from alicloud_snapshot_provider.ecs.settings import resolve_settings  # noqa: PLC0415
    from alicloud_snapshot_provider.snapshots.resource import SnapshotResource  # noqa: PLC0415

    settings = resolve_settings(pulumi.Config("alicloud").get, os.environ)
    known = {name: value for name, value in given.items() if value is not None}
    return SnapshotResource(runtime().regions, settings).adoption_tags(known)
