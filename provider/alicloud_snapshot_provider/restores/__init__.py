"""Restores: new disks from snapshots, beside the old disks."""
