"""`SnapshotGroup`: snapshots of several disks, all cut at one moment."""
