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
    """The snapshot to restore. A change restores again. Either it or `snapshot_ids`."""
    snapshot_ids: Input[Mapping[str, Input[str]]] | None = None
    """Several snapshots to restore and check together, 1 to 16, by disk id: what a `SnapshotGroup` or `SnapshotSet`
    gives as its `snapshot_ids`. A change restores again."""
    triggers: Input[Any] | None = None
    """Any JSON value; when it changes, the drill runs again."""
    instance_id: Input[str] | None = None
    """The helper: a running Linux instance with Cloud Assistant, in whose zone the temporary disks are made and which
    checks them. Without one the disks are only made."""
    zone_id: Input[str] | None = None
    """Without `instance_id`: the zone of the temporary disks; that of the snapshot's disk by default."""
    disk_category: Input[DiskCategory] | None = None
    """The category of the temporary disks; cloud_essd, PL0, by default."""
    file_system_check: Input[bool] | None = None
    """Check every file system and mount it read-only, once its journal is replayed, as after a power cut."""
    checks: Mapping[str, DrillCheckArgs | Mapping[str, Any]] | Input[Mapping[str, Any]] | None = None
    """Checks of your own, by name, in the order of their names, each with all disks."""
    series: Input[str] | None = None
    """The name of the drill, by which it finds the disks that a run left which died. Derived from organization,
    project, stack and URN by default."""
    region: Input[str] | None = None
    """The region of the disk; `alicloud:region` by default."""
    preflight: Input[Preflight] | None = None
    """What the preview does if ECS would refuse the snapshot: "error" (default) fails on the property, "warn" only
    warns, "off" asks nothing."""


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
    """When the restore was proven last, ISO 8601, UTC."""
    verified_by: Output[str]
    """The instance that read the disks; `disk` where they were only made and none read them."""
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
