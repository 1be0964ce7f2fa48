"""What `RestoreDrill` takes and gives. Written by `make schema` from its field table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from pulumi import Input, Output

from .._drill_check import DrillCheckArgs
from .choices import DiskCategory, Preflight


@dataclass(kw_only=True)
class RestoreDrillArgs:
    """The arguments of `RestoreDrill`."""

    snapshot_id: Input[str] | None = None
    """The snapshot to restore. A change restores again. Either it or `snapshot_ids`."""
    snapshot_ids: Input[Mapping[str, Input[str]]] | None = None
    """1 to 16 snapshots to restore and check together, by disk id: the `snapshot_ids` of a `SnapshotGroup` or
    `SnapshotSet`. A change restores again."""
    triggers: Input[Any] | None = None
    """Any JSON value; when it changes, the drill runs again."""
    instance_id: Input[str] | None = None
    """The helper: a running Linux instance with Cloud Assistant, which checks the temporary disks. They are made in its
    zone. Without a helper the disks are only made."""
    zone_id: Input[str] | None = None
    """Without `instance_id`: the zone of the temporary disks; that of the snapshot's disk by default."""
    disk_category: Input[DiskCategory] | None = None
    """The category of the temporary disks; cloud_essd, PL0, by default."""
    file_system_check: Input[bool] | None = None
    """Replay the journal of every file system, as after a power cut. Then check it and mount it read-only."""
    checks: Mapping[str, DrillCheckArgs | Mapping[str, Any]] | Input[Mapping[str, Any]] | None = None
    """Checks of your own, by name. They run in the order of their names, each with all disks."""
    series: Input[str] | None = None
    """The name of the drill. By it a run finds the disks of a dead run. By default it is derived from organization,
    project, stack and URN."""
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
    """When a restore was last proven, ISO 8601, UTC."""
    verified_by: Output[str]
    """The instance that read the disks; `disk` if they were only made and nobody read them."""
    verified_checks: Output[Sequence[str]]
    """The checks that passed."""
