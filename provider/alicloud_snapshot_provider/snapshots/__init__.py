"""`Snapshot`, one snapshot of one disk; and what every other noun needs of snapshots."""
