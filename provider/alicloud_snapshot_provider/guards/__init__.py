"""Guards: snapshots of everything that a change is about to touch."""
