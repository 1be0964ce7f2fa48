"""Arguments that several resources have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pulumi import Input

from ._freeze import FreezeArgs

WaitUntil = Literal["accomplished", "available"]
Preflight = Literal["error", "warn", "off"]
DeletionPolicy = Literal["delete", "retain"]


@dataclass(kw_only=True)
class SeriesArgs:
    """The arguments of whatever is recorded in a series."""

    description: Input[str] | None = None
    """2 to 256 characters."""
    tags: Input[Mapping[str, Input[str]]] | None = None
    """Tags of your own, at most 15; five more record the series."""
    resource_group_id: Input[str] | None = None
    """The resource group. By default ECS decides."""
    triggers: Input[Any] | None = None
    """Any JSON value; when it changes, a new one is taken before the old one is retired."""
    series: Input[str] | None = None
    """Where successive ones are recorded. Derived from organization, project, stack and URN by default."""
    preflight: Input[Preflight] | None = None
    """What the preview does with what ECS would refuse: "error" (default), "warn", or "off", which makes no call."""
    keep_last: Input[int] | None = None
    """How many accomplished ones of the series stay when one is replaced, the newest first; 1 by default."""
    deletion_policy: Input[DeletionPolicy] | None = None
    """What destroying does with the whole series: "delete" (default) or "retain"; takes effect after the next up."""
    force_delete: Input[bool] | None = None
    """Delete even where a disk was made from a snapshot; such a disk can then never be re-initialised."""


@dataclass(kw_only=True)
class CutArgs(SeriesArgs):
    """The arguments of whatever is cut from disks."""

    wait_until: Input[WaitUntil] | None = None
    """"accomplished" (default): instances may be stopped or restarted. "available": images and disks can be made."""
    region: Input[str] | None = None
    """The region of the disks; `alicloud:region` by default."""
    window: Input[str] | None = None
    """Maintenance hours with time zone, such as "01:00-05:00 Asia/Shanghai"; the preview warns outside of them."""
    min_age: Input[str] | None = None
    """A duration such as "12h": a younger one of the same inputs that a destroyed resource retained is reused."""
    freeze: FreezeArgs | Input[Mapping[str, Any]] | None = None
    """Commands that freeze the running instances of the disks right before the cut and thaw them right after it."""


@dataclass(kw_only=True)
class KeptArgs:
    """The arguments of whatever ECS can delete by itself, and archive."""

    retention_days: Input[int] | None = None
    """Days after its creation at which ECS deletes the snapshot, 1 to 65536; kept until deleted by default."""
    archive_after: Input[int] | None = None
    """Days, 14 or more, after which the next `pulumi up` archives the snapshot and its history; never by default."""
