"""`DiskRollback`: a disk, or several, go back to their snapshots."""
