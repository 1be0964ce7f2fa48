"""`SnapshotCopy`: a copy of a snapshot in another region."""
