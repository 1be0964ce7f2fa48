"""`Snapshot`: one snapshot of one disk. Other resource types use this room, too."""
