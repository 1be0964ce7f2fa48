"""`SnapshotSet`: a snapshot of each of any number of disks."""
