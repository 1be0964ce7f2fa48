"""`DiskRollback`: one disk or several disks go back to their snapshots."""
