"""Restores: new disks from snapshots, beside the old ones."""
