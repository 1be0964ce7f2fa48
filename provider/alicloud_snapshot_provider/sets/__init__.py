"""`SnapshotSet`: one resource for the snapshots of any number of disks."""
