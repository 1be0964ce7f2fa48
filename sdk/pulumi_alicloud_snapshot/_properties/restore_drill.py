"""What `RestoreDrill` takes and gives. Written by `make schema` from its field table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from pulumi import Input, Output, ResourceOptions

from .._declared_resource import DeclaredResource
from .choices import DiskCategory, Preflight
from .objects import DrillCheckArgs


@dataclass(kw_only=True)
class RestoreDrillArgs:
    """The arguments of `RestoreDrill`."""

    snapshot_id: Input[str] | None = None
    """The snapshot to restore. Give either it or `snapshot_ids`. A change restores again."""
    snapshot_ids: Input[Mapping[str, Input[str]]] | None = None
    """The snapshots to restore and check together, 1 to 16, by disk id. `SnapshotGroup` and `SnapshotSet` have this
    value as their `snapshot_ids`. A change restores again."""
    triggers: Input[Any] | None = None
    """Any JSON value. If it changes, the drill runs again."""
    instance_id: Input[str] | None = None
    """The helper that checks the temporary disks: a running Linux instance with Cloud Assistant. The disks are made in
    its zone. Without a helper the disks are made, but not checked."""
    zone_id: Input[str] | None = None
    """The zone of the temporary disks if there is no `instance_id`. By default it is the zone of the snapshot's
    disk."""
    disk_category: Input[DiskCategory] | None = None
    """The category of the temporary disks. By default cloud_essd, PL0."""
    file_system_check: Input[bool] | None = None
    """Check every file system, and then mount it read-only. Its journal is replayed first, as after a power cut."""
    checks: Mapping[str, DrillCheckArgs | Mapping[str, Any]] | Input[Mapping[str, Any]] | None = None
    """Your own checks, by name. They run in the order of their names. Each gets all disks."""
    series: Input[str] | None = None
    """The name of the drill. By this name it finds temporary disks that an interrupted run left. By default it is made
    from organization, project, stack and URN."""
    region: Input[str] | None = None
    """The region of the disk. By default `alicloud:region`."""
    preflight: Input[Preflight] | None = None
    """What the preview does if ECS would refuse the snapshot. "error" (default): it fails on the property. "warn": it
    only warns. "off": it checks nothing."""


class RestoreDrillKeywords(TypedDict, total=False):
    """`RestoreDrillArgs` as keyword arguments."""

    snapshot_id: Input[str] | None
    snapshot_ids: Input[Mapping[str, Input[str]]] | None
    triggers: Input[Any] | None
    instance_id: Input[str] | None
    zone_id: Input[str] | None
    disk_category: Input[DiskCategory] | None
    file_system_check: Input[bool] | None
    checks: Mapping[str, DrillCheckArgs | Mapping[str, Any]] | Input[Mapping[str, Any]] | None
    series: Input[str] | None
    region: Input[str] | None
    preflight: Input[Preflight] | None


class RestoreDrillOutputs:
    """The outputs of `RestoreDrill`, whichever provider serves it."""

    snapshot_id: Output[str | None]
    snapshot_ids: Output[Mapping[str, str] | None]
    triggers: Output[Any]
    instance_id: Output[str | None]
    zone_id: Output[str | None]
    disk_category: Output[str]
    file_system_check: Output[bool]
    checks: Output[Any]
    series: Output[str]
    region: Output[str]
    preflight: Output[str]
    verified_at: Output[str]
    """When the restore was last proven. ISO 8601, UTC."""
    verified_by: Output[str]
    """The instance that read the disks. It is `disk` if the disks were made and nobody read them."""
    verified_checks: Output[Sequence[str]]
    """The checks that passed."""


class DeclaredRestoreDrill(DeclaredResource, RestoreDrillOutputs):
    """`RestoreDrill`, whichever provider serves it."""

    _noun = "RestoreDrill"
    _outputs = RestoreDrillOutputs

    def __init__(
        self,
        resource_name: str,
        args: RestoreDrillArgs | None = None,
        opts: ResourceOptions | None = None,
        **arguments: Unpack[RestoreDrillKeywords],
    ) -> None:
        """Declare a `RestoreDrill`, with `RestoreDrillArgs` or with the same names as keyword arguments.

        Raises ValueError for `delete_before_replace`: the old one would be gone before the new one exists.
        """
        self._declare(resource_name, args or RestoreDrillArgs(**arguments), opts)
