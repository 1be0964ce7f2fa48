"""`RestoreDrill`: snapshots are restored to temporary disks and checked, so that they are proven."""
