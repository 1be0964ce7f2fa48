"""Disk snapshots of Alibaba Cloud ECS as declared Pulumi resources."""

from ._snapshot import Snapshot, SnapshotArgs, WaitUntil

__all__ = ["Snapshot", "SnapshotArgs", "WaitUntil"]
