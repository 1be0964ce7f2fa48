"""Outputs that several resources have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi import Output


class SeriesOutputs:
    """The outputs of whatever is recorded in a series, whichever provider serves it."""

    description: Output[str]
    tags: Output[Mapping[str, str]]
    resource_group_id: Output[str]
    triggers: Output[Any]
    series: Output[str]
    preflight: Output[str]
    keep_last: Output[int]
    deletion_policy: Output[str]
    force_delete: Output[bool]


class CutOutputs(SeriesOutputs):
    """The outputs of whatever is cut from disks, whichever provider serves it."""

    wait_until: Output[str]
    region: Output[str]
    window: Output[str | None]
    min_age: Output[str | None]
    freeze: Output[Any]
    consistency: Output[str]
    """"application" where every running instance was frozen at the cut, else "crash"."""


class OneSnapshotOutputs(SeriesOutputs):
    """The outputs of whatever is one snapshot, whichever provider serves it."""

    snapshot_id: Output[str]
    """The snapshot's id, the same as `id`."""
    snapshot_name: Output[str]
    retention_days: Output[int | None]
    archive_after: Output[int | None]
    status: Output[str]
    """progressing, accomplished or failed."""
    progress: Output[str]
    """Progress of the upload, such as 45%."""
    remain_time: Output[int | None]
    """ECS's estimate of the seconds that remain; 0 when done."""
    available: Output[bool]
    """Whether disks and images can be made from it."""
    creation_time: Output[str]
    """The point in time that the snapshot keeps, ISO 8601, UTC."""
    last_modified_time: Output[str]
    source_disk_id: Output[str]
    source_disk_size: Output[int]
    """The disk's size in GiB, not the snapshot's."""
    source_disk_type: Output[str]
    """system or data."""
    source_snapshot_id: Output[str]
    source_region_id: Output[str]
    snapshot_type: Output[str]
    """user, auto or timer."""
    snapshot_link_id: Output[str]
    """The chain of all snapshots of the disk, which share unchanged blocks."""
    snapshot_sn: Output[str]
    category: Output[str]
    """standard, flash or archive."""
    encrypted: Output[bool]
    kms_key_id: Output[str]
    usage: Output[str]
    """What was made from it: none, image, disk or image_disk."""
    region_id: Output[str]
    product_code: Output[str]
    instant_access: Output[bool]
    full_snapshot_size_in_bytes: Output[int | None]
    """The size of the data that it refers to, in bytes."""
    generation: Output[int]
    """The number of the snapshot in its series, from 1."""
    intent: Output[str]
    """The hash of series, replace-forcing inputs and generation."""
