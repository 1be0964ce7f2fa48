"""`SnapshotLock`: a compliance lock on a snapshot."""
