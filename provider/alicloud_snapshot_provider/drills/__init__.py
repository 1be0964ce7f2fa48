"""`RestoreDrill`: snapshots are restored to temporary disks and checked. Then they are proven."""
