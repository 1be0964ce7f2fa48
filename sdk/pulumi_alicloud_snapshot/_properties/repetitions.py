"""The outputs that repeat an input under another name. Written by `make schema` from the field tables."""

from collections.abc import Mapping, Sequence

REPETITIONS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "Snapshot": {
        "disk_id": ["source_disk_id"],
        "source_region": ["source_region_id"],
        "region": ["region_id"],
        "destination_region": ["region_id"],
    },
    "SnapshotCopy": {
        "disk_id": ["source_disk_id"],
        "source_region": ["source_region_id"],
        "region": ["region_id"],
        "destination_region": ["region_id"],
    },
    "SnapshotGroup": {"disk_ids": ["snapshot_ids"], "instance_id": ["source_instance_id"]},
    "SnapshotSet": {"disk_ids": ["snapshot_ids"]},
    "DiskRollback": {"snapshot_ids": ["safety_snapshot_ids"]},
    "SnapshotLock": {},
    "RestoreDrill": {},
}
"""By noun and input."""
